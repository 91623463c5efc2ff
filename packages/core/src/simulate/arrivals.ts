import type { Random } from './random.ts'

/** When customers come. */
export interface Arrivals {
  /** The times (epoch ms, ascending) of one run; infinity when nobody comes any more. */
  begin(random: Random): () => number
}

/** From `fromAt` on, so many an hour, until the next piece. */
export interface Rate {
  fromAt: number
  perHour: number
}

const HOUR_MS = 3_600_000

/** A Poisson process whose rate is constant within each piece; pieces sorted by time. An exponential clock is carried over from piece to piece. */
export function poisson(rates: readonly Rate[], endAt = Number.POSITIVE_INFINITY): Arrivals {
  return {
    begin(random) {
      let piece = 0
      let now = rates[0]?.fromAt ?? Number.POSITIVE_INFINITY
      return () => {
        let left = -Math.log(random.next())
        while (piece < rates.length) {
          const perMs = rates[piece]!.perHour / HOUR_MS
          const until = Math.min(rates[piece + 1]?.fromAt ?? Number.POSITIVE_INFINITY, endAt)
          const reach = perMs > 0 ? now + left / perMs : Number.POSITIVE_INFINITY
          if (reach < until) {
            now = reach
            return now
          }
          if (until === endAt || until === Number.POSITIVE_INFINITY) break
          left -= (until - now) * perMs
          now = until
          piece++
        }
        return Number.POSITIVE_INFINITY
      }
    },
  }
}

/** Exactly then; sorted. */
export function given(times: readonly number[]): Arrivals {
  return {
    begin() {
      let next = 0
      return () => times[next++] ?? Number.POSITIVE_INFINITY
    },
  }
}
