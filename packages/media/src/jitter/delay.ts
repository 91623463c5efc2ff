/** Width of a histogram bin. */
const BIN_MS = 5
/** How much of the past each packet leaves: half is forgotten in about 7 s of 20 ms packets. */
const FORGET = 0.998
/** Share of packets that the delay should be long enough for. */
const QUANTILE = 0.97
/** The fastest packet of the last one to two windows is the zero that delays count from, so that clock drift and a new route are followed. */
const WINDOW_MS = 10_000

/**
 * How long packets take beyond the fastest ones, and the delay that is enough for most: a forgetting histogram and its quantile, as in WebRTC's NetEQ.
 * A single straggler does not lengthen every later second.
 */
export class DelayEstimate {
  readonly #minMs: number
  readonly #maxMs: number
  readonly #bins: Float64Array
  #base = Number.POSITIVE_INFINITY
  #previous = Number.POSITIVE_INFINITY
  #windowEndsAt = Number.NaN
  targetMs: number

  constructor(minMs: number, maxMs: number) {
    this.#minMs = minMs
    this.#maxMs = maxMs
    this.#bins = new Float64Array(Math.ceil(maxMs / BIN_MS) + 1)
    this.targetMs = minMs
  }

  /** Counts a packet whose arrival minus its timestamp is `transitMs` (any zero). */
  add(transitMs: number, nowMs: number): void {
    if (!(nowMs < this.#windowEndsAt)) {
      this.#previous = this.#base
      this.#base = transitMs
      this.#windowEndsAt = nowMs + WINDOW_MS
    } else if (transitMs < this.#base) this.#base = transitMs
    const bins = this.#bins
    const bin = Math.min(bins.length - 1, Math.floor(this.of(transitMs) / BIN_MS))
    let sum = 0
    for (let i = 0; i < bins.length; i++) {
      bins[i] = bins[i]! * FORGET
      sum += bins[i]!
    }
    bins[bin] = bins[bin]! + 1
    let left = (sum + 1) * QUANTILE
    let at = 0
    while (at < bins.length - 1 && left > bins[at]!) left -= bins[at++]!
    this.targetMs = Math.min(this.#maxMs, Math.max(this.#minMs, (at + 1) * BIN_MS))
  }

  /** Delay beyond the fastest packets of something with this transit. */
  of(transitMs: number): number {
    return transitMs - Math.min(this.#base, this.#previous)
  }

  reset(): void {
    this.#bins.fill(0)
    this.#base = Number.POSITIVE_INFINITY
    this.#previous = Number.POSITIVE_INFINITY
    this.#windowEndsAt = Number.NaN
    this.targetMs = this.#minMs
  }
}
