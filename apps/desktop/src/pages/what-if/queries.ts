import { getWhatIf, listWhatIfs, type WhatIfSummary } from '@centrala/api/what-if.ts'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api.ts'

export const isOpen = (run: Pick<WhatIfSummary, 'state'>): boolean => run.state === 'waiting' || run.state === 'running'

export const whatIfsQuery = queryOptions({
  queryKey: ['what-ifs'],
  queryFn: () => api.call(listWhatIfs),
  refetchInterval: query => (query.state.data?.items.some(isOpen) ? 2000 : false),
})
export const whatIfQuery = (id: string) =>
  queryOptions({
    queryKey: ['what-ifs', id],
    queryFn: () => api.call(getWhatIf, { params: { id } }),
    refetchInterval: query => (query.state.data && isOpen(query.state.data) ? 1000 : false),
  })
