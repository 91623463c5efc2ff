/** Stands where text was lost for good (ITU-T T.140 addendum 1, RFC 4103 section 5.4). */
export const LOST_TEXT = '\uFFFD'
/** How long a gap is waited for before it is called a loss: packets may overtake each other (RFC 4103 section 5.4 with 2 generations: 1 s at most). */
const WAIT_MS = 1000
/** A jump of the sequence beyond this is another stream (RFC 3550 appendix A.1). */
const MAX_JUMP = 3000

/**
 * Real-time text in (RFC 4103): text comes out in order, once; a lost packet is filled from the redundancy of the next ones. What cannot be filled
 * is waited for, up to a second, and then marked with U+FFFD.
 */
export class TextReceiver {
  readonly #t140: number
  readonly #red: number | null
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  /** Text by extended sequence number, not yet handed out. */
  readonly #held = new Map<number, Uint8Array>()
  #next = -1
  #highest = 0
  #waitsSince = Number.NaN

  constructor({ t140, red }: { t140: number; red: number | null }) {
    this.#t140 = t140
    this.#red = red
  }

  /** Takes a packet of the text stream; returns the text that can be shown now, '' if there is none. Damaged packets count as lost. */
  receive(sequence: number, payloadType: number, payload: Uint8Array, nowMs: number): string {
    const blocks = this.#blocks(payloadType, payload)
    if (!blocks) return ''
    if (this.#next < 0) {
      this.#highest = sequence + 0x10000
      // The very first packets may be the lost ones: their text is in this one's redundancy.
      this.#next = this.#highest - (blocks.length - 1)
    }
    const number = this.#highest + (((sequence - this.#highest) << 16) >> 16)
    if (Math.abs(number - this.#highest) > MAX_JUMP) {
      const freed = this.#free(true)
      this.#next = this.#highest = sequence + 0x10000
      this.#held.set(this.#next, blocks.at(-1)!)
      return freed + this.#free(false)
    }
    this.#highest = Math.max(this.#highest, number)
    for (const [i, block] of blocks.entries()) {
      const of = number - (blocks.length - 1 - i)
      if (of >= this.#next && !this.#held.has(of)) this.#held.set(of, block)
    }
    const text = this.#free(false)
    if (this.#held.size === 0) this.#waitsSince = Number.NaN
    else if (Number.isNaN(this.#waitsSince) || text) this.#waitsSince = nowMs
    return text
  }

  /** Call now and then: returns text that waited a second for a packet before it, with U+FFFD where that was. */
  poll(nowMs: number): string {
    if (!(nowMs - this.#waitsSince >= WAIT_MS)) return ''
    this.#waitsSince = Number.NaN
    return this.#free(true)
  }

  #free(giveUp: boolean): string {
    let text = ''
    while (this.#held.size > 0) {
      const block = this.#held.get(this.#next)
      if (block) {
        // Stream decoding: some senders split a character between packets.
        text += this.#decoder.decode(block, { stream: true }).replaceAll('\uFEFF', '')
        this.#held.delete(this.#next)
        this.#next++
      } else if (giveUp) {
        text += this.#decoder.decode() + LOST_TEXT
        this.#next = Math.min(...this.#held.keys())
      } else break
    }
    return text
  }

  /** The packet's text blocks, oldest first, the primary last; null if it is no text or is damaged. */
  #blocks(payloadType: number, payload: Uint8Array): Uint8Array[] | null {
    if (payloadType === this.#t140) return [payload]
    if (payloadType !== this.#red) return null
    const lengths: number[] = []
    let at = 0
    while (at < payload.length && payload[at]! >= 0x80) {
      if (at + 4 > payload.length) return null
      lengths.push(((payload[at + 2]! & 3) << 8) | payload[at + 3]!)
      at += 4
    }
    if (at >= payload.length) return null
    at++
    const blocks: Uint8Array[] = []
    for (const length of lengths) {
      if (at + length > payload.length) return null
      blocks.push(payload.slice(at, at + length))
      at += length
    }
    blocks.push(payload.slice(at))
    return blocks
  }
}
