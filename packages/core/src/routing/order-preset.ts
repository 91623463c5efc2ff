import type { CurvePiece } from './event.ts'

/** Below everyone whose promise can still be kept. */
const LOST_POINTS = -1_000_000
const MINUTE_MS = 60_000

/** Who waits longest: a point a minute, the same for all queues that use it. */
export function firstComeCurve(): CurvePiece[] {
  return [{ afterMs: 0, points: 0, perMinute: 1 }]
}

/**
 * Whose promise is most at risk: the one with the least time left of its target, in any queue; one point is one minute. Whose target has passed comes
 * after all whose promise can still be kept, the longest wait first: set a bound on the wait too. Shortest time to extinction serves the
 * most within their deadlines (Panwar, Towsley, Wolf, "Optimal scheduling policies for a class of queues with customer deadlines", JACM 35, 1988).
 */
export function serviceLevelCurve(targetMs: number): CurvePiece[] {
  return [
    { afterMs: 0, points: -targetMs / MINUTE_MS, perMinute: 1 },
    { afterMs: targetMs, points: LOST_POINTS, perMinute: 1 },
  ]
}

/** Waiting for `afterMs` has cost `cost` in all; straight between two points, and after the last as before it. */
export interface CostPoint {
  afterMs: number
  cost: number
}

/**
 * For whom waiting costs most now: the generalised cμ rule. Points are what another minute of waiting costs, C′(wait), times how many such contacts an agent
 * handles in a minute, μ = 1 / `handleMs` (van Mieghem, "Dynamic scheduling with convex delay costs", Annals of Applied Probability 5, 1995). Within a straight stretch all
 * cost the same, and the longest wait goes first.
 */
export function costCurve(points: readonly CostPoint[], handleMs: number): CurvePiece[] {
  const perMinute = MINUTE_MS / handleMs
  const pieces: CurvePiece[] = []
  for (const [index, { afterMs, cost }] of points.entries()) {
    const next = points[index + 1]
    if (!next) break
    const costPerMinute = ((next.cost - cost) * MINUTE_MS) / (next.afterMs - afterMs)
    pieces.push({ afterMs, points: costPerMinute * perMinute, perMinute: 0 })
  }
  return pieces
}
