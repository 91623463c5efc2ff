/**
 * Is this block one sine, and of which frequency? By linear prediction (Prony 1795): a sine obeys x[n−1] + x[n+1] = 2·cos ω·x[n]; the best cosine gives the
 * frequency, what is left over the noise. Costs three multiplications a sample, whatever the frequency.
 */
export class SineMeter {
  readonly #size: number
  readonly #rate: number
  #filled = 0
  #x1 = 0
  #x2 = 0
  /** Sums of x², x·(neighbours), (neighbours)². */
  #own = 0
  #cross = 0
  #around = 0
  /** Mean square of the last block. */
  power = 0
  /** Hz; meaningless if `clarity` is low. */
  frequency = 0
  /** Power of the sine over that of all else: 30 is 15 dB. */
  clarity = 0

  /** `size`: samples a block. */
  constructor(size: number, sampleRate = 8000) {
    this.#size = size
    this.#rate = sampleRate
  }

  /** Takes samples from `from` to the block's end or the frame's; returns where it stopped. The block is over when `ended` says so. */
  add(pcm: Int16Array, from: number): number {
    const to = Math.min(pcm.length, from + this.#size - this.#filled)
    let { x1, x2, own, cross, around } = {
      x1: this.#x1,
      x2: this.#x2,
      own: this.#own,
      cross: this.#cross,
      around: this.#around,
    }
    for (let i = from; i < to; i++) {
      const x = pcm[i]!
      const neighbours = x + x2
      own += x1 * x1
      cross += x1 * neighbours
      around += neighbours * neighbours
      x2 = x1
      x1 = x
    }
    this.#x1 = x1
    this.#x2 = x2
    this.#own = own
    this.#cross = cross
    this.#around = around
    this.#filled += to - from
    return to
  }

  /** Once a block is full: sets `power`, `frequency`, `clarity`, begins the next one and returns true. */
  ended(): boolean {
    if (this.#filled < this.#size) return false
    const own = this.#own
    this.power = own / this.#size
    const cosine = own === 0 ? 0 : this.#cross / (2 * own)
    const rest =
      Math.max(0, this.#around - 4 * cosine * this.#cross + 4 * cosine * cosine * own) / (2 + 4 * cosine * cosine)
    this.clarity = own / (rest + 1e-9)
    // Noise adds to x² and not to x·(neighbours): the cosine comes out too small by as much as is noise.
    const corrected = this.clarity > 2 ? cosine / (1 - 1 / this.clarity) : cosine
    this.frequency = (Math.acos(Math.max(-1, Math.min(1, corrected))) * this.#rate) / (2 * Math.PI)
    this.#filled = 0
    this.#own = 0
    this.#cross = 0
    this.#around = 0
    return true
  }
}
