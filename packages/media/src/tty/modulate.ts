import { amplitudeOf } from '../level/level.ts'
import { FIGURES_SHIFT, LETTERS_SHIFT, spell } from './baudot.ts'

/** Bits a second: 45.45 (exactly 22 ms a bit) in North America, 50 in Britain, Ireland and Australia. */
export type Baud = 45.45 | 50

/** Length of a bit in ms. */
export const BIT_MS: Readonly<Record<Baud, number>> = { 45.45: 22, 50: 20 }
/** Hz of a one, of the rest and of the stop bit (ITU-T V.18 annex A, TIA-825-A). */
export const MARK = 1400
/** Hz of a zero and of the start bit. */
export const SPACE = 1800

/** Mark before the first character, for the other side's carrier detection (TIA-825-A: 150 ms at least). */
const LEAD_MS = 150
/** Mark after the last character, so that the tail of the voice path's gates cuts no stop bit (TIA-825-A: 150 to 300 ms). */
const HOLD_MS = 300
/** The shift is repeated after so many characters, so that a misread one does no lasting harm. */
const REPEAT_SHIFT = 72

export interface TtyModulatorOptions {
  baud?: Baud
  /** dBm0. */
  level?: number
  sampleRate?: number
}

/**
 * Text to Baudot tones: carrier-less when idle, so that voice and text share a line (VCO, HCO). While `render` returns true its tones replace the voice;
 * what the other side sends meanwhile is no answer but an echo, for the line is half duplex.
 */
export class TtyModulator {
  readonly #bit: number
  readonly #peak: number
  readonly #markStep: number
  readonly #spaceStep: number
  readonly #lead: number
  readonly #hold: number
  /** 5-bit codes to send. */
  #codes: number[] = []
  #shift = -1
  #sinceShift = 0
  #phase = 0
  /** Levels to come of the character under way: element `[isMark, samples]`. */
  #mark = true
  #left = 0
  #character = -1
  #element = 0
  #sending = false

  constructor({ baud = 45.45, level = -10, sampleRate = 8000 }: TtyModulatorOptions = {}) {
    this.#bit = (BIT_MS[baud] * sampleRate) / 1000
    this.#peak = amplitudeOf(level)
    this.#markStep = (2 * Math.PI * MARK) / sampleRate
    this.#spaceStep = (2 * Math.PI * SPACE) / sampleRate
    this.#lead = (LEAD_MS * sampleRate) / 1000
    this.#hold = (HOLD_MS * sampleRate) / 1000
  }

  /** Nothing is being sent and nothing waits. */
  get idle(): boolean {
    return !this.#sending && this.#codes.length === 0
  }

  /** Appends text. Letters lose case and accents, what Baudot lacks is written with what it has (`spell`), `\n` becomes CR LF, `\b` erases. */
  write(text: string): void {
    for (const { code, figures } of spell(text)) {
      const wanted = figures === null ? this.#shift : figures ? FIGURES_SHIFT : LETTERS_SHIFT
      const shift = wanted < 0 ? LETTERS_SHIFT : wanted
      if (shift !== this.#shift || ++this.#sinceShift > REPEAT_SHIFT) {
        this.#codes.push(shift)
        this.#shift = shift
        this.#sinceShift = 1
      }
      this.#codes.push(code)
      // Some machines fall back to letters after a space and some do not: a figure after one says again what it is.
      if (code === 4 && this.#shift === FIGURES_SHIFT) this.#shift = -1
    }
  }

  /** Forgets what has not begun; a character under way is finished. */
  clear(): void {
    this.#codes = []
    this.#shift = -1
  }

  /** Fills `out` with tones and returns true; or returns false, `out` untouched, if there is nothing to send: the voice goes through. */
  render(out: Int16Array): boolean {
    if (this.idle) return false
    if (!this.#sending) {
      this.#sending = true
      this.#character = -1
      this.#mark = true
      this.#left = this.#lead
    }
    let at = 0
    while (at < out.length) {
      if (this.#left <= 0 && !this.#next()) break
      const count = Math.min(out.length - at, Math.ceil(this.#left))
      const step = this.#mark ? this.#markStep : this.#spaceStep
      for (let i = 0; i < count; i++) {
        out[at + i] = Math.round(this.#peak * Math.sin(this.#phase))
        this.#phase += step
      }
      this.#phase %= 2 * Math.PI
      this.#left -= count
      at += count
    }
    out.fill(0, at)
    return true
  }

  /** Turns to the next element: a start bit, five data bits with the lowest first, a stop of two bits (1.5 are asked for); or the hold; false at its end. */
  #next(): boolean {
    if (this.#character >= 0) {
      this.#element++
      if (this.#element <= 5) return this.#tone(((this.#character >> (this.#element - 1)) & 1) === 1, this.#bit)
      if (this.#element === 6) return this.#tone(true, this.#bit * 2)
    }
    const code = this.#codes.shift()
    if (code !== undefined) {
      this.#character = code
      this.#element = 0
      return this.#tone(false, this.#bit)
    }
    if (this.#character >= 0) {
      this.#character = -1
      return this.#tone(true, this.#hold - this.#bit * 2)
    }
    this.#sending = false
    // The next stretch begins with its shift.
    this.#shift = -1
    return false
  }

  #tone(mark: boolean, samples: number): boolean {
    this.#mark = mark
    // The fraction left over from the last element keeps long texts on the clock.
    this.#left += samples
    return true
  }
}
