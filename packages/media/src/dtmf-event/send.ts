import { eventOf, writeEvent } from './event.ts'

export interface EventPacket {
  payload: Uint8Array
  /** True on the first packet of each digit. */
  marker: boolean
  /** The digit's start: the same in all its packets (RFC 4733 section 2.2). */
  timestamp: number
}

export interface DigitSenderOptions {
  clockRate?: number
  /** How long each digit is held, 40 ms (RFC 4733, Q.24) to 5 s. */
  toneMs?: number
  /** Silence between digits, 40 ms at least. */
  gapMs?: number
  /** Attenuation in dB below 0 dBm0. */
  volume?: number
}

/** At 8 kHz the duration field ends at 8.2 s; longer digits would need segments (RFC 4733 section 2.5.1.3), and nobody presses so long. */
const MAX_TONE_MS = 5000
/** The last packet is sent three times in all, so that two losses in a row lose nothing (RFC 4733 section 2.5.1.4). */
const END_PACKETS = 3

/**
 * Turns digits into telephone-event packets, one for each 20 ms tick: the first marked, the duration growing, the end three times, then the gap.
 * The caller asks every tick and, while `active`, sends no audio.
 */
export class DigitSender {
  readonly #ticksPerMs: number
  readonly #toneTicks: number
  readonly #gapTicks: number
  readonly #volume: number
  #queue: number[] = []
  #event = -1
  #startedAt = 0
  #ends = 0
  #first = false
  #quietUntil: number | null = null

  constructor({ clockRate = 8000, toneMs = 100, gapMs = 60, volume = 10 }: DigitSenderOptions = {}) {
    this.#ticksPerMs = clockRate / 1000
    this.#toneTicks = Math.min(MAX_TONE_MS, Math.max(40, toneMs)) * this.#ticksPerMs
    this.#gapTicks = Math.max(40, gapMs) * this.#ticksPerMs
    this.#volume = volume
  }

  /** Digits wait, are being sent, or the gap after the last one runs. */
  get active(): boolean {
    return this.#event >= 0 || this.#queue.length > 0 || this.#quietUntil !== null
  }

  /** Appends digits; characters that are none (spaces, dashes) are left out. Returns how many were taken. */
  queue(digits: string): number {
    const events = [...digits].map(eventOf).filter(event => event !== null)
    this.#queue.push(...events)
    return events.length
  }

  /** Forgets what has not begun; a digit under way is finished. */
  clear(): void {
    this.#queue = []
  }

  /**
   * The packet of this tick, or null. `timestamp` is the stream's running RTP clock (wraps at 2^32), advancing by one frame a call.
   */
  next(timestamp: number): EventPacket | null {
    if (this.#event < 0 && !this.#begin(timestamp)) return null
    const held = elapsed(timestamp, this.#startedAt) + 20 * this.#ticksPerMs
    const end = held >= this.#toneTicks || this.#ends > 0
    const duration = end ? this.#toneTicks : held
    const packet = {
      payload: writeEvent({ event: this.#event, end, volume: this.#volume, duration }),
      marker: this.#first,
      timestamp: this.#startedAt,
    }
    this.#first = false
    if (end && ++this.#ends === END_PACKETS) {
      // The gap counts from the end of the tone, not from the last repetition of the packet that says so.
      this.#quietUntil = (this.#startedAt + this.#toneTicks + this.#gapTicks) >>> 0
      this.#event = -1
      this.#ends = 0
    }
    return packet
  }

  #begin(timestamp: number): boolean {
    if (this.#quietUntil !== null) {
      if (elapsed(timestamp, this.#quietUntil) < 0) return false
      this.#quietUntil = null
    }
    const event = this.#queue.shift()
    if (event === undefined) return false
    this.#event = event
    this.#startedAt = timestamp >>> 0
    this.#first = true
    return true
  }
}

/** Signed ticks from `since` to `now` on a 32-bit clock. */
function elapsed(now: number, since: number): number {
  return (now - since) | 0
}
