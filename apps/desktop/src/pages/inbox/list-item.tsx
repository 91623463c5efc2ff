import type { Interaction } from '@centrala/api/interaction.ts'
import { Link } from '@tanstack/react-router'
import { clsx } from 'clsx'
import { ClipboardPen, PenLine } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Avatar } from '../../components/avatar.tsx'
import { Count } from '../../components/badge.tsx'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { Duration } from '../../components/duration.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { useTyping } from '../../live/live.ts'
import { callerName } from '../../phone/caller.ts'
import { isEmpty, useDraft } from '../conversation/drafts.ts'
import { useUnread } from './unread.ts'

/** One of my contacts: who, on which channel, what was said last, and how long they have waited for me. */
export function ListItem({ interaction }: { interaction: Interaction }) {
  const { t } = useTranslation(['inbox', 'common'])
  const unread = useUnread(interaction.conversationId)
  const typing = useTyping(interaction.conversationId)
  const [draft] = useDraft(interaction.conversationId)
  const name = callerName(interaction) ?? t('common:unknownCustomer')
  const { customerWaitsSince, state } = interaction
  const wrapUp = state === 'wrapUp'
  const channel = t(`common:channel.${interaction.channel}`)
  return (
    <Link
      to="/inbox/$interactionId"
      params={{ interactionId: interaction.id }}
      className="focus-inside group relative flex gap-2.5 rounded-lg px-2.5 py-2 transition-colors hover:bg-hover"
      activeProps={{ className: 'bg-selected hover:bg-selected', 'aria-current': 'true' }}
    >
      <span className="relative h-fit">
        <Avatar name={interaction.customerName ?? '?'} seed={interaction.customerId} size="md" />
        <span className="absolute -right-1 -bottom-1 grid size-4.5 place-items-center rounded-full bg-surface text-muted ring-1 ring-line">
          <ChannelIcon channel={interaction.channel} size={11} />
        </span>
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className={clsx('min-w-0 flex-1 truncate', unread > 0 ? 'font-semibold' : 'font-medium')}>{name}</span>
          <span className="shrink-0 text-xs">
            {wrapUp ? (
              <span className="flex items-center gap-1 text-busy-ink">
                <ClipboardPen size={12} aria-hidden />
                {t('list.wrapUp')}
              </span>
            ) : customerWaitsSince ? (
              <span className="font-medium text-warn-ink" title={t('list.waits')}>
                <span className="sr-only">{t('list.waits')} </span>
                <Duration since={customerWaitsSince} />
              </span>
            ) : (
              <span className="text-faint">
                {interaction.answeredAt && <TimeAgo at={interaction.answeredAt} stamp />}
              </span>
            )}
          </span>
        </span>
        <span className="sr-only">, {channel}, </span>
        {interaction.channel === 'email' && interaction.subject && (
          <span className="block truncate text-ink">{interaction.subject}</span>
        )}
        <span className="flex items-center gap-2">
          <span className={clsx('min-w-0 flex-1 truncate', unread > 0 ? 'text-ink' : 'text-muted')}>
            {typing?.typing ? (
              <span className="text-accent-ink">{t('list.typing')}</span>
            ) : isEmpty(draft) ? (
              interaction.preview
            ) : (
              <>
                <PenLine size={12} aria-hidden className="mr-1 inline text-accent-ink" />
                <span className="text-accent-ink">{t('list.draft')}</span> {draft.text || draft.note}
              </>
            )}
          </span>
          <Count value={unread} label={t('list.unread', { count: unread })} />
        </span>
        {interaction.queueName && <span className="block truncate text-faint text-xs">{interaction.queueName}</span>}
      </span>
    </Link>
  )
}
