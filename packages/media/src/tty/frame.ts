/** One character as it was framed. */
export interface Character {
  /** Five bits. */
  code: number
  /** When its start bit began, ms of the stream. */
  atMs: number
  /** How far its edges lay from where bits of this length have them, in ms all together. */
  misfitMs: number
  /** Edges after the first. */
  edges: number
}

/** Half of the span around a bit's centre that is summed. */
const SPAN_MS = 3.5
/** Share of a character's ms that may lack tone (a click, a lost packet concealed). */
const ABSENT_SHARE = 0.15

/** Finds start bits, five data bits and a stop in the balance of mark and space, given every ms: 1 is mark, −1 is space, 0 is neither. */
export class Framer {
  readonly bitMs: number
  readonly #sums = new Float64Array(7)
  #startedAt = Number.NaN
  #previous = 1
  #absent = 0
  #misfit = 0
  #edges = 0

  constructor(bitMs: number) {
    this.bitMs = bitMs
  }

  /** Returns the character that ended in this ms, or null. */
  step(now: number, balance: number, present: boolean): Character | null {
    // No carrier rests as a mark would: a sender without a lead begins with its start bit.
    const value = present ? balance : 1
    const previous = this.#previous
    this.#previous = value
    if (Number.isNaN(this.#startedAt)) {
      if (previous >= 0 && value < 0) this.#begin(now - value / (value - previous))
      return null
    }
    const elapsed = now - this.#startedAt
    const bit = Math.floor(elapsed / this.bitMs)
    if (!present) this.#absent++
    else if (previous < 0 !== value < 0) this.#edge(elapsed - value / (value - previous))
    if (Math.abs(elapsed - (bit + 0.5) * this.bitMs) <= SPAN_MS) this.#sums[bit] = this.#sums[bit]! + balance
    if (bit === 1 && this.#sums[0]! >= 0) this.#startedAt = Number.NaN
    return elapsed >= 6.5 * this.bitMs + SPAN_MS ? this.#end() : null
  }

  #begin(at: number): void {
    this.#startedAt = at
    this.#sums.fill(0)
    this.#absent = 0
    this.#misfit = 0
    this.#edges = 0
  }

  #edge(elapsed: number): void {
    this.#edges++
    this.#misfit += Math.abs(elapsed - Math.round(elapsed / this.bitMs) * this.bitMs)
  }

  #end(): Character | null {
    const atMs = this.#startedAt
    this.#startedAt = Number.NaN
    const sums = this.#sums
    const framed = sums[0]! < 0 && sums[6]! > 0 && this.#absent <= 7 * this.bitMs * ABSENT_SHARE
    // Every bit must be decided clearly: half-hearted ones are not tones.
    for (let bit = 0; bit < 7; bit++) if (Math.abs(sums[bit]!) < SPAN_MS) return null
    if (!framed) return null
    let code = 0
    for (let bit = 0; bit < 5; bit++) if (sums[bit + 1]! > 0) code |= 1 << bit
    return { code, atMs, misfitMs: this.#misfit, edges: this.#edges }
  }
}
