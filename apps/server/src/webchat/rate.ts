/** Allowances by key: each may spend `burst` at once and gets `perSecond` back, up to `burst`. */
export interface Rate {
  /** Spends one. Returns 0, or the seconds until there is one again (nothing is spent then). */
  take(key: string, nowMs?: number): number
}

/** Keys that are whole again are forgotten, so that memory follows those who are active. */
export function createRate({ burst, perSecond }: { burst: number; perSecond: number }): Rate {
  const spent = new Map<string, { left: number; at: number }>()
  const whole = (entry: { left: number; at: number }, now: number) =>
    Math.min(burst, entry.left + ((now - entry.at) / 1000) * perSecond)
  let sweepAt = 0
  return {
    take(key, now = Date.now()) {
      if (now >= sweepAt) {
        sweepAt = now + 60_000
        for (const [name, entry] of spent) if (whole(entry, now) >= burst) spent.delete(name)
      }
      const entry = spent.get(key)
      const left = entry ? whole(entry, now) : burst
      if (left < 1) return Math.max(1, Math.ceil((1 - left) / perSecond))
      spent.set(key, { left: left - 1, at: now })
      return 0
    },
  }
}
