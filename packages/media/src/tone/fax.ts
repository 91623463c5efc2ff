import { powerOf } from '../level/level.ts'
import { SineMeter } from './sine.ts'

const BLOCK_MS = 10
/** What comes in at −30 dBm0 is heard well, below −43 (T.30's least level) it is not. */
const GATE_DBM0 = -43
/** 10 dB above all else: speech does not keep that up on one frequency. */
const CLEAR = 10
/** Calling tone 1100 Hz ± 38, 425 to 575 ms (ITU-T T.30 section 4.3.3.2); answer tone 2100 Hz ± 15 (V.25), 0.7 s of it are waited for. */
const CNG = { least: 1057, most: 1143, fromMs: 400, toMs: 620 }
const CED = { least: 2075, most: 2125, fromMs: 700 }
/** A machine's tone keeps its level; an instrument's note dies away. */
const STEADY_POWER = 10 ** (4 / 10)
/** Blocks that may fail within a tone (the answer tone's phase turns every 450 ms; a concealed packet). */
const MAY_FAIL = 2

/** Hears a fax machine: `cng` when a burst of its calling tone has ended, `ced` when its answer tone has gone on. Each once a burst. */
export class FaxDetector {
  readonly #meter: SineMeter
  readonly #gate = powerOf(GATE_DBM0)
  #kind: 'cng' | 'ced' | null = null
  #power = 0
  #blocks = 0
  #failed = 0
  #told = false

  constructor({ sampleRate = 8000 }: { sampleRate?: number } = {}) {
    this.#meter = new SineMeter((sampleRate * BLOCK_MS) / 1000, sampleRate)
  }

  /** Takes audio of any length. */
  process(pcm: Int16Array): 'cng' | 'ced' | null {
    let heard: 'cng' | 'ced' | null = null
    for (let i = 0; i < pcm.length; ) {
      i = this.#meter.add(pcm, i)
      if (this.#meter.ended()) heard = this.#block() ?? heard
    }
    return heard
  }

  #block(): 'cng' | 'ced' | null {
    const { power, frequency, clarity } = this.#meter
    const tone = power > this.#gate && clarity > CLEAR
    const kind =
      !tone || !this.#steady(power) ? null : within(frequency, CNG) ? 'cng' : within(frequency, CED) ? 'ced' : null
    if (kind !== null && kind === this.#kind) {
      this.#blocks += 1 + this.#failed
      this.#failed = 0
      if (kind !== 'ced' || this.#told || this.#blocks * BLOCK_MS < CED.fromMs) return null
      this.#told = true
      return 'ced'
    }
    if (this.#kind !== null && ++this.#failed <= MAY_FAIL) return null
    const heldMs = this.#blocks * BLOCK_MS
    const burst = this.#kind === 'cng' && heldMs >= CNG.fromMs && heldMs <= CNG.toMs
    this.#kind = kind
    this.#power = power
    this.#blocks = kind === null ? 0 : 1
    this.#failed = 0
    this.#told = false
    return burst ? 'cng' : null
  }

  /** Within 4 dB (a V.34 fax modulates its tone by 3.5) of the tone's level, which its first two blocks set: the very first is cut. */
  #steady(power: number): boolean {
    if (this.#blocks <= 1 && power > this.#power) this.#power = power
    return this.#blocks <= 1 || (power < this.#power * STEADY_POWER && power * STEADY_POWER > this.#power)
  }
}

function within(frequency: number, { least, most }: { least: number; most: number }): boolean {
  return frequency >= least && frequency <= most
}
