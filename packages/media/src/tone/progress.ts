import { powerOf } from '../level/level.ts'
import type { Region } from './generate.ts'
import { Goertzel } from './goertzel.ts'
import { SineMeter } from './sine.ts'

export type Progress = 'dial' | 'busy' | 'congestion' | 'ringback' | 'sit'

const BLOCK_MS = 30
/** Tones that come in at −30 dBm0 (each sine) are heard, below −40 they are not. */
const GATE_DBM0 = -40
/** The pair's share of all power, and how far apart its two sines may be. */
const PURE = 0.7
const TWIST = 10 ** (7 / 10)
const CLEAR = 20
/** Between bursts it is this much quieter than in them; anything louder is speech and ends the pattern. */
const QUIET_BELOW = 10 ** (12 / 10)
const FREQUENCIES = [350, 440, 480, 620] as const
/** A single tone keeps its frequency, within a burst and from burst to burst, and its level; a voice that hums does not. */
const STEADY_HZ = 20
const STEADY_POWER = 10 ** (5 / 10)
/** With no tone for so long the state is forgotten. */
const FORGET_MS = 7000
/** Steps of the special information tone (E.180), 276 to 380 ms each. */
const SIT_HZ = [
  [900, 1005],
  [1350, 1450],
  [1750, 1850],
] as const

/** What a block sounds like: one tone of 380 to 470 Hz (Europe; Britain's two lie within it), or a North American pair. */
type Sound = 'single' | 'dial' | 'ring' | 'busy'

/**
 * Call-progress tones by their frequencies and cadence (ITU-T E.180, ETSI TR 101 041-2, ANSI T1.401). Europe: one tone around 425 Hz, told apart by time: busy 0.33–0.65 s on and off, congestion
 * faster, ringing up to 2.5 s and a long pause, dial tone for 3 s. North America: by pairs. Answers as soon as it is sure: busy within its second burst.
 */
export class ProgressDetector {
  readonly #region: Region | 'any'
  readonly #meter: SineMeter
  readonly #filters: Goertzel[]
  readonly #gate = powerOf(GATE_DBM0)
  #sound: Sound | null = null
  #soundPower = 0
  #soundHz = 0
  #onMs = 0
  #offMs = 0
  #loud = 0
  /** Bursts before this one: length and the pause after it. */
  #last: { sound: Sound; onMs: number; offMs: number } | null = null
  #state: Progress | null = null
  #sitStep = 0
  #sitMs = 0
  #straddled = false
  #idleMs = 0

  constructor(region: Region | 'any' = 'any', { sampleRate = 8000 }: { sampleRate?: number } = {}) {
    const size = (sampleRate * BLOCK_MS) / 1000
    this.#region = region
    this.#meter = new SineMeter(size, sampleRate)
    this.#filters = FREQUENCIES.map(frequency => new Goertzel(frequency, size, sampleRate))
  }

