import { DelayEstimate } from './delay.ts'

export interface JitterOptions {
  /** RTP clock in Hz. One payload byte is one tick: true of all our codecs. */
  clockRate?: number
  /** Least delay aimed at. */
  minMs?: number
  /** Most delay allowed: what waits longer is skipped. */
  maxMs?: number
  /** True if a payload is so quiet that leaving it out or doubling it is not heard: the delay is then changed there. */
  quiet?: (payload: Uint8Array) => boolean
}

export interface JitterStats {
  /** Packets taken in, without duplicates. */
  received: number
  /** Sequence numbers skipped by the sender's highest and never come (RFC 3550 section 6.4.1's cumulative loss, duplicates left out). */
  lost: number
  /** Packets that came after their time was played. */
  late: number
  duplicate: number
  /** Frames that were due and not there: to be concealed. */
  concealed: number
  /** Interarrival jitter (RFC 3550 section 6.4.1). */
  jitterMs: number
  /** From the fastest packets' arrival to play-out, now. */
  delayMs: number
  /** Where the delay is heading. */
  targetMs: number
}

/**
 * What `pull` found: `frame`: bytes are in `out`. `lost`: packets are missing, conceal. `silence`: the sender paused (silence suppression), nothing is
 * missing. `empty`: nothing has come: before the start, or the network stalls; conceal (the concealment fades by itself).
 */
export type Pulled = 'frame' | 'lost' | 'silence' | 'empty'

/** Bytes held: 1.024 s at 8 kHz. */
const RING = 8192
/** Sequence numbers remembered, for duplicates and for telling loss from silence. */
const SEQUENCES = 256
/** A step of the sequence beyond this is another numbering (RFC 3550 appendix A.1: MAX_DROPOUT). */
const MAX_STEP = 3000
/** As many late packets in a row mean that the sender's clock stepped back (after a hold, say), not that the network is slow. */
const LATE_STREAK = 10
/** Frames that the delay must be too long before one is dropped from speech: about a second. */
const PATIENCE = 50

/**
 * An adaptive jitter buffer for codecs of one byte a tick: payloads of any length go in by timestamp, frames of any length come out, in order, none twice.
 * Delay follows the 97th percentile of arrival (after NetEQ, with a forgetting histogram); it grows when a packet is waited for and shrinks in quiet frames.
 * Nothing is allocated per packet.
 */
export class JitterBuffer {
  readonly #ticksPerMs: number
  readonly #maxMs: number
  readonly #quiet: ((payload: Uint8Array) => boolean) | null
  readonly #delay: DelayEstimate
  readonly #bytes = new Uint8Array(RING)
  readonly #filled = new Uint8Array(RING)
  /** Extended sequence and timestamp of the packet in each slot. */
  readonly #sequences = new Float64Array(SEQUENCES).fill(-1)
  readonly #timestamps = new Float64Array(SEQUENCES)
  #started = false
  #playing = false
  /** Extended timestamp that is played next. */
  #cursor = 0
  /** End (exclusive) of the latest byte held. */
  #edge = 0
  #highest = 0
  #first = 0
  /** Newest packet that begins before the cursor. */
  #played = 0
  #lateStreak = 0
  #probation = -1
  #over = 0
  #received = 0
  #lostBefore = 0
  #late = 0
  #duplicate = 0
  #concealed = 0
  #lastTransit = Number.NaN
  #jitterMs = 0
  #delayMs = 0

  constructor({ clockRate = 8000, minMs = 20, maxMs = 200, quiet }: JitterOptions = {}) {
    this.#ticksPerMs = clockRate / 1000
    this.#maxMs = Math.min(maxMs, (RING / this.#ticksPerMs) * 0.75)
    this.#quiet = quiet ?? null
    this.#delay = new DelayEstimate(minMs, this.#maxMs)
  }

