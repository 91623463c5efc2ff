import { powerOf } from '../level/level.ts'
import { SineMeter } from './sine.ts'

const BLOCK_MS = 10
/** Machines beep between 370 Hz (below it people hum) and 2200 Hz. */
const LEAST_HZ = 370
const MOST_HZ = 2200
/** A beep at −30 dBm0 is heard; under −36 it is not. */
const GATE_DBM0 = -36
/** 14 dB above all else, within 2.5 % of one frequency and 4 dB of one level: no voice is so steady. */
const CLEAR = 25
const STEADY_SHARE = 0.025
const STEADY_POWER = 10 ** (4 / 10)
const LEAST_MS = 90
const MOST_MS = 2500
/** After the beep it must be this quiet (below the beep) for so long. */
const QUIET_BELOW = 10 ** (15 / 10)
const QUIET_MS = 60

/**
 * Hears the beep after which an answering machine records: one steady tone of 0.1 to 2.5 s, then quiet. Listen only after the answer: a network's busy or ringing tone is as
 * pure as a beep.
 */
export class BeepDetector {
  readonly #meter: SineMeter
  readonly #gate = powerOf(GATE_DBM0)
  #frequency = 0
  #power = 0
  #toneMs = 0
  #quietMs = 0

  constructor({ sampleRate = 8000 }: { sampleRate?: number } = {}) {
    this.#meter = new SineMeter((sampleRate * BLOCK_MS) / 1000, sampleRate)
  }

  /** Takes audio of any length; true once it is time to speak. */
  process(pcm: Int16Array): boolean {
    let heard = false
    for (let i = 0; i < pcm.length; ) {
      i = this.#meter.add(pcm, i)
      if (this.#meter.ended() && this.#block()) heard = true
    }
    return heard
  }

  #block(): boolean {
    const { power, frequency, clarity } = this.#meter
    const tone = power > this.#gate && clarity > CLEAR && frequency >= LEAST_HZ && frequency <= MOST_HZ
    if (tone && this.#quietMs === 0 && this.#steady(frequency, power)) {
      this.#toneMs += BLOCK_MS
      return false
    }
    if (this.#toneMs >= LEAST_MS && this.#toneMs <= MOST_MS && power * QUIET_BELOW < this.#power) {
      this.#quietMs += BLOCK_MS
      if (this.#quietMs < QUIET_MS) return false
      this.#toneMs = 0
      this.#quietMs = 0
      return true
    }
    // The block in which the tone stops is neither: it is let pass once.
    if (this.#toneMs >= LEAST_MS && this.#quietMs === 0 && !tone && power <= this.#power) {
      this.#quietMs = 1
      return false
    }
    this.#toneMs = tone ? BLOCK_MS : 0
    this.#quietMs = 0
    this.#frequency = frequency
    this.#power = power
    return false
  }

  #steady(frequency: number, power: number): boolean {
    if (this.#toneMs === 0 || Math.abs(frequency - this.#frequency) > this.#frequency * STEADY_SHARE) return false
    // The first block may hold the rise of the tone.
    if (this.#toneMs <= BLOCK_MS * 2 && power > this.#power) this.#power = power
    return power < this.#power * STEADY_POWER && power * STEADY_POWER > this.#power
  }
}
