import { powerOf } from '../level/level.ts'
import { BaudotReader } from './baudot.ts'
import { type Character, Framer } from './frame.ts'
import { type Baud, BIT_MS, MARK, SPACE } from './modulate.ts'

/** Blocks of 1 ms; five make the window: 1400 and 1800 Hz are orthogonal in it, and tones 5 % off (TIA-825-A allows that) still fall into it. */
const WINDOW = 5
/** Least level: 10 dB below the −30 dBm0 that a long line leaves of a TTY. */
const GATE_DBM0 = -42
/** Share of the window's power that the two tones must have: 1 in a bit, 0.5 while one turns into the other, little in speech and in other tones. */
const PURE = 0.4
/** With no tone for this long, what was being sent is over. */
const GONE_MS = 300
/** Speech never frames two characters in a row; every TTY does, for it begins with a shift. */
const CHARACTERS_TO_BELIEVE = 2
const BELIEVE_WITHIN_MS = 1500
/** Edges to have seen before the baud is settled, and how much better (ms an edge) the one must fit than the other. */
const SETTLED_EDGES = 10
const SETTLED_MS = 0.6

/**
 * Baudot tones to text (ITU-T V.18 annex A): two incoherent filters, compared every millisecond, and an asynchronous receiver. Works down to −40 dBm0 and
 * 10 dB of signal to noise, at clocks 3 % off, on 8 kHz audio that came through G.711. Costs about 1 µs a 20 ms frame, less in silence.
 */
export class TtyDemodulator {
  readonly #gate: number
  readonly #framers: Framer[]
  readonly #block: number
  readonly #table: Float64Array
  readonly #tableLength: number
  readonly #window = new Float64Array(WINDOW * 5)
  readonly #sum = new Float64Array(5)
  #slot = 0
  #tableAt = 0
  #filled = 0
  /** ms since the beginning. */
  #now = 0
  #goneSince = 0
  #pending: Character[][]
  #fits: { misfitMs: number; edges: number }[]
  #chosen: number | null
  #reader = new BaudotReader()
  #believed = false
  #carrier = false
  #text = ''

  constructor({ baud = 'auto', sampleRate = 8000 }: { baud?: Baud | 'auto'; sampleRate?: number } = {}) {
    const bauds: Baud[] = baud === 'auto' ? [45.45, 50] : [baud]
    this.#framers = bauds.map(each => new Framer(BIT_MS[each]))
    this.#pending = bauds.map(() => [])
    this.#fits = bauds.map(() => ({ misfitMs: 0, edges: 0 }))
    this.#chosen = bauds.length === 1 ? 0 : null
    this.#block = sampleRate / 1000
    this.#gate = powerOf(GATE_DBM0)
    // 1400 and 1800 Hz both repeat after 5 ms.
    this.#tableLength = this.#block * 5
    this.#table = new Float64Array(this.#tableLength * 4)
    for (let i = 0; i < this.#tableLength; i++) {
      for (const [k, frequency] of [MARK, SPACE].entries()) {
        this.#table[i * 4 + k * 2] = Math.cos((2 * Math.PI * frequency * i) / sampleRate)
        this.#table[i * 4 + k * 2 + 1] = Math.sin((2 * Math.PI * frequency * i) / sampleRate)
      }
    }
  }

  /** A text telephone is sending now: its tones are no voice, mute them. True from its first characters to 0.3 s after its last. */
  get carrier(): boolean {
    return this.#carrier
  }

