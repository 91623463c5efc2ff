import type { CallNow } from '@centrala/api/call-now.ts'
import { useCallback, useSyncExternalStore } from 'react'
import type { z } from 'zod'
import type { CallFrame } from '../live/connection.ts'
import { useCallFrames } from '../live/live.ts'

export type CallNowView = z.infer<typeof CallNow>

/** Who speaks and how well each is heard, of the calls I am in (supervisors: of all), as last told. */
let now: ReadonlyMap<string, CallNowView> = new Map()
const listeners = new Set<() => void>()

/** Keeps it; mounted once, on every page. */
export function useKeepCallsNow(): void {
  const heard = useCallback((frame: CallFrame) => {
    if (frame.type !== 'callNow') return
    now = new Map(frame.calls.map(call => [call.callId, call]))
    for (const listener of listeners) listener()
  }, [])
  useCallFrames(heard)
}

export const useCallsNow = (): ReadonlyMap<string, CallNowView> =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => now,
  )
