import { listOpenCalls } from '@centrala/api/call.ts'
import type { LiveEvent } from '@centrala/api/live.ts'
import type { CallNow } from '@centrala/api/voice-link.ts'
import { queryOptions } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { z } from 'zod'
import { api, queries } from '../../api.ts'
import { withCall } from '../../live/apply-event.ts'
import type { CallFrame } from '../../live/connection.ts'
import { useCallFrames, useLiveEvents } from '../../live/live.ts'

/** Kept by events; fetched again now and then, for what a lost node took with it. */
export const openCallsQuery = queryOptions({
  queryKey: ['supervise', 'calls'],
  queryFn: async () => (await api.call(listOpenCalls)).items,
  refetchInterval: 30_000,
})

export type CallNowView = z.infer<typeof CallNow>

/** Who speaks and how well, of every call, as last heard; keeps the list of calls in step meanwhile. */
export function useCallsNow(): ReadonlyMap<string, CallNowView> {
  const [now, setNow] = useState<ReadonlyMap<string, CallNowView>>(new Map())
  const heard = useCallback((frame: CallFrame) => {
    if (frame.type === 'callNow') setNow(new Map(frame.calls.map(call => [call.callId, call])))
  }, [])
  useCallFrames(heard)
  const onEvent = useCallback(({ call }: LiveEvent) => {
    if (call)
      queries.setQueryData(openCallsQuery.queryKey, calls => calls && withCall(calls, call, call.state !== 'ended'))
  }, [])
  useLiveEvents(onEvent)
  return now
}
