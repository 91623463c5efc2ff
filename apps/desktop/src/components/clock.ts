import { useSyncExternalStore } from 'react'

/**
 * One clock for every ticking figure on the screen, so that a thousand of them cost one timer and change together.
 * It follows the server: the live connection calls `setServerTime`, because a laptop's clock may be minutes off.
 */
let offsetMs = 0
let now = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function tick() {
  now = Date.now() + offsetMs
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  if (timer === undefined) {
    now = Date.now() + offsetMs
    timer = setInterval(tick, 1000)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

export function setServerTime(serverNow: number): void {
  const difference = serverNow - Date.now()
  // Below half a second it is the network's delay rather than a wrong clock.
  offsetMs = Math.abs(difference) < 500 ? 0 : difference
}

/** Milliseconds since the epoch by the server's clock, at this moment. */
export const serverNow = (): number => Date.now() + offsetMs

/** The same, in steps of `everyMs`: a component renders again only when its own step passes. */
export function useNow(everyMs: 1000 | 60_000 = 1000): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now / everyMs) * everyMs)
}
