import type { Conversation } from '@centrala/api/conversation.ts'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { clsx } from 'clsx'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { customerConversationsQuery } from './queries.ts'

/** Every conversation with this person, on every channel, the newest first. */
export function ConversationList({ customerId, except }: { customerId: string; except?: string }) {
  const { t } = useTranslation(['customer', 'common'])
  const query = useInfiniteQuery(customerConversationsQuery(customerId))
  const items = query.data?.pages.flatMap(page => page.items).filter(item => item.id !== except) ?? []
  if (query.isError && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  return (
    <div className="flex flex-col gap-1">
      {query.isPending && <Skeleton className="h-14" />}
      {!query.isPending && items.length === 0 && <p className="text-muted">{t('noConversations')}</p>}
      <ul className="-mx-2 flex flex-col">
        {items.map(item => (
          <li key={item.id}>
            <ConversationLink conversation={item} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button size="sm" look="ghost" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('common:showMore')}
        </Button>
      )}
    </div>
  )
}

function ConversationLink({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation(['customer', 'inbox', 'common'])
  const newest = conversation.interactions[0]
  const channels = [...new Set(conversation.interactions.map(one => one.channel))]
  const open = conversation.interactions.find(one => one.state !== 'ended')
  return (
    <Link
      to="/conversations/$conversationId"
      params={{ conversationId: conversation.id }}
      className={clsx('focus-inside flex gap-2.5 rounded-md px-2 py-1.5 transition-colors hover:bg-hover')}
    >
      <span className="flex h-5 items-center gap-1 text-muted">
        {channels.map(channel => (
          <ChannelIcon key={channel} channel={channel} size={14} />
        ))}
        <span className="sr-only">{channels.map(channel => t(`common:channel.${channel}`)).join(', ')}</span>
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 truncate font-medium">
            {conversation.subject ?? (newest?.preview || t(`common:channel.${newest?.channel ?? 'chat'}`))}
          </span>
          <span className="shrink-0 text-faint text-xs">
            <TimeAgo at={conversation.lastMessageAt} stamp />
          </span>
        </span>
        <span className="flex items-center gap-2 text-muted text-xs">
          <span className="min-w-0 flex-1 truncate">
            {[newest?.queueName, newest?.agentName].filter(Boolean).join(' · ') || newest?.preview}
          </span>
          {open && <Badge tone="accent">{t(`inbox:state.${open.state}`)}</Badge>}
        </span>
      </span>
    </Link>
  )
}
