import { amplitudeOf } from '../level/level.ts'

/** A stretch of sound: sines together, or silence if there are none. */
export interface Tone {
  /** Hz. */
  frequencies: readonly number[]
  /** Length; `Infinity` for a tone without end. */
  ms: number
  /** dBm0 of each sine; one for all, or one each. */
  level?: number | readonly number[]
}

/** Tones fade in and out this long, so that they do not click. */
const RAMP_MS = 2

/** Renders tones one after the other, phase unbroken across frames. */
export class ToneGenerator {
  readonly #tones: readonly Tone[]
  readonly #repeat: boolean
  readonly #rate: number
  #index = 0
  #sample = 0
  #lengths: number[]
  #peaks: number[][]

  /** `repeat`: begins again after the last tone, for ever. */
  constructor(
    tones: readonly Tone[],
    { repeat = false, sampleRate = 8000 }: { repeat?: boolean; sampleRate?: number } = {},
  ) {
    this.#tones = tones
    this.#repeat = repeat && tones.some(tone => tone.ms > 0)
    this.#rate = sampleRate
    this.#lengths = tones.map(tone => Math.round((tone.ms * sampleRate) / 1000))
    this.#peaks = tones.map(({ frequencies, level = -13 }) =>
      frequencies.map((_, i) => amplitudeOf(typeof level === 'number' ? level : (level[i] ?? -13))),
    )
  }

  /** Fills `out`, with zeros after the end. Returns false once nothing of it was tone's time any more. */
  render(out: Int16Array): boolean {
    let at = 0
    while (at < out.length) {
      if (this.#index >= this.#tones.length) {
        if (!this.#repeat) break
        this.#index = 0
      }
      const left = this.#lengths[this.#index]! - this.#sample
      const count = Math.min(out.length - at, left)
      this.#sines(out, at, count)
      at += count
      this.#sample += count
      if (this.#sample >= this.#lengths[this.#index]!) {
        this.#index++
        this.#sample = 0
      }
    }
    out.fill(0, at)
    return at > 0
  }

  #sines(out: Int16Array, at: number, count: number): void {
    const { frequencies } = this.#tones[this.#index]!
    const peaks = this.#peaks[this.#index]!
    const length = this.#lengths[this.#index]!
    const ramp = (RAMP_MS * this.#rate) / 1000
    for (let i = 0; i < count; i++) {
      const sample = this.#sample + i
      let sum = 0
      for (let k = 0; k < peaks.length; k++)
        sum += peaks[k]! * Math.sin((2 * Math.PI * frequencies[k]! * sample) / this.#rate)
      const edge = Math.min(1, (sample + 1) / ramp, (length - sample) / ramp)
      out[at + i] = Math.max(-32_768, Math.min(32_767, Math.round(sum * edge)))
    }
  }
}

/** All of finite `tones` as one array. */
export function renderTones(tones: readonly Tone[], sampleRate = 8000): Int16Array {
  const out = new Int16Array(tones.reduce((sum, tone) => sum + Math.round((tone.ms * sampleRate) / 1000), 0))
  new ToneGenerator(tones, { sampleRate }).render(out)
  return out
}

export type ProgressTone = 'dial' | 'busy' | 'congestion' | 'ringback' | 'callWaiting'
export type Region = 'europe' | 'northAmerica'

const pause = (ms: number): Tone => ({ frequencies: [], ms })
const europe = (ms: number): Tone => ({ frequencies: [425], ms, level: -13 })
const american = (frequencies: number[], ms: number, level: number): Tone => ({ frequencies, ms, level })

/** Call-progress tones, to be repeated: ETSI TR 101 041-2 and ITU-T E.180 (most of Europe); ANSI T1.401 "precise tones" (North America). */
export const CADENCES: Readonly<Record<Region, Readonly<Record<ProgressTone, readonly Tone[]>>>> = {
  europe: {
    dial: [europe(Number.POSITIVE_INFINITY)],
    busy: [europe(500), pause(500)],
    congestion: [europe(250), pause(250)],
    ringback: [europe(1000), pause(4000)],
    callWaiting: [europe(150), pause(150), europe(150), pause(8000)],
  },
  northAmerica: {
    dial: [american([350, 440], Number.POSITIVE_INFINITY, -13)],
    busy: [american([480, 620], 500, -24), pause(500)],
    congestion: [american([480, 620], 250, -24), pause(250)],
    ringback: [american([440, 480], 2000, -19), pause(4000)],
    callWaiting: [american([440], 300, -13), pause(9700)],
  },
}

/** Special information tone, before "the number you have dialled …" (ITU-T E.180 section 5): once. */
export function sit(level = -14): Tone[] {
  return [950, 1400, 1800].map(frequency => ({ frequencies: [frequency], ms: 330, level }))
}

/** A calling fax: 1100 Hz for 0.5 s every 3.5 s (ITU-T T.30 section 4.3.3.2). */
export function cng(level = -13): Tone[] {
  return [{ frequencies: [1100], ms: 500, level }, pause(3000)]
}

export const DTMF_ROWS = [697, 770, 852, 941] as const
export const DTMF_COLUMNS = [1209, 1336, 1477, 1633] as const
/** Digits by row and column (ITU-T Q.23). */
export const DTMF_KEYS = '123A456B789C*0#D'

/** The tones of a row of digits (`0-9 * # A-D`; others are left out), each followed by a gap (ITU-T Q.23, Q.24). */
export function dtmf(
  digits: string,
  { toneMs = 100, gapMs = 100, level = -9 }: { toneMs?: number; gapMs?: number; level?: number } = {},
): Tone[] {
  return [...digits.toUpperCase()].flatMap(digit => {
    const key = DTMF_KEYS.indexOf(digit)
    if (key < 0) return []
    const frequencies = [DTMF_ROWS[key >> 2]!, DTMF_COLUMNS[key & 3]!]
    return [{ frequencies, ms: toneMs, level }, pause(gapMs)]
  })
}
