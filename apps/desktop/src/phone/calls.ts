import { type Call, getPhone, listCalls, listMyCalls, listParkedCalls } from '@centrala/api/call.ts'
import type { Interaction } from '@centrala/api/interaction.ts'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../api.ts'
import { keys } from '../live/apply-event.ts'

/** Voice nodes, desk phones and numbers; asked again now and then, since a node that comes back says nothing to the browser. */
export const phoneQuery = queryOptions({
  queryKey: ['my', 'phone'],
  queryFn: () => api.call(getPhone),
  refetchInterval: 20_000,
  staleTime: 10_000,
})

export const myCallsQuery = queryOptions({
  queryKey: keys.myCalls,
  queryFn: async () => (await api.call(listMyCalls)).items.filter(call => call.state !== 'parked'),
})
export const parkedCallsQuery = queryOptions({
  queryKey: keys.parkedCalls,
  queryFn: async () => (await api.call(listParkedCalls)).items,
})

/** Calls of a conversation's newest ten phone contacts. */
export const callsQuery = (conversationId: string, interactions: readonly Interaction[]) => {
  const spoken = interactions.filter(one => one.channel === 'voice').slice(0, 10)
  return queryOptions({
    queryKey: keys.calls(conversationId),
    queryFn: async () => {
      const lists = await Promise.all(spoken.map(({ id }) => api.call(listCalls, { params: { id } })))
      return lists.flatMap(list => list.items)
    },
    enabled: spoken.length > 0,
  })
}

/** What I am to a call: its agent, somebody asked or joined, a supervisor who listens; or not in it. */
export type MyPart = 'agent' | 'asked' | 'joined' | 'supervisor' | null

export function myPart(call: Call, myId: string, mine: ReadonlySet<string>): MyPart {
  if (call.state === 'ended') return null
  if (call.monitors.some(monitor => monitor.userId === myId)) return 'supervisor'
  if (call.consulting?.userId === myId) return 'asked'
  if (!call.legs.some(leg => leg.userId === myId && leg.endedAt === null)) return null
  return mine.has(call.interactionId) ? 'agent' : 'joined'
}

/** Whom I talk with while the customer waits: whom the agent asked; for whoever was asked, the agent. */
export function consultName(call: Call, myId: string): string {
  if (call.consulting?.userId !== myId) return call.consulting?.name ?? ''
  const asker = call.legs.find(leg => leg.kind === 'agent' && leg.endedAt === null && leg.userId !== myId)
  return asker?.userName ?? '–'
}

/** The number of the person on the other side, as a key that may be dialled; null where it is not shown. */
export const otherSide = (call: Call): string | null => (call.direction === 'inbound' ? call.from : call.to)

export const openRecording = (call: Call) =>
  call.recordings.findLast(one => one.kind === 'call' && (one.state === 'recording' || one.state === 'paused'))
