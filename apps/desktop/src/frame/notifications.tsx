import { listMentions, readMentions } from '@centrala/api/conversation.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Bell } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../api.ts'
import { Avatar } from '../components/avatar.tsx'
import { Button } from '../components/button.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { IconButton } from '../components/icon-button.tsx'
import { Popover } from '../components/popover.tsx'
import { TimeAgo } from '../components/time-ago.tsx'
import { keys } from '../live/apply-event.ts'
import { useCan } from '../session/me.ts'

/** Notes that mention me. */
export function Notifications() {
  const { t } = useTranslation('frame')
  const can = useCan()
  const [open, setOpen] = useState(false)
  const mentions = useQuery({
    queryKey: keys.mentions,
    queryFn: async () => (await api.call(listMentions)).items,
    enabled: can('inbox.handle'),
  }).data
  const read = useMutation({
    mutationFn: () => api.call(readMentions),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.mentions }),
  })
  if (!can('inbox.handle')) return null
  const unread = mentions?.filter(mention => mention.readAt === null).length ?? 0
  return (
    <Popover
      label={t('notifications.title')}
      open={open}
      onOpenChange={setOpen}
      className="w-96 max-w-[calc(100vw-16px)]"
      trigger={
        <IconButton
          icon={Bell}
          label={unread > 0 ? t('notifications.unread', { count: unread }) : t('notifications.title')}
          badge={unread}
        />
      }
    >
      <div className="flex h-11 items-center justify-between border-b px-3">
        <h2 className="font-semibold">{t('notifications.title')}</h2>
        {unread > 0 && (
          <Button look="ghost" size="sm" busy={read.isPending} onClick={() => read.mutate()}>
            {t('notifications.markRead')}
          </Button>
        )}
      </div>
      {mentions?.length ? (
        <ul className="max-h-96 overflow-y-auto p-1">
          {mentions.map(mention => (
            <li key={mention.messageId}>
              <Link
                to="/conversations/$conversationId"
                params={{ conversationId: mention.conversationId }}
                search={{ message: mention.messageId }}
                onClick={() => setOpen(false)}
                className="focus-inside flex gap-2.5 rounded-md p-2 hover:bg-hover"
              >
                <Avatar name={mention.by ?? '?'} />
                <span className="min-w-0 flex-1">
                  <span className="flex justify-between gap-2">
                    <span className={mention.readAt === null ? 'font-semibold' : ''}>{mention.by}</span>
                    <span className="text-muted text-xs">
                      <TimeAgo at={mention.createdAt} />
                    </span>
                  </span>
                  <span className="line-clamp-2 text-muted">{mention.text}</span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      ) : (
        <EmptyState icon={Bell} title={t('notifications.empty')}>
          {t('notifications.emptyHint')}
        </EmptyState>
      )}
    </Popover>
  )
}
