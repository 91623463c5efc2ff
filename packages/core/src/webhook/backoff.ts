const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Pauses after the first, second … failed attempt, in ms: dense at first, in all just under three days. */
export const RETRY_PAUSES_MS = [
  10_000,
  MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
  24 * HOUR,
] as const

/** A receiver that has failed for so long, without a single success, is not written to any more. */
export const GIVE_UP_MS = 72 * HOUR

/**
 * When a delivery is tried again (epoch ms), or null when it has been tried often enough.
 * @param attempts how often it has failed, at least 1
 * @param random 0 to 1: the pause is up to a tenth longer, so that a receiver that comes back is not met by everything at once
 */
export function retryAt(attempts: number, at: number, random: number): number | null {
  const pause = RETRY_PAUSES_MS[attempts - 1]
  return pause === undefined ? null : at + Math.round(pause * (1 + random / 10))
}

/**
 * How long a receiver that cannot be reached is left alone altogether, in ms: a tenth of the time it has been away, at least 5 s
 * and at most 10 minutes.
 */
export function restMs(failingSince: number, at: number): number {
  return Math.min(10 * MINUTE, Math.max(5000, Math.round((at - failingSince) / 10)))
}
