import { listAgents } from '@centrala/api/agent.ts'
import { listBrands } from '@centrala/api/brand.ts'
import { listCannedReplies } from '@centrala/api/canned-reply.ts'
import type { Code } from '@centrala/api/code.ts'
import { listContactReasons } from '@centrala/api/contact-reason.ts'
import { listQueues } from '@centrala/api/queue.ts'
import { listWrapUpCodes } from '@centrala/api/wrap-up-code.ts'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api } from '../api.ts'
import { keys } from '../live/apply-event.ts'

/** What an administrator has set up and agents work with. Fetched once, again when a `configuration.changed` event says so. */
const STALE = { staleTime: 10 * 60_000 }

export const queuesQuery = queryOptions({
  ...STALE,
  queryKey: keys.configuration('queues'),
  queryFn: async () => (await api.call(listQueues)).items,
})
export const wrapUpCodesQuery = queryOptions({
  ...STALE,
  queryKey: keys.configuration('wrap-up-codes'),
  queryFn: async () => (await api.call(listWrapUpCodes)).items,
})
export const contactReasonsQuery = queryOptions({
  ...STALE,
  queryKey: keys.configuration('contact-reasons'),
  queryFn: async () => (await api.call(listContactReasons)).items,
})
export const cannedRepliesQuery = queryOptions({
  ...STALE,
  queryKey: keys.configuration('canned-replies'),
  queryFn: async () => (await api.call(listCannedReplies)).items,
})
export const brandsQuery = queryOptions({
  ...STALE,
  queryKey: keys.configuration('brands'),
  queryFn: async () => (await api.call(listBrands)).items,
})
/** Colleagues change their presence all the time: fetched anew whenever somebody looks. */
export const agentsQuery = queryOptions({
  queryKey: keys.configuration('agents'),
  queryFn: async () => (await api.call(listAgents)).items,
  staleTime: 5000,
})

export function useQueueNames(): ReadonlyMap<string, string> {
  const queues = useQuery(queuesQuery).data
  return useMemo(() => new Map(queues?.map(queue => [queue.id, queue.name])), [queues])
}

/** A code with its whole path, as one would say it: "Delivery › Late". */
export interface CodeChoice {
  id: string
  name: string
  path: string
}

/** The leaves of a tree of codes in its order, with their paths; `allowed`, where not empty, keeps only these and all below. */
export function codeChoices(codes: readonly Code[], allowed: readonly string[] = []): CodeChoice[] {
  const children = Map.groupBy(
    codes.filter(code => code.archivedAt === null),
    code => code.parentId,
  )
  const choices: CodeChoice[] = []
  const walk = (parentId: string | null, path: string[], inside: boolean) => {
    for (const code of (children.get(parentId) ?? []).toSorted((a, b) => a.position - b.position)) {
      const here = inside || allowed.includes(code.id)
      const names = [...path, code.name]
      if (children.has(code.id)) walk(code.id, names, here)
      else if (here) choices.push({ id: code.id, name: code.name, path: names.join(' › ') })
    }
  }
  walk(null, [], allowed.length === 0)
  return choices
}
