import { powerOf } from '../level/level.ts'
import { DTMF_COLUMNS, DTMF_KEYS, DTMF_ROWS } from './generate.ts'
import { Goertzel } from './goertzel.ts'

/** 12.75 ms: any 40 ms tone holds two whole blocks, a 20 ms one never does. */
const BLOCK_SECONDS = 102 / 8000
/** Each tone's least level. Q.24 asks for −25 dBm at least; what comes in at −30 dBm0 is accepted here, below −36 it is not. */
const GATE_DBM0 = -36
/** The column tone may be this much louder (Q.24: 4 dB) or softer (8 dB) than the row tone; a little is left for the block's edges. */
const COLUMN_LOUDER = 10 ** (6.5 / 10)
const COLUMN_SOFTER = 10 ** (10.5 / 10)
/** The two tones' share of all power: high to begin (talk-off: speech has harmonics), low while a digit is held, so that a 10 ms break does not double it. */
const PURE_TO_BEGIN = 0.74
const PURE_TO_HOLD = 0.3
/** Every other tone of a group stays this much below the strongest. */
const OTHERS_BELOW = 10 ** (5 / 10)
/** Accepted up to 1.5 % off and 2 Hz more, rejected at 3.5 % (Q.24): we draw the line between. */
const OFF_SHARE = 0.0165
const OFF_HZ = 4
/** The two tones' share once it is known how far off the filters' middle they are: what is left is noise, 10 dB below at most. */
const PURE_IN_TUNE = 0.84
/** A key's tones keep their level from block to block (the first may be cut by a quarter); a voice's harmonics seldom do. */
const STEADY = 10 ** (5 / 10)
/** Blocks in a row that agree before a digit begins, and that lack it before it ends. */
const TO_BEGIN = 2
const TO_END = 2

/**
 * In-band digits (ITU-T Q.23, Q.24): eight Goertzel filters, judged by level, twist, purity and, from the turn of the phase, exact frequency. A digit is told once,
 * 26 ms after its start; 40 ms tones and gaps are enough, 20 ms ones count as noise.
 */
export class DtmfDetector {
  readonly #filters: Goertzel[]
  readonly #size: number
  readonly #gate: number
  readonly #blockMs: number
  #filled = 0
  #energy = 0
  #candidate = -1
  #agreed = 0
  #key = -1
  #absent = 0
  #heldBlocks = 0
  #lastMs = 0

  constructor({ sampleRate = 8000 }: { sampleRate?: number } = {}) {
    this.#size = Math.round(sampleRate * BLOCK_SECONDS)
    this.#blockMs = (this.#size / sampleRate) * 1000
    this.#gate = powerOf(GATE_DBM0)
    this.#filters = [...DTMF_ROWS, ...DTMF_COLUMNS].map(frequency => new Goertzel(frequency, this.#size, sampleRate))
  }

  /** The digit that is being held, or null. */
  get digit(): string | null {
    return this.#key < 0 ? null : DTMF_KEYS[this.#key]!
  }

  /** How long the digit has been held, or the last one was, in ms, to within a block of 13 ms. */
  get heldMs(): number {
    return this.#key < 0 ? this.#lastMs : this.#heldBlocks * this.#blockMs
  }

  /** Takes audio of any length; returns the digits that began in it, each once, '' if none did. */
  process(pcm: Int16Array): string {
    let begun = ''
    for (let i = 0; i < pcm.length; ) {
      const end = Math.min(pcm.length, i + this.#size - this.#filled)
      let energy = 0
      for (let k = i; k < end; k++) energy += pcm[k]! * pcm[k]!
      this.#energy += energy
      for (const filter of this.#filters) filter.add(pcm, i, end)
      this.#filled += end - i
      i = end
      if (this.#filled === this.#size) begun += this.#block()
    }
    return begun
  }

  #block(): string {
    const power = this.#energy / this.#size
    this.#filled = 0
    this.#energy = 0
    // Two tones at the gate have twice its power; far less cannot hold a digit.
    const quiet = power < this.#gate
    for (const filter of this.#filters) {
      if (quiet) filter.skip()
      else filter.end()
    }
    const strict = quiet ? -1 : this.#judge(power)
    const held = strict >= 0 ? strict : this.#key >= 0 && this.#stillHeld(power) ? this.#key : -1
    if (strict >= 0 && strict === this.#candidate) this.#agreed++
    else {
      this.#candidate = strict
      this.#agreed = strict < 0 ? 0 : 1
    }
    if (this.#key >= 0) {
      if (held === this.#key) {
        this.#absent = 0
        this.#heldBlocks++
      } else if (++this.#absent >= TO_END) this.#release()
    }
    if (this.#agreed < TO_BEGIN || this.#candidate === this.#key || !this.#inTune(power)) return ''
    if (this.#key >= 0) this.#release()
    this.#key = this.#candidate
    this.#absent = 0
    this.#heldBlocks = TO_BEGIN
    return DTMF_KEYS[this.#key]!
  }

  #release(): void {
    this.#lastMs = this.#heldBlocks * this.#blockMs
    this.#key = -1
    this.#absent = 0
  }

  #loudest(from: number): number {
    let best = from
    for (let i = from + 1; i < from + 4; i++) if (this.#filters[i]!.power > this.#filters[best]!.power) best = i
    return best
  }

  /** The key whose tones this block purely is, or −1. */
  #judge(power: number): number {
    const row = this.#loudest(0)
    const column = this.#loudest(4)
    const low = this.#filters[row]!.power
    const high = this.#filters[column]!.power
    if (low < this.#gate || high < this.#gate || low + high < power * PURE_TO_BEGIN) return -1
    if (high > low * COLUMN_LOUDER || low > high * COLUMN_SOFTER) return -1
    for (let i = 0; i < 8; i++) {
      if (i !== row && i !== column && this.#filters[i]!.power * OTHERS_BELOW > (i < 4 ? low : high)) return -1
    }
    return row * 4 + column - 4
  }

  /** The held key's tones are still the strongest, though the block is cut or noisy. */
  #stillHeld(power: number): boolean {
    const row = this.#key >> 2
    const column = 4 + (this.#key & 3)
    const both = this.#filters[row]!.power + this.#filters[column]!.power
    return both > power * PURE_TO_HOLD && this.#loudest(0) === row && this.#loudest(4) === column
  }

  /** In the second block: both tones have the frequencies they should, and next to nothing else is there. */
  #inTune(power: number): boolean {
    let both = 0
    for (const filter of [this.#filters[this.#candidate >> 2]!, this.#filters[4 + (this.#candidate & 3)]!]) {
      if (!(Math.abs(filter.offsetHz) <= Math.min(filter.frequency * OFF_SHARE + OFF_HZ, 37))) return false
      const x = (Math.PI * filter.offsetHz * this.#blockMs) / 1000
      if (filter.power > filter.before * STEADY || filter.before > filter.power * STEADY) return false
      both += x === 0 ? filter.power : filter.power / (Math.sin(x) / x) ** 2
    }
    return both >= power * PURE_IN_TUNE
  }
}
