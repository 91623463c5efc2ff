import type { Playback } from '@centrala/media/endpoint/media.ts'
import type { Source } from '@centrala/media/play/source.ts'
import type { Call } from '../call/call.ts'

/** More keys than anybody presses ahead. */
const MOST_KEYS = 64

/** The customer before an agent is there: what they are told, and the keys they press. Keys pressed ahead are kept, in order, until somebody asks for one. */
export class Ear {
  readonly #call: Call
  readonly #keys: string[] = []
  readonly #off: () => void
  #playback: Playback | null = null
  #music: Playback | null = null
  #wake: (() => void) | null = null
  #stopped = false

  constructor(call: Call) {
    this.#call = call
    const audio = call.customer?.wire?.audio
    this.#off =
      audio?.onDigit(digit => {
        if (this.#keys.length < MOST_KEYS) this.#keys.push(digit)
        this.#playback?.stop()
        this.#wake?.()
      }) ?? (() => {})
  }

  /** Nobody listens here any more: an agent came, or the call is over. */
  get stopped(): boolean {
    return this.#stopped || this.#call.ended
  }

  /** Says it; a key cuts it off (and is kept). Resolves at once where a key waits already. */
  async say(sources: readonly Source[]): Promise<void> {
    if (this.stopped || sources.length === 0 || this.#keys.length > 0) return
    await this.tell(sources)
  }

  /** Says it to the end or the next key, whatever was pressed before. */
  async tell(sources: readonly Source[]): Promise<void> {
    const audio = this.#call.customer?.wire?.audio
    if (this.stopped || !audio || sources.length === 0) return
    this.quiet()
    const playback = this.#call.room.play(audio.id, sources, { only: true })
    this.#playback = playback
    await playback.done
    if (this.#playback === playback) this.#playback = null
  }

  /** The next key, or null after so long without one. */
  async key(timeoutMs: number): Promise<string | null> {
    if (this.#keys.length === 0 && !this.stopped)
      await new Promise<void>(resolve => {
        const timer = setTimeout(() => this.#wake?.(), timeoutMs)
        this.#wake = () => {
          clearTimeout(timer)
          this.#wake = null
          resolve()
        }
      })
    return this.stopped ? null : (this.#keys.shift() ?? null)
  }

  /** What was pressed before does not count for what comes now. */
  forgetKeys(): void {
    this.#keys.length = 0
  }

  /** Plays on until something is said. */
  music(source: Source): void {
    const audio = this.#call.customer?.wire?.audio
    if (this.stopped || !audio || this.#music) return
    this.#music = this.#call.room.play(audio.id, source, { loop: true, only: true })
  }

  quiet(): void {
    this.#music?.stop()
    this.#music = null
  }

  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#off()
    this.#playback?.stop()
    this.quiet()
    this.#wake?.()
  }
}