  /** The other side's baud, once it is known. */
  get baud(): Baud | null {
    if (this.#chosen === null) return null
    return this.#framers[this.#chosen]!.bitMs === BIT_MS[50] ? 50 : 45.45
  }

  /** Takes audio of any length; returns the characters that ended in it. `\n` for a new line, `\b` for an erasure. */
  process(pcm: Int16Array): string {
    this.#text = ''
    const window = this.#window
    for (let i = 0; i < pcm.length; ) {
      const end = Math.min(pcm.length, i + this.#block - this.#filled)
      this.#filled += end - i
      this.#accumulate(pcm, i, end)
      i = end
      if (this.#filled < this.#block) break
      this.#filled = 0
      for (let k = 0; k < 5; k++) this.#sum[k] = 0
      for (let at = 0; at < window.length; at += 5)
        for (let k = 0; k < 5; k++) this.#sum[k] = this.#sum[k]! + window[at + k]!
      this.#slot = this.#slot === (WINDOW - 1) * 5 ? 0 : this.#slot + 5
      window.fill(0, this.#slot, this.#slot + 5)
      this.#millisecond()
    }
    return this.#text
  }

  #accumulate(pcm: Int16Array, from: number, to: number): void {
    const table = this.#table
    let t = this.#tableAt * 4
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    let e = 0
    for (let i = from; i < to; i++) {
      const x = pcm[i]!
      a += x * table[t]!
      b += x * table[t + 1]!
      c += x * table[t + 2]!
      d += x * table[t + 3]!
      e += x * x
      t = t + 4 === table.length ? 0 : t + 4
    }
    this.#tableAt = t / 4
    const at = this.#slot
    const window = this.#window
    window[at] = window[at]! + a
    window[at + 1] = window[at + 1]! + b
    window[at + 2] = window[at + 2]! + c
    window[at + 3] = window[at + 3]! + d
    window[at + 4] = window[at + 4]! + e
  }

  #millisecond(): void {
    this.#now++
    const [a, b, c, d, e] = this.#sum as unknown as [number, number, number, number, number]
    const samples = WINDOW * this.#block
    const mark = (2 * (a * a + b * b)) / (samples * samples)
    const space = (2 * (c * c + d * d)) / (samples * samples)
    const total = e / samples
    const present = total > this.#gate && mark + space > total * PURE
    if (present) this.#goneSince = this.#now
    else if (this.#now - this.#goneSince === GONE_MS) this.#gone()
    const balance = present ? (mark - space) / (mark + space) : 0
    for (let k = 0; k < this.#framers.length; k++) {
      const character = this.#framers[k]!.step(this.#now, balance, present)
      if (character) this.#take(k, character)
    }
  }

  #take(k: number, character: Character): void {
    if (this.#chosen !== null && this.#chosen !== k && this.#believed) return
    const fit = this.#fits[k]!
    fit.misfitMs += character.misfitMs
    fit.edges += character.edges
    const pending = this.#pending[k]!
    while (pending.length > 0 && !this.#believed && character.atMs - pending.at(-1)!.atMs > BELIEVE_WITHIN_MS)
      pending.shift()
    pending.push(character)
    this.#settle(false)
  }

  /** Decides the baud if it can be told (or `over`: must be), then hands out what is believed. */
  #settle(over: boolean): void {
    this.#chosen ??= this.#likelier(over)
    if (this.#chosen === null) return
    const pending = this.#pending[this.#chosen]!
    if (!this.#believed && pending.length < CHARACTERS_TO_BELIEVE) return
    this.#believed = true
    this.#carrier = true
    for (const { code } of pending) this.#text += this.#reader.read(code)
    pending.length = 0
  }

  /** The baud whose bits the edges fit better, or null while that is open. */
  #likelier(over: boolean): number | null {
    const means = this.#fits.map(({ misfitMs, edges }, k) =>
      this.#pending[k]!.length < CHARACTERS_TO_BELIEVE || edges === 0 ? Number.POSITIVE_INFINITY : misfitMs / edges,
    )
    const best = means.indexOf(Math.min(...means))
    if (means[best] === Number.POSITIVE_INFINITY) return null
    if (over) return best
    const margin = Math.max(...means) - means[best]!
    return this.#fits[best]!.edges >= SETTLED_EDGES && margin >= SETTLED_MS ? best : null
  }

  #gone(): void {
    if (this.#pending.some(pending => pending.length >= CHARACTERS_TO_BELIEVE)) this.#settle(true)
    this.#carrier = false
    if (!this.#believed) {
      for (const pending of this.#pending) pending.length = 0
      for (const fit of this.#fits) fit.misfitMs = fit.edges = 0
      if (this.#framers.length > 1) this.#chosen = null
    }
  }
}
