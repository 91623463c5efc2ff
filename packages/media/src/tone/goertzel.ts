/**
 * One bin of a Fourier transform (Goertzel 1958) over a block that may arrive in pieces. Besides the power it keeps the phase: between two whole blocks in a row it
 * turns by 2πfN/fs, which tells a steady tone's frequency far finer than the bin is wide.
 */
export class Goertzel {
  readonly frequency: number
  readonly #coefficient: number
  readonly #cos: number
  readonly #sin: number
  readonly #turn: number
  readonly #hzPerRadian: number
  readonly #size: number
  #s1 = 0
  #s2 = 0
  #phase = Number.NaN
  /** Power of the last block, in units of a sine's mean square: a sine of peak A in mid-bin gives A²/2. */
  power = 0
  /** Power of the block before it. */
  before = 0
  /** Last block's frequency less the nominal one, from the phase; NaN after a block that had no whole predecessor. Ambiguous beyond ± half a bin. */
  offsetHz = Number.NaN

  /** `size`: samples a block. */
  constructor(frequency: number, size: number, sampleRate = 8000) {
    const omega = (2 * Math.PI * frequency) / sampleRate
    this.frequency = frequency
    this.#cos = Math.cos(omega)
    this.#sin = Math.sin(omega)
    this.#coefficient = 2 * this.#cos
    this.#turn = omega * size
    this.#hzPerRadian = sampleRate / (2 * Math.PI * size)
    this.#size = size
  }

  /** Takes samples `from` to `to` (exclusive) of the block. */
  add(pcm: Int16Array, from: number, to: number): void {
    const coefficient = this.#coefficient
    let s1 = this.#s1
    let s2 = this.#s2
    for (let i = from; i < to; i++) {
      const s0 = pcm[i]! + coefficient * s1 - s2
      s2 = s1
      s1 = s0
    }
    this.#s1 = s1
    this.#s2 = s2
  }

  /** Ends the block: sets `power` and `offsetHz`, begins the next. */
  end(): void {
    const real = this.#s1 - this.#s2 * this.#cos
    const imaginary = this.#s2 * this.#sin
    this.before = this.power
    this.power = (2 * (real * real + imaginary * imaginary)) / (this.#size * this.#size)
    const phase = Math.atan2(imaginary, real)
    const turned = phase - this.#phase - this.#turn
    this.offsetHz = (turned - 2 * Math.PI * Math.round(turned / (2 * Math.PI))) * this.#hzPerRadian
    this.#phase = phase
    this.#s1 = 0
    this.#s2 = 0
  }

  /** Ends a block that was not looked at (gated by its energy). */
  skip(): void {
    this.before = this.power
    this.power = 0
    this.offsetHz = Number.NaN
    this.#phase = Number.NaN
    this.#s1 = 0
    this.#s2 = 0
  }
}
