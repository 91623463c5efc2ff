/** One agent's time over a period, in milliseconds. */
export interface Idleness {
  agentId: string
  /** Signed in and not away. */
  staffedMs: number
  /** Of it: without any contact held. */
  idleMs: number
}

export interface Evenness {
  /** Idle time ÷ time at work over all of them, 0 to 1; null where nobody was at work. */
  idleShare: number | null
  /** Standard deviation of the agents' idle shares ÷ their mean; null for fewer than two agents, or where nobody was idle. */
  variation: number | null
}

/** Whoever was at work for less than this says nothing about fairness. */
export const LEAST_STAFFED_MS = 15 * 60_000

/**
 * How evenly idle time falls on agents of equal skills: the coefficient of variation of idle time ÷ time at work, so that part-timers
 * compare with the rest. 0: everyone waits for work as much as everyone else. By chance alone it is above 0, the more so the shorter the period.
 */
export function evennessOf(agents: readonly Idleness[]): Evenness {
  const counted = agents.filter(agent => agent.staffedMs >= LEAST_STAFFED_MS)
  const staffedMs = counted.reduce((sum, agent) => sum + agent.staffedMs, 0)
  const idleMs = counted.reduce((sum, agent) => sum + agent.idleMs, 0)
  const idleShare = staffedMs > 0 ? idleMs / staffedMs : null
  if (counted.length < 2 || idleMs === 0) return { idleShare, variation: null }
  const shares = counted.map(agent => agent.idleMs / agent.staffedMs)
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length
  return { idleShare, variation: Math.sqrt(variance) / mean }
}
