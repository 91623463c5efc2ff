import { digitOf, readEvent } from './event.ts'

export interface DigitReceiverOptions {
  clockRate?: number
  /** A digit began: for barge-in, at its first packet. */
  onStart?: (digit: string) => void
  /** A digit is over: exactly once for each pressed, with how long it was held. */
  onEnd: (digit: string, ms: number) => void
}

interface Held {
  event: number
  timestamp: number
  duration: number
  /** Ticks of earlier segments of one long event (section 2.5.1.3). */
  before: number
  lastAt: number
}

/** With no packet for this long, the digit's end is taken as lost: senders repeat every 20 to 50 ms. */
const GIVE_UP_MS = 150
/** Digits remembered, so that a late copy is known as one: about a second of fast dialling. */
const REMEMBERED = 16

/**
 * Hears each digit once, whatever is lost, doubled or reordered, as long as one packet of it arrives. A digit is known by its start timestamp (RFC 4733 section 2.5.2.2),
 * with leave for senders that wrongly advance it in every packet. Feed it the packets of one SSRC; make a new one when the SSRC changes.
 */
export class DigitReceiver {
  readonly #ticksPerMs: number
  readonly #options: DigitReceiverOptions
  #held: Held | null = null
  #last: Held | null = null
  readonly #seen: number[] = []

  constructor(options: DigitReceiverOptions) {
    this.#ticksPerMs = (options.clockRate ?? 8000) / 1000
    this.#options = options
  }

  /** Takes one packet. `timestamp` and `marker` are the RTP header's. */
  receive(timestamp: number, payload: Uint8Array, marker: boolean, nowMs: number): void {
    const packet = readEvent(payload)
    if (!packet || digitOf(packet.event) === null) return
    const same = this.#held && this.#continues(this.#held, packet.event, packet.duration, timestamp, marker)
    if (this.#held && same) {
      const held = this.#held
      if (timestamp !== held.timestamp) {
        if (packet.duration < held.duration) held.before += held.duration
        held.timestamp = timestamp
        held.duration = packet.duration
        this.#remember(timestamp)
      }
      held.duration = Math.max(held.duration, packet.duration)
      held.lastAt = nowMs
      if (packet.end) this.#finish()
      return
    }
    if (this.#seen.includes(timestamp)) return
    if (this.#last && this.#continues(this.#last, packet.event, packet.duration, timestamp, marker)) return
    this.#finish()
    this.#remember(timestamp)
    this.#held = { event: packet.event, timestamp, duration: packet.duration, before: 0, lastAt: nowMs }
    this.#options.onStart?.(digitOf(packet.event)!)
    if (packet.end) this.#finish()
  }

  /** Call now and then (every tick or every 100 ms): ends a digit whose last packets were all lost. */
  poll(nowMs: number): void {
    if (this.#held && nowMs - this.#held.lastAt >= GIVE_UP_MS) this.#finish()
  }

  #continues(held: Held, event: number, duration: number, timestamp: number, marker: boolean): boolean {
    if (timestamp === held.timestamp) return event === held.event
    if (event !== held.event || marker) return false
    const later = (timestamp - held.timestamp) | 0
    // A new segment starts exactly where a full field ended; a sender at fault moves the timestamp within what it has already told. Two pressings never overlap.
    if (held.duration >= 0xff00 && later >= held.duration && later <= 0x10000) return true
    return later > 0 && later <= held.duration && duration >= held.duration
  }

  #finish(): void {
    const held = this.#held
    if (!held) return
    this.#held = null
    this.#last = held
    this.#options.onEnd(digitOf(held.event)!, Math.round((held.before + held.duration) / this.#ticksPerMs))
  }

  #remember(timestamp: number): void {
    this.#seen.push(timestamp)
    if (this.#seen.length > REMEMBERED) this.#seen.shift()
  }
}