  /**
   * Takes a packet: RTP header's 16-bit `sequence` and 32-bit `timestamp`; `payload` is copied. `nowMs` is a monotonic clock.
   * `reset` says that the sender's numbering jumped and the buffer began anew; a single stray packet does not do that and is `late`.
   */
  push(
    sequence: number,
    timestamp: number,
    payload: Uint8Array,
    nowMs: number,
  ): 'stored' | 'late' | 'duplicate' | 'reset' {
    let outcome: 'stored' | 'reset' = 'stored'
    if (!this.#started) this.#begin(sequence, timestamp)
    const extended = this.#highest + (((sequence - this.#highest) << 16) >> 16)
    let at = this.#cursor + ((timestamp - this.#cursor) | 0)
    let number = extended
    if (this.#sequences[mod(number)] === number) {
      this.#duplicate++
      return 'duplicate'
    }
    const far = at + payload.length > this.#cursor + RING || at < this.#cursor - RING * 8
    if (far || Math.abs(number - this.#highest) > MAX_STEP) {
      // RFC 3550 appendix A.1: two packets in sequence are believed, one is not.
      if (this.#probation !== sequence) {
        this.#probation = (sequence + 1) & 0xffff
        this.#late++
        return 'late'
      }
      if (payload.length > RING) return 'late'
      ;[number, at, outcome] = this.#restart(sequence, timestamp)
    }
    this.#probation = -1
    if (at + payload.length <= this.#cursor) {
      this.#lateStreak++
      if (this.#lateStreak < LATE_STREAK) {
        this.#note(number, at, nowMs)
        this.#late++
        return 'late'
      }
      ;[number, at, outcome] = this.#restart(sequence, timestamp)
    }
    this.#lateStreak = 0
    this.#note(number, at, nowMs)
    this.#store(at, payload)
    return outcome
  }

  /** Fills `out` (its length is the ticks wanted: 160 for 20 ms) with the frame that is due at `nowMs`. Call once for each frame played. */
  pull(out: Uint8Array, nowMs: number): Pulled {
    if (!this.#started) return 'empty'
    const size = out.length
    const frameMs = size / this.#ticksPerMs
    this.#delayMs = this.#delay.of(nowMs - this.#cursor / this.#ticksPerMs)
    const target = this.#delay.targetMs
    if (!this.#playing) {
      if (this.#delayMs < target) return 'empty'
      this.#playing = true
    }
    while (this.#delayMs > this.#maxMs + frameMs && this.#edge > this.#cursor) this.#skip(size, frameMs)
    const ready = this.#ready(size)
    if (!ready) return this.#absent(size, target)
    this.#copy(out)
    const quiet = this.#quiet?.(out) ?? false
    if (quiet && target - this.#delayMs >= frameMs) return 'silence'
    this.#over = this.#delayMs - target >= frameMs * 1.25 ? this.#over + 1 : 0
    if (this.#over > 0 && (quiet || this.#over >= PATIENCE) && this.#ready(size, size)) {
      this.#skip(size, frameMs)
      this.#copy(out)
      this.#over = 0
    }
    this.#advance(size)
    return 'frame'
  }

  /** Forgets the stream (a new SSRC, or play-out that stood still); counts stay. */
  reset(): void {
    if (this.#started) this.#lostBefore = this.stats().lost
    this.#started = false
    this.#playing = false
    this.#sequences.fill(-1)
    this.#filled.fill(0)
    this.#delay.reset()
    this.#lastTransit = Number.NaN
    this.#lateStreak = 0
  }

  stats(): JitterStats {
    const expected = this.#started ? this.#highest - this.#first + 1 : 0
    return {
      received: this.#received,
      lost: this.#lostBefore + Math.max(0, expected - this.#unique),
      late: this.#late,
      duplicate: this.#duplicate,
      concealed: this.#concealed,
      jitterMs: this.#jitterMs,
      delayMs: Math.max(0, this.#delayMs),
      targetMs: this.#delay.targetMs,
    }
  }

  /** Packets of this numbering. */
  #unique = 0

  #begin(sequence: number, timestamp: number): void {
    this.#started = true
    // Above zero, so that packets from before the first one have numbers too.
    this.#highest = sequence + 0x10000
    this.#first = this.#highest
    this.#played = this.#highest - 1
    this.#cursor = timestamp + 2 ** 32
    this.#edge = this.#cursor
    this.#unique = 0
  }

  #restart(sequence: number, timestamp: number): [number, number, 'reset'] {
    this.reset()
    this.#begin(sequence, timestamp)
    return [this.#highest, this.#cursor, 'reset']
  }

  #note(number: number, at: number, nowMs: number): void {
    this.#received++
    this.#unique++
    this.#sequences[mod(number)] = number
    this.#timestamps[mod(number)] = at
    if (number > this.#highest) this.#highest = number
    if (number < this.#first) this.#first = number
    const transit = nowMs - at / this.#ticksPerMs
    if (!Number.isNaN(this.#lastTransit))
      this.#jitterMs += (Math.abs(transit - this.#lastTransit) - this.#jitterMs) / 16
    this.#lastTransit = transit
    this.#delay.add(transit, nowMs)
    // Reordered at the very start: play from the earlier one.
    if (!this.#playing && at < this.#cursor) this.#cursor = at
  }

  #store(at: number, payload: Uint8Array): void {
    for (let i = Math.max(0, this.#cursor - at); i < payload.length; i++) {
      const slot = (at + i) & (RING - 1)
      this.#bytes[slot] = payload[i]!
      this.#filled[slot] = 1
    }
    this.#edge = Math.max(this.#edge, at + payload.length)
  }

  #ready(size: number, ahead = 0): boolean {
    for (let i = 0; i < size; i++) if (this.#filled[(this.#cursor + ahead + i) & (RING - 1)] === 0) return false
    return true
  }

  #copy(out: Uint8Array): void {
    for (let i = 0; i < out.length; i++) out[i] = this.#bytes[(this.#cursor + i) & (RING - 1)]!
  }

  #absent(size: number, target: number): Pulled {
    if (this.#edge <= this.#cursor) {
      // Too early for the network as it is: wait, which lengthens the delay. Otherwise time goes on, so that a pause costs no delay.
      const wait = this.#delayMs < target && this.#silentFor < RING
      this.#silentFor += size
      if (!wait) this.#advance(size)
      return 'empty'
    }
    if (this.#paused(size)) {
      this.#advance(size)
      return 'silence'
    }
    this.#concealed++
    // Overtaken rather than lost, it may be, while the delay is shorter than the network needs: give it time.
    if (target - this.#delayMs < size / this.#ticksPerMs) this.#advance(size)
    return 'lost'
  }

  #silentFor = 0

  /** True if no packet is missing between the last one played and the next one held. */
  #paused(size: number): boolean {
    this.#follow()
    const next = this.#played + 1
    return this.#sequences[mod(next)] === next && this.#timestamps[mod(next)]! >= this.#cursor + size / 2
  }

  #follow(): void {
    // Older numbers are no longer remembered.
    let seen = Math.max(this.#played, this.#highest - SEQUENCES)
    for (let number = seen + 1; number <= this.#highest; number++) {
      if (this.#sequences[mod(number)] !== number) continue
      if (this.#timestamps[mod(number)]! >= this.#cursor) break
      seen = number
    }
    this.#played = seen
  }

  #advance(size: number): void {
    for (let i = 0; i < size; i++) this.#filled[(this.#cursor + i) & (RING - 1)] = 0
    this.#cursor += size
    if (this.#edge > this.#cursor) this.#silentFor = 0
    if (this.#edge < this.#cursor) this.#edge = this.#cursor
    this.#follow()
  }

  #skip(size: number, frameMs: number): void {
    this.#advance(size)
    this.#delayMs -= frameMs
  }
}

function mod(number: number): number {
  return number & (SEQUENCES - 1)
}
