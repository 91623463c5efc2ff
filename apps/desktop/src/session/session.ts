import { useSyncExternalStore } from 'react'

/**
 * Whether the server still knows us. When a session ends while somebody works, the page stays as it is and asks to sign
 * in again over it, so that nothing written is lost.
 */
let ended = false
const listeners = new Set<() => void>()

function change(next: boolean) {
  if (ended === next) return
  ended = next
  for (const listener of listeners) listener()
}

export const sessionEnded = (): void => change(true)
export const sessionRenewed = (): void => change(false)

export const hasSessionEnded = (): boolean => ended

export const useSessionEnded = (): boolean =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => ended,
  )
