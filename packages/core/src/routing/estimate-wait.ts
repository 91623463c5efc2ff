export interface WaitQuestion {
  /** Place in line, from 1 (`Router.position`). */
  position: number
  /** Agents signed in who serve this work. */
  agents: number
  /** How many such interactions one agent handles side by side: capacity over weight. Default 1. */
  slotsPerAgent?: number
  /** Mean time from taking an interaction to being free again, wrap-up included. */
  handleMs: number
}

export interface WaitEstimate {
  expectedMs: number
  /** Eight waits in ten are expected to end between these. */
  lowMs: number
  highMs: number
}

/**
 * The expected wait of one who waits while everybody is busy, or null where no one serves or nothing is known of handle times.
 *
 * With n interactions in hand and handle times of mean h, places become free every h/n on average; the one at `position` is served
 * when the `position`-th does. For exponential handle times that wait is Erlang-distributed with mean position × h/n (Gross and
 * Harris, Fundamentals of Queueing Theory, M/M/c); the range is its 10th and 90th percentile by Wilson and Hilferty (1931). Neither those who
 * give up ahead nor agents who share themselves between queues are counted: the first makes it too long, the second too short.
 */
export function estimateWait({ position, agents, slotsPerAgent = 1, handleMs }: WaitQuestion): WaitEstimate | null {
  const servers = agents * Math.max(1, Math.floor(slotsPerAgent))
  if (servers <= 0 || handleMs <= 0) return null
  if (position <= 0) return { expectedMs: 0, lowMs: 0, highMs: 0 }
  const stepMs = handleMs / servers
  return {
    expectedMs: Math.round(position * stepMs),
    lowMs: Math.round(erlangQuantile(position, -Z_90) * stepMs),
    highMs: Math.round(erlangQuantile(position, Z_90) * stepMs),
  }
}

/** The standard normal's 90th percentile. */
const Z_90 = 1.2815515655446004

/** Quantile of the Erlang distribution with `k` phases of mean 1, at the standard normal's `z`. */
function erlangQuantile(k: number, z: number): number {
  if (k === 1) return z < 0 ? -Math.log(0.9) : -Math.log(0.1)
  return k * (1 - 1 / (9 * k) + z / (3 * Math.sqrt(k))) ** 3
}
