import { useSyncExternalStore } from 'react'
import { z } from 'zod'
import { keep } from '../keep.ts'

/** Numbers dialled from this browser by this person, newest first; kept here only, so that nothing of a customer outlives their erasure on the server. */
const Recent = z.array(z.object({ number: z.string(), at: z.number() })).catch([])
export type RecentNumber = z.infer<typeof Recent>[number]

const LIMIT = 8
/** Long enough for "the one from yesterday", short enough to keep nobody's number for good. */
const KEPT_MS = 7 * 86_400_000
const keyOf = (userId: string) => `centrala.recent.${userId}`
const cache = new Map<string, RecentNumber[]>()
const listeners = new Set<() => void>()

function read(userId: string): RecentNumber[] {
  const known = cache.get(userId)
  if (known) return known
  let stored: unknown = []
  try {
    stored = JSON.parse(localStorage.getItem(keyOf(userId)) ?? '[]')
  } catch {}
  const fresh = Recent.parse(stored).filter(one => Date.now() - one.at < KEPT_MS)
  cache.set(userId, fresh)
  return fresh
}

export function rememberNumber(userId: string, number: string): void {
  const next = [{ number, at: Date.now() }, ...read(userId).filter(one => one.number !== number)].slice(0, LIMIT)
  cache.set(userId, next)
  keep(keyOf(userId), JSON.stringify(next))
  for (const listener of listeners) listener()
}

export const useRecentNumbers = (userId: string): readonly RecentNumber[] =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => read(userId),
  )
