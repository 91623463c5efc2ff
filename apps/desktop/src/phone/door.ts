import { useEffect, useSyncExternalStore } from 'react'

/**
 * What the rest of the desktop asks of the phone. The phone itself (lines, devices, dialogs) is loaded after the first screen; this is the small
 * part that everybody knows.
 */
export interface DialWish {
  number: string
  customerId: string | null
  /** A callback or a voicemail that the call belongs to. */
  interactionId: string | null
}

export type PhoneWish =
  | { kind: 'dial'; wish: DialWish }
  /** The dial pad and the phone's state, in the top bar. */
  | { kind: 'panel' }
  | { kind: 'keypad' | 'ask' | 'transfer'; callId: string }

let wish: PhoneWish | null = null
const shown = new Set<string>()
const listeners = new Set<() => void>()
const changed = () => {
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export function askPhone(next: PhoneWish | null): void {
  wish = next
  changed()
}
export const usePhoneWish = (): PhoneWish | null => useSyncExternalStore(subscribe, () => wish)

/** Says that a call's own bar is on the screen, so that the strip under the top bar need not show it again. */
export function useShowsCall(callId: string | null): void {
  useEffect(() => {
    if (callId === null) return
    shown.add(callId)
    changed()
    return () => {
      shown.delete(callId)
      changed()
    }
  }, [callId])
}
export const useIsShown = (callId: string | null): boolean =>
  useSyncExternalStore(subscribe, () => callId !== null && shown.has(callId))
