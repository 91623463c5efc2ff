import { listOpenCalls } from '@centrala/api/call.ts'
import type { LiveEvent } from '@centrala/api/live.ts'
import { queryOptions } from '@tanstack/react-query'
import { useCallback } from 'react'
import { api, queries } from '../../api.ts'
import { withCall } from '../../live/apply-event.ts'
import { useLiveEvents } from '../../live/live.ts'

/** Kept by events; fetched again now and then, for what a lost node took with it. */
export const openCallsQuery = queryOptions({
  queryKey: ['supervise', 'calls'],
  queryFn: async () => (await api.call(listOpenCalls)).items,
  refetchInterval: 30_000,
})

/** Keeps the list of open calls in step while it is on the screen. */
export function useKeepOpenCalls(): void {
  const onEvent = useCallback(({ call }: LiveEvent) => {
    if (call)
      queries.setQueryData(openCallsQuery.queryKey, calls => calls && withCall(calls, call, call.state !== 'ended'))
  }, [])
  useLiveEvents(onEvent)
}
