import { randomInt } from 'node:crypto'
import { RTP_HEADER, sequenceDelta, writeHeader } from './packet.ts'
import type { RtpTransport } from './transport.ts'

const FRAME = 160
/** Packets being sent at once at most: libuv sends at once nearly always, the ring is for when the socket is full. */
const RING = 4
const MAX_SMALL = 128

/** A random 32-bit number. */
export function random32(): number {
  return randomInt(0x1_0000_0000)
}

/**
 * One outgoing RTP stream with one SSRC for its whole life. Whoever feeds it (another leg's packets, the mixer, a prompt, digits), its sequence numbers have no holes but the network's and its timestamps follow the
 * clock, so that a receiver never notices a change of hands.
 */
export class Outbound {
  readonly ssrc = random32()
  payloadType = 8
  eventType: number | null = null
  /** False while the far end is unknown or our direction does not send. */
  open = false
  packets = 0
  bytes = 0
  readonly #transport: RtpTransport
  /** Of the next packet that continues. */
  #sequence = randomInt(0x8000)
  #timestamp = random32()
  /** Monotonic ms of the last packet; -1 before the first. */
  #sentAtMs = -1
  /** The relayed stream that offsets belong to; 0 when we generate. */
  #relayed = 0
  #sequenceOffset = 0
  #timestampOffset = 0
  readonly #ring: Buffer[] = []
  #turn = 0

  constructor(transport: RtpTransport) {
    this.#transport = transport
    for (let i = 0; i < RING; i++) this.#ring.push(Buffer.alloc(RTP_HEADER + FRAME))
  }

  /** RTP timestamp that the next generated frame will have. */
  get timestamp(): number {
    return this.#timestamp
  }

  get sentAtMs(): number {
    return this.#sentAtMs
  }

  /**
   * Passes on another stream's packet, rewritten in place: header only (and the payload through `table`, A-law to µ-law or back). `stream` names the incoming stream; a new one is joined to where this one stands.
   * `ticks`: the length of the packet's audio, 0 for events.
   */
  relay(
    packet: Buffer,
    type: number,
    stream: number,
    sequence: number,
    timestamp: number,
    marked: boolean,
    ticks: number,
    table: Uint8Array | null,
    nowMs: number,
  ): void {
    if (!this.open) return
    let marker = marked
    if (stream !== this.#relayed) {
      if (this.#resume(nowMs)) marker = true
      this.#relayed = stream
      this.#sequenceOffset = this.#sequence - sequence
      this.#timestampOffset = this.#timestamp - timestamp
    }
    const number = (sequence + this.#sequenceOffset) & 0xffff
    const time = (timestamp + this.#timestampOffset) >>> 0
    if (table) for (let i = RTP_HEADER; i < packet.length; i++) packet[i] = table[packet[i]!]!
    writeHeader(packet, type, marker, number, time, this.ssrc)
    if (sequenceDelta(number, this.#sequence) >= 0) {
      this.#sequence = (number + 1) & 0xffff
      if (ticks > 0) this.#timestamp = (time + ticks) >>> 0
    }
    this.#sent(packet, nowMs)
  }

  /** Sends a 20 ms frame of our own: 160 bytes of `bytes` from `at`. `skipped`: ticks left out before it. */
  frame(bytes: Uint8Array, at: number, skipped: number, nowMs: number): void {
    if (!this.open) return
    const marker = this.#generate(skipped, nowMs)
    const packet = this.#ring[this.#turn]!
    this.#turn = (this.#turn + 1) % RING
    for (let i = 0; i < FRAME; i++) packet[RTP_HEADER + i] = bytes[at + i]!
    writeHeader(packet, this.payloadType, marker, this.#sequence, this.#timestamp, this.ssrc)
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#timestamp = (this.#timestamp + FRAME) >>> 0
    this.#sent(packet, nowMs)
  }

  /** Sends a packet of another kind in the same stream: a telephone-event whose `timestamp` is its start. */
  event(payload: Uint8Array, type: number, marker: boolean, timestamp: number, nowMs: number): void {
    if (!this.open || payload.length > MAX_SMALL) return
    const packet = Buffer.alloc(RTP_HEADER + payload.length)
    packet.set(payload, RTP_HEADER)
    writeHeader(packet, type, marker, this.#sequence, timestamp, this.ssrc)
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#sent(packet, nowMs)
  }

  /** The tick passed without audio (a digit is being sent). */
  pass(skipped: number, nowMs: number): void {
    this.#generate(skipped, nowMs)
    this.#timestamp = (this.#timestamp + FRAME) >>> 0
  }

  /** From now on packets are our own; true when a gap went before. */
  #generate(skipped: number, nowMs: number): boolean {
    if (this.#relayed !== 0 || this.#sentAtMs < 0 || nowMs - this.#sentAtMs > 500) {
      this.#relayed = 0
      return this.#resume(nowMs)
    }
    this.#timestamp = (this.#timestamp + skipped * FRAME) >>> 0
    return skipped > 0
  }

  /** Moves the clock over the time in which nothing was sent. */
  #resume(nowMs: number): boolean {
    if (this.#sentAtMs < 0) return true
    const gap = Math.round((nowMs - this.#sentAtMs) * 8) - FRAME
    // Less than a frame early or late is the network's business, not a gap.
    if (gap <= FRAME) return false
    this.#timestamp = (this.#timestamp + gap) >>> 0
    return true
  }

  #sent(packet: Buffer, nowMs: number): void {
    this.packets++
    this.bytes += packet.length - RTP_HEADER
    this.#sentAtMs = nowMs
    this.#transport.send(packet)
  }
}
