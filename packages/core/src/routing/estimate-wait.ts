export interface WaitQuestion {
  /** Place in line, from 1 (`Router.position`). */
  position: number
  /** Agents signed in who serve this work; an agent shared between queues may count as a part. */
  agents: number
  /** How many such interactions one agent handles side by side: capacity over weight. Default 1. */
  slotsPerAgent?: number
  /** Mean time from taking an interaction to being free again, wrap-up included. */
  handleMs: number
  /** How many handlings `handleMs` was measured from: few widen the range. Absent: it is exactly known. */
  handled?: number
  /** θ: how many of those who wait give up, per millisecond of one person's waiting (`abandonRate`). Default 0. */
  abandonPerMs?: number
}

export interface WaitEstimate {
  expectedMs: number
  /** Eight waits in ten are expected to end between these. */
  lowMs: number
  highMs: number
  /** What it was told from: rates of serving and giving up, how long others have just waited, or a guess before anything is known. */
  from: 'rates' | 'history' | 'guess'
}

/**
 * The expected wait of one who waits while everybody is busy and does not give up, or null where no one serves or nothing is known of
 * handle times: QLm of Whitt (Predicting queueing delays, Management Science 45, 1999; compared with others by Ibrahim and Whitt,
 * Real-time delay estimation in overloaded multiserver queues with abandonments, Management Science 55, 2009).
 *
 * With n interactions in hand, handle times of mean 1/μ and i others ahead who each give up at rate θ, the line moves at rate nμ + iθ;
 * the one at `position` waits for as many moves: Σ over i = 0 … position − 1 of 1/(nμ + iθ). Moves are independent and exponential, so
 * their variances add; the range is the 10th and 90th percentile of the gamma distribution with that mean and variance (Wilson and
 * Hilferty, 1931), widened by how little the mean handle time is known (relative variance 1/`handled`).
 */
export function estimateWait(question: WaitQuestion): WaitEstimate | null {
  const { position, agents, slotsPerAgent = 1, handleMs, handled, abandonPerMs = 0 } = question
  const servers = agents * Math.max(1, Math.floor(slotsPerAgent))
  if (!(servers > 0) || !(handleMs > 0)) return null
  if (position <= 0) return { expectedMs: 0, lowMs: 0, highMs: 0, from: 'rates' }
  let mean = 0
  let variance = 0
  for (let ahead = 0; ahead < position; ahead++) {
    const stepMs = 1 / (servers / handleMs + ahead * abandonPerMs)
    mean += stepMs
    variance += stepMs * stepMs
  }
  if (handled !== undefined) variance += (mean * mean) / Math.max(1, handled)
  const shape = (mean * mean) / variance
  return {
    expectedMs: Math.round(mean),
    lowMs: Math.round((gammaQuantile(shape, -Z_90) * mean) / shape),
    highMs: Math.round((gammaQuantile(shape, Z_90) * mean) / shape),
    from: 'rates',
  }
}

export interface WaitHistory {
  /** Those whom an agent took last, the latest first, in milliseconds; only those who had to wait. */
  taken: readonly { at: number; waitedMs: number }[]
  /** How long whoever stands first in the line has waited. Default 0. */
  headWaitedMs?: number
  /** How long the one who asks has waited already. */
  waitedMs: number
}

/** Fewer tell nothing. */
const FEWEST = 3

/**
 * The rest of the wait told from what others have just waited, where rates are not known (Ibrahim and Whitt, 2009): the wait of the last
 * to enter service (LES), or of the head of the line (HOL) where that is already longer, less what the one who asks has waited; at
 * the least one more move of the line. With a line that moves every g on average, as many as came during a wait w stand ahead,
 * and each takes g: both vary, so that the variance is 2wg. Null where fewer than three were taken.
 */
export function estimateByHistory({ taken, headWaitedMs = 0, waitedMs }: WaitHistory): WaitEstimate | null {
  const [latest, oldest] = [taken[0], taken.at(-1)]
  if (!latest || !oldest || taken.length < FEWEST) return null
  const gapMs = Math.max(1, (latest.at - oldest.at) / (taken.length - 1))
  const mean = Math.max(gapMs, Math.max(latest.waitedMs, headWaitedMs) - waitedMs)
  const shape = Math.max(1, mean / (2 * gapMs))
  return {
    expectedMs: Math.round(mean),
    lowMs: Math.round((gammaQuantile(shape, -Z_90) * mean) / shape),
    highMs: Math.round((gammaQuantile(shape, Z_90) * mean) / shape),
    from: 'history',
  }
}

/**
 * θ of exponential patience from waits of which only some ended by giving up: those who did ÷ all the time anybody waited, the maximum
 * likelihood where a wait that an agent ended is a censored patience. Per millisecond; 0 while nobody has waited.
 */
export function abandonRate(given: { gaveUp: number; waitedMs: number }): number {
  return given.waitedMs > 0 ? given.gaveUp / given.waitedMs : 0
}

/** The standard normal's 90th percentile. */
const Z_90 = 1.2815515655446004

/** Quantile of the gamma distribution of this shape and scale 1, at the standard normal's `z`. */
function gammaQuantile(shape: number, z: number): number {
  if (Math.abs(shape - 1) < 1e-9) return z < 0 ? -Math.log(0.9) : -Math.log(0.1)
  return shape * Math.max(0, 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))) ** 3
}
