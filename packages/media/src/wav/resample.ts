/** Taps on each side of a polyphase branch's centre, in samples of the slower rate. */
const HALF_WIDTH = 12
/** Where the pass band ends, as a share of the slower rate's half: 3.4 kHz of 4, as the telephone has it. */
const CUTOFF = 0.92
/** Kaiser's β: about 70 dB of stop band. */
const BETA = 7

/**
 * Changes the sample rate of a stream by a polyphase windowed-sinc low-pass (Kaiser window), so that nothing folds back. Any rates of whole Hz whose ratio is small:
 * 8, 16, 24, 32, 44.1, 48 kHz. Delays by 12 samples of the slower rate (1.5 ms at 8 kHz).
 */
export class Resampler {
  readonly #up: number
  readonly #down: number
  /** Per phase, the taps for the newest samples, oldest first. */
  readonly #phases: Float32Array[]
  readonly #taps: number
  readonly #past: Float32Array
  #work = new Float32Array(0)
  /** Position of the next output in 1/up of an input sample, from the start of the next input. */
  #position = 0

  constructor(from: number, to: number) {
    const divisor = gcd(from, to)
    this.#up = to / divisor
    this.#down = from / divisor
    const scale = Math.min(1, to / from)
    const half = Math.ceil(HALF_WIDTH / scale)
    this.#taps = half * 2
    this.#past = new Float32Array(this.#taps - 1)
    this.#phases = Array.from({ length: this.#up }, (_, phase) => {
      const taps = Float64Array.from({ length: this.#taps }, (_, i) => {
        const x = i - half + 1 - phase / this.#up
        return sinc(x * scale * CUTOFF) * kaiser(x / half)
      })
      const sum = taps.reduce((a, b) => a + b, 0)
      return Float32Array.from(taps, tap => tap / sum)
    })
  }

  /** Most samples that `length` of input can give: how long `out` must be. */
  room(length: number): number {
    return Math.ceil((length * this.#up) / this.#down) + 1
  }

  /** Resamples all of `pcm` into `out`; returns the samples written. 20 ms frames of 8, 16 and 48 kHz always give whole frames. */
  process(pcm: Int16Array, out: Int16Array): number {
    const kept = this.#past.length
    if (this.#work.length < kept + pcm.length) this.#work = new Float32Array(kept + pcm.length)
    const work = this.#work
    work.set(this.#past)
    for (let i = 0; i < pcm.length; i++) work[kept + i] = pcm[i]!
    let written = 0
    let position = this.#position
    for (; position < pcm.length * this.#up; position += this.#down) {
      const index = Math.floor(position / this.#up)
      const taps = this.#phases[position - index * this.#up]!
      let sum = 0
      for (let k = 0; k < taps.length; k++) sum += taps[k]! * work[index + k]!
      out[written++] = sum > 32_767 ? 32_767 : sum < -32_768 ? -32_768 : Math.round(sum)
    }
    this.#position = position - pcm.length * this.#up
    this.#past.set(work.subarray(pcm.length, pcm.length + kept))
    return written
  }
}

/** Resamples a whole recording, its delay taken out: as many samples as last the same time. */
export function resample(pcm: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return pcm
  const resampler = new Resampler(from, to)
  const delay = Math.ceil(HALF_WIDTH / Math.min(1, to / from))
  const padded = new Int16Array(pcm.length + delay)
  padded.set(pcm)
  const out = new Int16Array(resampler.room(padded.length))
  const written = resampler.process(padded, out)
  const skip = Math.round((delay * to) / from)
  return out.slice(Math.min(skip, written), Math.min(written, skip + Math.round((pcm.length * to) / from)))
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / bessel(BETA)
}

/** The zeroth modified Bessel function of the first kind, by its series. */
function bessel(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}
