import { listWebhookDeliveries, redeliverWebhook, type Webhook, type WebhookDelivery } from '@centrala/api/webhook.ts'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { ChevronRight, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../../api.ts'
import { Badge } from '../../../components/badge.tsx'
import { Button } from '../../../components/button.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { Select } from '../../../components/select.tsx'
import { SkeletonRows } from '../../../components/skeleton.tsx'
import { TimeAgo } from '../../../components/time-ago.tsx'
import { toast } from '../../../components/toast.tsx'
import { problemWords } from '../../../i18n/problem-words.ts'
import { useSay } from '../../../i18n/use-say.ts'

type State = WebhookDelivery['state']
const TONES = { waiting: 'warn', delivered: 'ok', failed: 'bad' } as const

/** What was sent to a hook, newest first, with what came of it; any of it can be sent again. */
export function Deliveries({ hook }: { hook: Webhook }) {
  const { t } = useTranslation(['adminWebhooks', 'common'])
  const say = useSay()
  const [state, setState] = useState<State | 'all'>('all')
  const key = ['webhook-deliveries', hook.id, state]
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) =>
      api.call(listWebhookDeliveries, {
        params: { id: hook.id },
        query: { limit: 20, ...(pageParam && { after: pageParam }), ...(state !== 'all' && { state }) },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: last => last.next,
    refetchInterval: 10_000,
  })
  const again = useMutation({
    mutationFn: (delivery: WebhookDelivery) =>
      api.call(redeliverWebhook, { params: { id: hook.id, deliveryId: delivery.id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  const items = query.data?.pages.flatMap(page => page.items) ?? []
  return (
    <>
      <Select
        value={state}
        onChange={setState}
        aria-label={t('state')}
        className="max-w-48"
        options={[
          { value: 'all', label: t('allStates') },
          { value: 'waiting', label: t('stateOf.waiting') },
          { value: 'delivered', label: t('stateOf.delivered') },
          { value: 'failed', label: t('stateOf.failed') },
        ]}
      />
      {query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows rows={3} />
      ) : items.length === 0 ? (
        <p className="text-muted">{t('noDeliveries')}</p>
      ) : (
        <ul className="flex flex-col">
          {items.map(delivery => (
            <li key={delivery.id} className="border-b py-1 last:border-b-0">
              <details className="group">
                <summary className="flex min-h-8 cursor-pointer list-none items-center gap-2">
                  <ChevronRight
                    size={14}
                    aria-hidden
                    className="shrink-0 text-faint transition-transform group-open:rotate-90"
                  />
                  <Badge tone={TONES[delivery.state]}>{t(`stateOf.${delivery.state}`)}</Badge>
                  <code className="min-w-0 flex-1 truncate font-mono text-xs">{delivery.eventType}</code>
                  <span className="text-muted text-xs">
                    <TimeAgo at={delivery.createdAt} />
                  </span>
                  <IconButton
                    icon={RotateCw}
                    size="sm"
                    label={t('redeliver')}
                    disabled={!hook.active || again.isPending}
                    onClick={event => {
                      event.preventDefault()
                      again.mutate(delivery)
                    }}
                  />
                </summary>
                <div className="flex flex-col gap-2 py-2 pl-5 text-xs">
                  <p>
                    {t('attempts', { count: delivery.attempts })} {say(delivery.phrase, delivery.detail ?? '')}
                  </p>
                  {delivery.nextAttemptAt && (
                    <p className="text-muted">
                      {t('nextAttempt')} <TimeAgo at={delivery.nextAttemptAt} />
                    </p>
                  )}
                  <pre className="overflow-x-auto rounded-md bg-sunken p-2 font-mono">
                    {JSON.stringify(delivery.payload, null, 2)}
                  </pre>
                </div>
              </details>
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button
          size="sm"
          busy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
          className="self-start"
        >
          {t('common:showMore')}
        </Button>
      )}
    </>
  )
}
