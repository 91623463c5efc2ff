import type { Conversation } from '@centrala/api/conversation.ts'
import type { Interaction } from '@centrala/api/interaction.ts'
import { ArrowLeft, CircleCheckBig, Ellipsis, Forward, Mail, ShieldX, UserRound } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { Duration } from '../../components/duration.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Menu, MenuItem } from '../../components/menu.tsx'
import { callerName } from '../../phone/caller.ts'

export interface ConversationHeaderProps {
  conversation: Conversation
  interaction: Interaction | null
  customerShown: boolean
  onBack: () => void
  onCustomer: () => void
  actions: { transfer: () => void; move: () => void; end: () => void; spam: () => void } | null
}

/** Who one is talking to, and what one can do with the contact. */
export function ConversationHeader({
  conversation,
  interaction,
  customerShown,
  onBack,
  onCustomer,
  actions,
}: ConversationHeaderProps) {
  const { t } = useTranslation(['inbox', 'common'])
  const name = conversation.customerName ?? (interaction && callerName(interaction)) ?? t('common:unknownCustomer')
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-b px-4 max-md:px-2">
      <IconButton icon={ArrowLeft} label={t('common:back')} onClick={onBack} className="md:hidden" />
      <div className="min-w-0 flex-1">
        <h2 className="truncate font-semibold text-base leading-5">{name}</h2>
        <p className="flex items-center gap-1.5 text-muted text-xs">
          {interaction ? (
            <>
              <ChannelIcon channel={interaction.channel} size={13} className="shrink-0" />
              <span className="truncate">
                {interaction.channel === 'email' && conversation.subject
                  ? conversation.subject
                  : [t(`common:channel.${interaction.channel}`), interaction.queueName].filter(Boolean).join(' · ')}
              </span>
              {interaction.state === 'active' && interaction.answeredAt && (
                <span className="shrink-0 max-sm:hidden">
                  · <Duration since={interaction.answeredAt} />
                </span>
              )}
            </>
          ) : (
            <span className="truncate">{conversation.subject}</span>
          )}
        </p>
      </div>
      {interaction && interaction.state !== 'active' && (
        <Badge tone={interaction.state === 'wrapUp' ? 'busy' : 'neutral'}>{t(`state.${interaction.state}`)}</Badge>
      )}
      {interaction?.agentName && actions === null && interaction.state === 'active' && (
        <Badge tone="accent">{t('conversation.with', { name: interaction.agentName })}</Badge>
      )}
      {actions && interaction && (
        <>
          <Button look="ghost" icon={Forward} onClick={actions.transfer} className="max-xl:hidden">
            {t('transfer.action')}
          </Button>
          <IconButton
            icon={Forward}
            label={t('transfer.action')}
            keys="alt+t"
            onClick={actions.transfer}
            className="xl:hidden max-sm:hidden"
          />
          {interaction.channel === 'chat' && (
            <IconButton
              icon={Mail}
              label={t('move.action')}
              keys="alt+m"
              onClick={actions.move}
              className="max-sm:hidden"
            />
          )}
          <Button icon={CircleCheckBig} onClick={actions.end} title={t('end.hint')}>
            {t('end.action')}
          </Button>
          <Menu trigger={<IconButton icon={Ellipsis} label={t('common:more')} />}>
            <MenuItem icon={Forward} keys="alt+t" onSelect={actions.transfer}>
              {t('transfer.action')}
            </MenuItem>
            {interaction.channel === 'chat' && (
              <MenuItem icon={Mail} keys="alt+m" onSelect={actions.move}>
                {t('move.action')}
              </MenuItem>
            )}
            <MenuItem icon={ShieldX} onSelect={actions.spam}>
              {t('end.spam')}
            </MenuItem>
          </Menu>
        </>
      )}
      <IconButton
        icon={UserRound}
        label={t('customer.pane')}
        keys="alt+i"
        pressed={customerShown}
        onClick={onCustomer}
      />
    </header>
  )
}
