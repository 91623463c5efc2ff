import { faultOf, finish, type Head, type ParseLimits, type ParseResult, readHead } from '../message/parse.ts'

export interface FramerEvents {
  /** A message or a fault, with the bytes it was made of. */
  onResult(result: ParseResult, bytes: Buffer): void
  /** CRLF CRLF between messages: the peer asks whether we are there (RFC 5626 section 3.5.1). */
  onPing(): void
  /** No telling where the next message begins: the connection must end. Comes after the fault's `onResult`. */
  onBroken(): void
}

const blankLine = Buffer.from('\r\n\r\n')
const firstBytes = 1024

/**
 * Cuts a byte stream into messages by Content-Length (RFC 3261 section 18.3), whatever the size of the pieces.
 * Holds at most one message; every byte is copied and looked at a bounded number of times.
 */
export class Framer {
  readonly #limits: ParseLimits
  readonly #events: FramerEvents
  #held: Buffer = Buffer.alloc(0)
  #length = 0
  /** Up to here there is no blank line. */
  #searched = 0
  #head: Head | null = null
  #bodyAt = 0
  #lineEnds = 0
  #broken = false

  constructor(limits: ParseLimits, events: FramerEvents) {
    this.#limits = limits
    this.#events = events
  }

  /** Bytes of a message begun and not complete. */
  get buffered(): number {
    return this.#length
  }

  push(chunk: Buffer): void {
    let at = 0
    let pinged = false
    while (at < chunk.length && !this.#broken) {
      if (this.#length === 0) {
        const next = this.#skipLineEnds(chunk, at)
        // One answer for a piece is enough, however many pings are in it.
        if (this.#lineEnds >= 2 && !pinged) {
          pinged = true
          this.#events.onPing()
        }
        at = next
        if (at === chunk.length) return
        this.#lineEnds = 0
      }
      const taken = Math.min(chunk.length - at, this.#wanted(chunk, at))
      this.#hold(chunk, at, at + taken)
      at += taken
      at -= this.#advance()
    }
  }

  #skipLineEnds(chunk: Buffer, from: number): number {
    let at = from
    if (this.#lineEnds >= 2) this.#lineEnds = 0
    while (at < chunk.length && (chunk[at] === 13 || chunk[at] === 10)) {
      if (chunk[at] === 10) this.#lineEnds++
      at++
    }
    return at
  }

  /** How many of the next bytes may belong to this message; never more than the largest message. */
  #wanted(chunk: Buffer, from: number): number {
    if (this.#head !== null) return this.#bodyAt + (this.#head.contentLength ?? 0) - this.#length
    const most = this.#limits.maxMessageBytes + 1 - this.#length
    const blank = chunk.indexOf(blankLine, from)
    return blank === -1 ? most : Math.min(most, blank + blankLine.length - from)
  }

  #hold(chunk: Buffer, from: number, to: number): void {
    const length = this.#length + to - from
    if (length > this.#held.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(firstBytes, length, this.#held.length * 2))
      this.#held.copy(grown, 0, 0, this.#length)
      this.#held = grown
    }
    chunk.copy(this.#held, this.#length, from, to)
    this.#length = length
  }

  /** Looks at what is held; returns how many of the held bytes belong to the next message. */
  #advance(): number {
    if (this.#head === null) {
      const blank = this.#held.subarray(0, this.#length).indexOf(blankLine, Math.max(0, this.#searched - 3))
      this.#searched = this.#length
      if (blank === -1) {
        if (this.#length <= this.#limits.maxMessageBytes) return 0
        return this.#break(readHead(this.#held.subarray(0, this.#length), this.#limits), 513, 'Message too large')
      }
      const head = readHead(this.#held.subarray(0, blank), this.#limits)
      this.#bodyAt = blank + 4
      if (head.start === null) return this.#break(head, 400, 'No SIP message')
      if (head.contentLength === null) return this.#break(head, 400, 'No usable Content-Length')
      if (this.#bodyAt + head.contentLength > this.#limits.maxMessageBytes) {
        return this.#break(head, 413, 'Message too large')
      }
      this.#head = head
    }
    const head = this.#head
    const end = this.#bodyAt + (head.contentLength ?? 0)
    if (this.#length < end) return 0
    const bytes = this.#held.subarray(0, end)
    const body = bytes.subarray(this.#bodyAt)
    const left = this.#length - end
    this.#reset()
    this.#events.onResult(finish(head, body), bytes)
    return left
  }

  #break(head: Head, status: 400 | 413 | 513, detail: string): number {
    const bytes = this.#held.subarray(0, this.#length)
    this.#reset()
    this.#broken = true
    this.#events.onResult(faultOf(head, status, detail), bytes)
    this.#events.onBroken()
    return 0
  }

  /** The bytes now belong to the message; the next one gets its own. */
  #reset(): void {
    this.#held = Buffer.alloc(0)
    this.#length = 0
    this.#searched = 0
    this.#head = null
    this.#bodyAt = 0
  }
}
