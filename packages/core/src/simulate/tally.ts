/** What is counted of a queue, defined as in docs/metrics.md: plain sums, so that stretches of time may be added. In the stretch in which the customer came. */
export interface Tally {
  offered: number
  answered: number
  answeredInTarget: number
  abandoned: number
  shortAbandoned: number
  /** Left the queue in another way. */
  left: number
  /** Still waiting at the end, longer than the target. */
  overdue: number
  /** Of the answered. */
  answeredWaitMs: number
  /** Of everybody, however it ended; of those who still wait, up to the end. */
  waitMs: number
}

export function emptyTally(): Tally {
  return {
    offered: 0,
    answered: 0,
    answeredInTarget: 0,
    abandoned: 0,
    shortAbandoned: 0,
    left: 0,
    overdue: 0,
    answeredWaitMs: 0,
    waitMs: 0,
  }
}

export function addTally(to: Tally, from: Tally): void {
  for (const key of Object.keys(to) as (keyof Tally)[]) to[key] += from[key]
}

export type Outcome = 'answered' | 'abandoned' | 'left' | 'waits'

/** Counts how a wait ended. */
export function countWait(
  tally: Tally,
  how: Outcome,
  waitMs: number,
  { targetMs, shortMs = 0 }: { targetMs: number; shortMs?: number },
): void {
  tally.waitMs += waitMs
  switch (how) {
    case 'answered':
      tally.answered++
      tally.answeredWaitMs += waitMs
      if (waitMs <= targetMs) tally.answeredInTarget++
      break
    case 'abandoned':
      if (waitMs < shortMs) tally.shortAbandoned++
      else tally.abandoned++
      break
    case 'left':
      tally.left++
      break
    case 'waits':
      if (waitMs > targetMs) tally.overdue++
  }
}

const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)
const decided = (t: Tally): number => t.answered + t.abandoned + t.left + t.overdue

export const serviceLevel = (t: Tally): number | null => share(t.answeredInTarget, decided(t))
export const abandonmentRate = (t: Tally): number | null => share(t.abandoned, decided(t))
export const averageSpeedOfAnswer = (t: Tally): number | null => share(t.answeredWaitMs, t.answered)

/** Each power of two is cut into so many: a quantile is right to 1 %. */
const CUTS = 64

/** Waits counted by size, for percentiles of any number of them in little memory. Shorter than `CUTS` ms they are counted exactly. */
export class Waits {
  private readonly counts: number[] = []
  count = 0
  longestMs = 0

  add(ms: number): void {
    const place = placeOf(ms)
    this.counts[place] = (this.counts[place] ?? 0) + 1
    this.count++
    if (ms > this.longestMs) this.longestMs = ms
  }

  merge(other: Waits): void {
    for (const [place, count] of other.counts.entries())
      if (count) this.counts[place] = (this.counts[place] ?? 0) + count
    this.count += other.count
    this.longestMs = Math.max(this.longestMs, other.longestMs)
  }

  /** The wait that a share `p` did not exceed (nearest rank); null where there are none. */
  quantile(p: number): number | null {
    if (this.count === 0) return null
    let left = Math.max(1, Math.ceil(p * this.count))
    for (const [place, count] of this.counts.entries()) {
      left -= count ?? 0
      if (left <= 0) return Math.min(msOf(place), this.longestMs)
    }
    return this.longestMs
  }
}

function placeOf(ms: number): number {
  if (ms < CUTS) return Math.max(0, Math.round(ms))
  const power = Math.floor(Math.log2(ms / CUTS))
  return CUTS * (power + 1) + Math.floor(ms / 2 ** power) - CUTS
}

/** The middle of a place. */
function msOf(place: number): number {
  if (place < CUTS) return place
  const power = Math.floor(place / CUTS) - 1
  return Math.floor(((place % CUTS) + CUTS + 0.5) * 2 ** power)
}
