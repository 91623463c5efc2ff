import { acceptOffer, type Interaction, listMyInteractions, rejectOffer } from '@centrala/api/interaction.ts'
import type { Me } from '@centrala/api/session.ts'
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, queries } from '../../api.ts'
import { toast } from '../../components/toast.tsx'
import { problemWords } from '../../i18n/problem-words.ts'
import { keys, putInteraction } from '../../live/apply-event.ts'
import { meQuery } from '../../session/me.ts'
import { orderWork } from './order.ts'

export const myInteractionsQuery = queryOptions({
  queryKey: keys.myInteractions,
  queryFn: async () => (await api.call(listMyInteractions)).items,
})

export function useMyWork() {
  const query = useQuery(myInteractionsQuery)
  const work = useMemo(() => orderWork(query.data ?? []), [query.data])
  return { ...query, work }
}

/** Puts what the server answered into the cache, without waiting for the event that says the same. */
export function learn(interaction: Interaction): void {
  const me = queries.getQueryData<Me>(meQuery.queryKey)
  if (!me) return
  putInteraction(queries, me.id, interaction)
}

/** Answers an offer. A refusal (it ran out, a colleague has it) shows the server's words and fetches the list again. */
export function useAnswerOffer(onAccepted?: (interaction: Interaction) => void) {
  const onError = (error: Error) => {
    toast({ tone: 'bad', title: problemWords(error), durationMs: 6000 })
    void queries.invalidateQueries({ queryKey: keys.myInteractions })
  }
  const accept = useMutation({
    mutationFn: (id: string) => api.call(acceptOffer, { params: { id } }),
    onSuccess: interaction => {
      learn(interaction)
      onAccepted?.(interaction)
    },
    onError,
  })
  const reject = useMutation({
    mutationFn: (id: string) => api.call(rejectOffer, { params: { id } }),
    onSuccess: learn,
    onError,
  })
  return { accept, reject }
}
