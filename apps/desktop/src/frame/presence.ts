import { type AgentPresence, getMyPresence, listPresenceReasons, setMyPresence } from '@centrala/api/presence.ts'
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query'
import { api, queries } from '../api.ts'
import { toast } from '../components/toast.tsx'
import { problemWords } from '../i18n/problem-words.ts'
import { keys } from '../live/apply-event.ts'

export const myPresenceQuery = queryOptions({ queryKey: keys.myPresence, queryFn: () => api.call(getMyPresence) })
export const presenceReasonsQuery = queryOptions({
  queryKey: keys.configuration('presence-reasons'),
  queryFn: async () => (await api.call(listPresenceReasons)).items.sort((a, b) => a.position - b.position),
})

export interface PresenceChoice {
  state: 'offline' | 'available' | 'away'
  reasonId: string | null
}

/** My presence, and choosing it. At work, the choice waits for the work to end. */
export function usePresence(enabled: boolean) {
  const presence = useQuery({ ...myPresenceQuery, enabled }).data
  const reasons = useQuery({ ...presenceReasonsQuery, enabled }).data ?? []
  const working = presence?.state === 'busy' || presence?.state === 'wrapUp'
  const { mutate: choose } = useMutation({
    mutationFn: ({ state, reasonId }: PresenceChoice) =>
      api.call(setMyPresence, { body: { state, reasonId, whenDone: working && state !== 'available' } }),
    onSuccess: (next: AgentPresence) => queries.setQueryData(keys.myPresence, next),
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  return { presence, reasons, working, choose }
}
