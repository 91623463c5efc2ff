import { Transcript } from '@centrala/media/text/transcript.ts'
import type { Call } from '../call/call.ts'
import type { Leg } from '../call/leg.ts'

/** A line that is not ended by a return counts as one after so long a pause. */
const PAUSE_MS = 3000
const MOST_LINE = 1000
/** So much of what was told can still be erased. */
const KEPT = 2000
/** Letters a second that anybody can type or paste (RFC 4103 expects 30), and how many at once; a flood is cut off. */
const RATE = 200
const BURST = 4000

/** What one side types: each letter is shown at once, each finished line is told as a fact. */
export class TypedLines {
  readonly #call: Call
  readonly #leg: Leg
  readonly #author: 'customer' | 'agent'
  readonly #transcript = new Transcript()
  #told = 0
  #letters = BURST
  #typedAt = Date.now()
  #pause: NodeJS.Timeout | undefined

  /** @param leg whose phone carries the text, whoever types it */
  constructor(call: Call, leg: Leg, author: 'customer' | 'agent') {
    this.#call = call
    this.#leg = leg
    this.#author = author
    call.onEnding(() => this.#flush())
  }

  /** Letters in any pieces; a backspace takes one back. */
  type(typed: string): void {
    const letters = this.#allowed(typed)
    if (letters === '') return
    const { text } = this.#transcript
    this.#transcript.apply(letters)
    const now = this.#transcript.text
    // A backspace may reach into what was told already.
    if (now.length < text.length) this.#told = Math.min(this.#told, now.length)
    const open = now.slice(this.#told)
    clearTimeout(this.#pause)
    if (open.includes('\n') || open.length > MOST_LINE) this.#flush(open.lastIndexOf('\n') + 1 || open.length)
    if (now.length > this.#told) this.#pause = setTimeout(() => this.#flush(), PAUSE_MS)
    this.#call.node.link.typing(this.#call.id, this.#author, now.slice(this.#told).slice(-MOST_LINE))
    if (this.#told > 2 * KEPT) this.#told -= this.#transcript.forget(this.#told - KEPT)
  }

  /** As many of the letters as may come now. */
  #allowed(letters: string): string {
    const now = Date.now()
    this.#letters = Math.min(BURST, this.#letters + ((now - this.#typedAt) / 1000) * RATE)
    this.#typedAt = now
    const allowed = letters.slice(0, Math.floor(this.#letters))
    this.#letters -= allowed.length
    return allowed.toWellFormed()
  }

  /** Tells so many of the letters that are open, line by line. */
  #flush(count = Number.POSITIVE_INFINITY): void {
    clearTimeout(this.#pause)
    const lines = this.#transcript.text.slice(this.#told, this.#told + count)
    this.#told += lines.length
    const how = this.#leg.wire?.audio.textMode === 't140' ? ('rtt' as const) : ('tty' as const)
    for (const line of lines.split('\n')) {
      const text = line.trim().slice(0, MOST_LINE)
      if (text !== '') this.#call.fact({ type: 'text', legId: this.#leg.id, author: this.#author, how, text })
    }
  }
}
