import { getReport, listSurveyAnswers, type Report } from '@centrala/api/report.ts'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api } from '../../api.ts'

export interface Asked {
  id: Report['id']
  from: string
  to: string
  timeZone: string
  groupBy: Report['groupBy']
  interval: Report['interval']
  queueId: string | null
  agentId: string | null
  channel: 'chat' | 'email' | 'voice' | 'form' | null
}

/** The query of the API, without what was not chosen. */
export function queryOf({ id: _, queueId, agentId, channel, ...rest }: Asked) {
  return { ...rest, ...(queueId && { queueId }), ...(agentId && { agentId }), ...(channel && { channel }) }
}

/** Figures of today move on; those of the past hardly ever do. */
export function freshness(to: string) {
  const isToday = Date.parse(to) > Date.now()
  return { staleTime: isToday ? 15_000 : 5 * 60_000, refetchInterval: isToday ? 60_000 : false } as const
}

export const reportQuery = (asked: Asked) =>
  queryOptions({
    queryKey: ['report', asked],
    queryFn: () => api.call(getReport, { params: { id: asked.id }, query: queryOf(asked) }),
    ...freshness(asked.to),
    placeholderData: before => before,
  })

export const answersQuery = (asked: Asked, commented: boolean) =>
  infiniteQueryOptions({
    queryKey: ['survey-answers', asked.from, asked.to, asked.queueId, asked.agentId, asked.channel, commented],
    queryFn: ({ pageParam }) => {
      const { queueId, agentId, channel, from, to } = queryOf(asked)
      const where = { from, to, ...(queueId && { queueId }), ...(agentId && { agentId }), ...(channel && { channel }) }
      return api.call(listSurveyAnswers, {
        query: { ...where, limit: 30, ...(commented && { commented: 'true' }), ...(pageParam && { after: pageParam }) },
      })
    },
    initialPageParam: null as string | null,
    getNextPageParam: last => last.next,
  })
