import { sequenceDelta } from './packet.ts'

/** More than this from the expected number is another stream and not loss (RFC 3550 appendix A.1: MAX_DROPOUT is 3000, MAX_MISORDER 100). */
const MAX_DROPOUT = 3000
const MAX_MISORDER = 100

/** What a receiver counts for one synchronisation source (RFC 3550 appendices A.1, A.3 and A.8). Times are monotonic ms, the clock is 8 kHz. */
export class Reception {
  ssrc = 0
  received = 0
  bytes = 0
  /** Interarrival jitter in RTP ticks. */
  jitter = 0
  #started = false
  #base = 0
  #highest = 0
  #cycles = 0
  #transit = 0
  #expectedBefore = 0
  #receivedBefore = 0
  /** Losses of streams before this one (a source that restarted). */
  #lostEarlier = 0
  #expectedEarlier = 0
  #receivedHere = 0

  /** Counts a packet. True when it starts a new stream: first of all, another SSRC, or a jump that no loss explains. */
  packet(ssrc: number, sequence: number, timestamp: number, bytes: number, nowMs: number): boolean {
    this.received++
    this.bytes += bytes
    // Wrapped to 32 bits, so that only differences matter.
    const transit = (Math.round(nowMs * 8) - timestamp) | 0
    const delta = sequenceDelta(sequence, this.#highest)
    if (!this.#started || ssrc !== this.ssrc || delta > MAX_DROPOUT || delta < -MAX_MISORDER) {
      this.#restart(ssrc, sequence, transit)
      return true
    }
    this.#receivedHere++
    if (delta > 0) {
      if (sequence < this.#highest) this.#cycles += 0x10000
      this.#highest = sequence
    }
    const difference = Math.abs((transit - this.#transit) | 0)
    this.#transit = transit
    // A pause in sending (hold, silence suppression) is no jitter: timestamps that jump are left out.
    if (difference < 8000) this.jitter += (difference - this.jitter) / 16
    return false
  }

  #restart(ssrc: number, sequence: number, transit: number): void {
    if (this.#started) {
      this.#lostEarlier += this.#lostHere
      this.#expectedEarlier += this.#expectedHere
    }
    this.#started = true
    this.ssrc = ssrc
    this.#base = sequence
    this.#highest = sequence
    this.#cycles = 0
    this.#transit = transit
    this.#receivedHere = 1
    this.#expectedBefore = 0
    this.#receivedBefore = 0
  }

  get #expectedHere(): number {
    return this.#started ? this.#cycles + this.#highest - this.#base + 1 : 0
  }

  get #lostHere(): number {
    return Math.max(0, this.#expectedHere - this.#receivedHere)
  }

  get lost(): number {
    return this.#lostEarlier + this.#lostHere
  }

  /** 0–1 over everything received. */
  get lossRatio(): number {
    const expected = this.#expectedEarlier + this.#expectedHere
    return expected === 0 ? 0 : this.lost / expected
  }

  get jitterMs(): number {
    return this.jitter / 8
  }

  get highestExtended(): number {
    return (this.#cycles + this.#highest) >>> 0
  }

  /** The eight-bit loss fraction since the last call, for a report block. */
  takeFraction(): number {
    const expected = this.#expectedHere - this.#expectedBefore
    const received = this.#receivedHere - this.#receivedBefore
    this.#expectedBefore = this.#expectedHere
    this.#receivedBefore = this.#receivedHere
    const lost = expected - received
    return expected <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected))
  }

  /** Cumulative loss of this source for a report block. */
  get lostOfSource(): number {
    return Math.min(0x7fffff, this.#lostHere)
  }
}