  /** Takes audio of any length; returns what has begun to be heard, once each time it changes. */
  process(pcm: Int16Array): Progress | null {
    let heard: Progress | null = null
    for (let i = 0; i < pcm.length; ) {
      const end = this.#meter.add(pcm, i)
      for (const filter of this.#filters) filter.add(pcm, i, end)
      i = end
      if (!this.#meter.ended()) continue
      for (const filter of this.#filters) filter.end()
      const found = this.#sit() ?? this.#cadence(this.#classify())
      if (found !== null) {
        if (found !== this.#state) heard = found
        this.#state = found
        this.#idleMs = 0
      } else this.#idleMs += BLOCK_MS
      if (this.#idleMs > FORGET_MS) this.#state = null
    }
    return heard
  }

  #classify(): Sound | null {
    const { power, frequency, clarity } = this.#meter
    if (power < this.#gate) return null
    if (this.#region !== 'europe') {
      const [p350, p440, p480, p620] = this.#filters.map(filter => filter.power) as [number, number, number, number]
      if (pair(p350, p440, power)) return 'dial'
      if (pair(p440, p480, power)) return 'ring'
      if (pair(p480, p620, power)) return 'busy'
    }
    if (this.#region !== 'northAmerica' && clarity > CLEAR && frequency >= 380 && frequency <= 470) return 'single'
    return null
  }

  #cadence(heard: Sound | null): Progress | null {
    const { power, frequency } = this.#meter
    const sound = heard === 'single' && this.#sound === 'single' && !this.#steady(power, frequency) ? null : heard
    if (sound !== null && (sound === this.#sound || this.#sound === null)) {
      if (this.#sound === null || this.#offMs > BLOCK_MS) this.#begin(sound)
      this.#onMs += BLOCK_MS + this.#offMs
      this.#offMs = 0
      this.#loud = 0
      // The first block of a burst is cut and says little of its frequency.
      if (this.#onMs <= BLOCK_MS * 2) this.#soundHz = frequency
      this.#soundPower = Math.max(power, this.#soundPower * 0.9)
      return this.#whileOn(sound)
    }
    // A burst's edges lie within blocks: one loud block that is no tone is let pass at each.
    this.#loud = sound === null && power > this.#gate && power * QUIET_BELOW > this.#soundPower ? this.#loud + 1 : 0
    if (sound !== null || this.#loud > 1) {
      this.#forget()
      return null
    }
    if (this.#sound === null) return null
    this.#offMs += BLOCK_MS
    return this.#whileOff(this.#sound)
  }

  #begin(sound: Sound): void {
    if (this.#sound !== null) this.#last = { sound, onMs: this.#onMs, offMs: this.#offMs }
    this.#sound = sound
    this.#onMs = 0
    this.#offMs = 0
    this.#soundPower = 0
  }

  #steady(power: number, frequency: number): boolean {
    if (this.#onMs > BLOCK_MS && Math.abs(frequency - this.#soundHz) > STEADY_HZ) return false
    return this.#offMs > 0 || this.#onMs <= BLOCK_MS || power * STEADY_POWER > this.#soundPower
  }

  #forget(): void {
    this.#sound = null
    this.#last = null
    this.#onMs = 0
    this.#offMs = 0
  }

  #whileOn(sound: Sound): Progress | null {
    if (sound === 'dial') return this.#onMs >= 900 ? 'dial' : null
    if (sound === 'ring') return this.#onMs >= 450 ? 'ringback' : null
    if (sound === 'single' && this.#onMs >= 3000) return 'dial'
    const last = this.#last
    if (!last || last.sound !== sound) return null
    // A second burst like the first, after a pause like it.
    const even = Math.abs(last.onMs - last.offMs) <= 110 && this.#onMs >= last.onMs - 60
    if (!even || this.#onMs > last.onMs + 120) return null
    const period = last.onMs + last.offMs
    if (period >= 330 && period < 620) return 'congestion'
    return period >= 620 && period <= 1300 ? 'busy' : null
  }

  #whileOff(sound: Sound): Progress | null {
    if (this.#offMs > 6500) this.#forget()
    if (sound !== 'single') return null
    return this.#onMs >= 330 && this.#onMs <= 2700 && this.#offMs >= 1000 ? 'ringback' : null
  }

  #sit(): Progress | null {
    const { power, frequency, clarity } = this.#meter
    const clear = power > this.#gate && clarity > CLEAR
    const is = (step: number): boolean =>
      clear && step < 3 && frequency >= SIT_HZ[step]![0] && frequency <= SIT_HZ[step]![1]
    if (this.#sitMs > 0 && is(this.#sitStep)) {
      this.#sitMs += BLOCK_MS
      return this.#sitStep === 2 && this.#sitMs === 210 ? 'sit' : null
    }
    const next = this.#sitStep + 1
    if (this.#sitMs >= 210 && this.#sitMs <= 480 && is(next)) {
      this.#sitStep = next
      this.#sitMs = BLOCK_MS
      this.#straddled = false
      return null
    }
    // One block straddles the change of tone.
    if (this.#sitMs >= 210 && !this.#straddled) {
      this.#straddled = true
      return null
    }
    this.#straddled = false
    this.#sitStep = 0
    this.#sitMs = is(0) ? BLOCK_MS : 0
    return null
  }
}

function pair(a: number, b: number, power: number): boolean {
  return a + b > power * PURE && a < b * TWIST && b < a * TWIST
}
