/**
 * Packet loss concealment after ITU-T G.711 Appendix I: the last pitch periods are repeated, one for the first 10 ms, then two, then three, faded by a fifth
 * each 10 ms to silence after 60 ms; the first good frame is cross-faded in. Unlike the appendix it delays nothing: the seam is smoothed with the mirrored past.
 */
export class Concealer {
  readonly #per10: number
  readonly #minPitch: number
  readonly #maxPitch: number
  readonly #past: Int16Array
  /** Up to three pitch periods, the newest last, with their end faded into their start. */
  readonly #cycle: Float64Array
  #pitch = 0
  #length = 0
  #at = 0
  #missing = 0

  constructor(sampleRate = 8000) {
    this.#per10 = sampleRate / 100
    this.#minPitch = sampleRate / 200
    this.#maxPitch = (sampleRate * 3) / 200
    this.#past = new Int16Array(this.#maxPitch * 3 + this.#maxPitch / 4 + 1)
    this.#cycle = new Float64Array(this.#maxPitch * 3)
  }

  /** Samples concealed since the last good frame. */
  get missing(): number {
    return this.#missing
  }

  /** A frame that came: remembers it and, after a loss, fades it in, in place. */
  good(frame: Int16Array): void {
    if (this.#missing > 0) {
      const over = Math.min(
        frame.length,
        Math.round(this.#pitch / 4 + Math.min(1, this.#missing / this.#per10 / 2) * (this.#per10 / 2)),
      )
      for (let i = 0; i < over; i++) {
        const share = (i + 0.5) / over
        frame[i] = Math.round(frame[i]! * share + this.#next() * (1 - share))
      }
      this.#missing = 0
    }
    this.#remember(frame)
  }

  /** Fills `out` with what most likely was said. */
  lost(out: Int16Array): void {
    if (this.#missing === 0) this.#findPitch()
    const seam = Math.max(1, this.#pitch >> 2)
    for (let i = 0; i < out.length; i++) {
      if (this.#missing === this.#per10 || this.#missing === this.#per10 * 2)
        this.#lengthen(this.#missing / this.#per10 + 1)
      const first = this.#missing < seam ? (this.#missing + 0.5) / seam : 1
      const mirrored = first < 1 ? this.#past[this.#past.length - 1 - this.#missing]! : 0
      out[i] = Math.round(this.#next() * first + mirrored * (1 - first))
    }
    this.#remember(out)
  }

  #next(): number {
    const gain = Math.max(0, 1 - Math.max(0, this.#missing / this.#per10 - 1) * 0.2)
    this.#missing++
    if (gain === 0 || this.#length === 0) return 0
    const sample = this.#cycle[this.#at]! * gain
    this.#at = this.#at + 1 === this.#length ? 0 : this.#at + 1
    return sample
  }

  #remember(frame: Int16Array): void {
    const past = this.#past
    if (frame.length >= past.length) past.set(frame.subarray(frame.length - past.length))
    else {
      past.copyWithin(0, frame.length)
      past.set(frame, past.length - frame.length)
    }
  }

  /** Best normalised correlation of the newest 20 ms with what lay one period before; coarse on every second sample, then fine. */
  #findPitch(): void {
    const past = this.#past
    const window = this.#maxPitch + this.#per10 / 2
    const from = past.length - window
    let best = this.#maxPitch
    let bestScore = Number.NEGATIVE_INFINITY
    const score = (lag: number, step: number): number => {
      let cross = 0
      let energy = 1
      for (let i = from; i < past.length; i += step) {
        const before = past[i - lag]!
        cross += past[i]! * before
        energy += before * before
      }
      return (cross * Math.abs(cross)) / energy
    }
    const consider = (lag: number, step: number): void => {
      const found = score(lag, step)
      if (found > bestScore) {
        bestScore = found
        best = lag
      }
    }
    for (let lag = this.#minPitch; lag <= this.#maxPitch; lag += 2) consider(lag, 2)
    const coarse = best
    bestScore = Number.NEGATIVE_INFINITY
    for (let lag = Math.max(this.#minPitch, coarse - 2); lag <= Math.min(this.#maxPitch, coarse + 2); lag++)
      consider(lag, 1)
    this.#pitch = best
    this.#source = Float64Array.from(past)
    this.#length = 0
    this.#lengthen(1)
  }

  /** The past as it was when the loss began: what is concealed afterwards is not its own source. */
  #source = new Float64Array(0)

  #lengthen(periods: number): void {
    const length = this.#pitch * periods
    const start = this.#source.length - length
    const fade = this.#pitch >> 2
    for (let i = 0; i < length; i++) {
      const into = i - (length - fade)
      const share = into < 0 ? 0 : (into + 0.5) / fade
      this.#cycle[i] =
        this.#source[start + i]! * (1 - share) + (share > 0 ? this.#source[start + i - length]! * share : 0)
    }
    // The phase goes on: the same place within the newest period.
    this.#at = this.#length === 0 ? 0 : (length - this.#pitch + (this.#at % this.#pitch)) % length
    this.#length = length
  }
}
