import { useSyncExternalStore } from 'react'
import { keep } from '../../keep.ts'

/**
 * What I have not read, per conversation. Counted here, from the events that arrive, and kept over a reload; reading is
 * having the conversation open in a window that is looked at.
 */
const KEY = 'centrala.unread'
let counts: Readonly<Record<string, number>> = read()
let open: string | null = null
const listeners = new Set<() => void>()

function read(): Record<string, number> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return stored !== null && typeof stored === 'object' ? (stored as Record<string, number>) : {}
  } catch {
    return {}
  }
}
function change(next: Record<string, number>) {
  counts = next
  keep(KEY, JSON.stringify(next))
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export const isLookedAt = (conversationId: string): boolean => open === conversationId && document.hasFocus()

/** Counts a customer's message, unless it is being looked at. Returns whether it was counted. */
export function countUnread(conversationId: string): boolean {
  if (isLookedAt(conversationId)) return false
  change({ ...counts, [conversationId]: (counts[conversationId] ?? 0) + 1 })
  return true
}
export function clearUnread(conversationId: string): void {
  if (!(conversationId in counts)) return
  const { [conversationId]: _, ...rest } = counts
  change(rest)
}
/** Forgets conversations that are no longer mine. */
export function keepUnread(conversationIds: ReadonlySet<string>): void {
  const kept = Object.entries(counts).filter(([id]) => conversationIds.has(id))
  if (kept.length !== Object.keys(counts).length) change(Object.fromEntries(kept))
}
export function setOpenConversation(conversationId: string | null): void {
  open = conversationId
  if (conversationId !== null && document.hasFocus()) clearUnread(conversationId)
}
if (typeof window !== 'undefined') window.addEventListener('focus', () => open !== null && clearUnread(open))

export const useUnread = (conversationId: string): number =>
  useSyncExternalStore(subscribe, () => counts[conversationId] ?? 0)
export const useUnreadTotal = (): number =>
  useSyncExternalStore(subscribe, () => Object.values(counts).reduce((sum, count) => sum + count, 0))
