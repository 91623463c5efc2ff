/** Totals are kept per quarter of an hour, in UTC: every time zone in use today is a whole number of quarters away from it. */
export const INTERVAL_MS = 15 * 60_000

/** Start of the interval that the instant `at` (epoch ms) falls into. */
export const intervalOf = (at: number): number => Math.floor(at / INTERVAL_MS) * INTERVAL_MS

/** Cuts [from, to) at the borders of intervals. */
export function* cutIntoIntervals(from: number, to: number): Generator<{ interval: number; from: number; to: number }> {
  for (let start = from; start < to; ) {
    const interval = intervalOf(start)
    const end = Math.min(to, interval + INTERVAL_MS)
    yield { interval, from: start, to: end }
    start = end
  }
}
