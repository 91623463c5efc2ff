import { listChannelAccounts } from '@centrala/api/channel-account.ts'
import { explainWaiting, listInteractions, listReceipts, listSegments } from '@centrala/api/interaction.ts'
import type { LiveEvent } from '@centrala/api/live.ts'
import { superviseNow } from '@centrala/api/supervise.ts'
import { queryOptions } from '@tanstack/react-query'
import { useCallback, useEffect, useRef } from 'react'
import { api, queries } from '../../api.ts'
import { keys } from '../../live/apply-event.ts'
import { useLiveEvents } from '../../live/live.ts'

/** Figures of the day grow old without an event: fetched again at least this often. */
const REFRESH_MS = 20_000
/** A burst of events is one fetch. */
const GATHER_MS = 700

export const nowQuery = queryOptions({
  queryKey: ['supervise', 'now'],
  queryFn: () => api.call(superviseNow),
  refetchInterval: REFRESH_MS,
})

export interface ContactFilter {
  queueId: string | null
  agentId: string | null
  channel: 'chat' | 'email' | 'voice' | 'form' | null
  state: 'queued' | 'offered' | 'active' | 'wrapUp' | 'ended' | null
}
export const contactsQuery = (filter: ContactFilter) =>
  queryOptions({
    queryKey: ['supervise', 'contacts', filter],
    queryFn: async () => {
      const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null))
      return (await api.call(listInteractions, { query: { ...given, limit: 300 } })).items
    },
    placeholderData: before => before,
  })

export const segmentsQuery = (interactionId: string) =>
  queryOptions({
    queryKey: ['supervise', 'segments', interactionId],
    queryFn: async () => (await api.call(listSegments, { params: { id: interactionId } })).items,
  })
export const receiptsQuery = (interactionId: string) =>
  queryOptions({
    queryKey: ['supervise', 'receipts', interactionId],
    queryFn: async () => (await api.call(listReceipts, { params: { id: interactionId } })).items,
  })
export const waitingQuery = (interactionId: string, waits: boolean) =>
  queryOptions({
    queryKey: ['supervise', 'waiting', interactionId],
    queryFn: () => api.call(explainWaiting, { params: { id: interactionId } }),
    enabled: waits,
    // Needs relax and agents come free without an event of this contact.
    refetchInterval: 5000,
  })
export const channelsQuery = queryOptions({
  queryKey: keys.configuration('channel-accounts'),
  queryFn: async () => (await api.call(listChannelAccounts)).items,
})

const CHANGES = /^(interaction|presence|configuration|channelAccount|call)\./

/** Brings the supervisor's figures up to date after events, a burst at a time. */
export function useLiveFigures(): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const heard = useCallback((event: LiveEvent) => {
    if (event.type === 'channelAccount.stateChanged') void queries.invalidateQueries(channelsQuery)
    if (!CHANGES.test(event.type) || timer.current) return
    timer.current = setTimeout(() => {
      timer.current = undefined
      void queries.invalidateQueries({ queryKey: ['supervise'] })
    }, GATHER_MS)
  }, [])
  useLiveEvents(heard)
  useEffect(() => () => clearTimeout(timer.current), [])
}
