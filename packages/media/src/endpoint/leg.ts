import { randomUUID } from 'node:crypto'
import { DigitReceiver } from '../dtmf-event/receive.ts'
import { VoiceIn } from '../mix/voice-in.ts'
import { VoiceOut } from '../mix/voice-out.ts'
import { estimateQuality } from '../quality/mos.ts'
import { Outbound } from '../rtp/outbound.ts'
import { RTP_HEADER, stripped } from '../rtp/packet.ts'
import { Reception } from '../rtp/reception.ts'
import { Reporter } from '../rtp/reporter.ts'
import type { RtpTransport } from '../rtp/transport.ts'
import type { Ticker } from '../schedule/ticker.ts'
import { Hearing } from './hearing.ts'
import { Listeners } from './listeners.ts'
import type { AudioCodec, AudioLeg, Detected, Detection, Digit, LegOptions, MediaFault, Off, Quality } from './media.ts'
import { SilenceWatch } from './silence-watch.ts'
import { Speaker } from './speaker.ts'

/** What a leg needs of the engine around it. */
export interface LegContext {
  ticker: Ticker
  fault: (fault: MediaFault) => void
  /** The leg is gone: forget it. */
  closed: (leg: Leg) => void
}

/** Where a leg's packets go without decoding. */
export interface Route {
  to: Leg
  /** A-law to µ-law or back; null when the codecs are equal. */
  table: Uint8Array | null
}

/** Takes what a leg says, as encoded, for a recording. */
export interface VoiceTap {
  /** The audio of `packet` begins at `start`. Not a subarray: making one costs more than all else here. */
  voice(leg: Leg, codec: AudioCodec, timestamp: number, packet: Buffer, start: number, nowMs: number): void
}

let streams = 0

/** No packet for this long and the far end's address is looked for again. */
const SILENT_MS = 2000
/** The last packet is kept up to this length: two frames. */
const MOST_RECENT = RTP_HEADER + 320
/** Digits of others that wait to be said to a far end, and how long each is held: while they are said nothing else is heard there, so a flood of them must not wait in line. */
const MOST_DIGITS = 16
const LONGEST_DIGIT_MS = 500

/** What RTP and browser legs share: everything but the way packets travel and how SDP is agreed. Rooms use the part of it that `AudioLeg` does not show. */
export abstract class Leg implements AudioLeg {
  abstract readonly kind: 'rtp' | 'browser'
  readonly id: string
  side: string
  readonly outbound: Outbound
  readonly reception = new Reception()
  routes: readonly Route[] = []
  taps: readonly VoiceTap[] = []
  /** Legs that get this one's digits pressed again for them. */
  digitTargets: readonly Leg[] = []
  /** Digit events go along the routes. */
  relaysEvents = true
  /** Called when codec, direction or mute changed, so that the room plans anew. */
  onChange: (() => void) | null = null
  /** Takes the leg out of its room. */
  onLeave: (() => void) | null = null
  #input: VoiceIn | null = null
  #output: VoiceOut | null = null
  protected readonly context: LegContext
  protected readonly transport: RtpTransport
  protected readonly reporter: Reporter
  protected readonly speaker: Speaker
  protected readonly hearing: Hearing
  protected readonly text: Listeners<[string]>
  readonly #digits: Listeners<[Digit, number]>
  readonly #firstPacket: Listeners<[]>
  readonly #closing: Listeners<[]>
  readonly #silence: SilenceWatch
  #codec: AudioCodec | null = null
  #inType = -1
  #accepts: ReadonlyMap<number, AudioCodec> = new Map()
  #receives = false
  #muted = false
  #closed = false
  #heard = false
  #stream = 0
  #lastPacketMs = -1
  #openSinceMs = -1
  #lastTimestamp = 0
  /** The packet last relayed. */
  readonly #recent = new Uint8Array(MOST_RECENT)
  #recentLength = 0
  #digitReceiver: DigitReceiver | null = null

  constructor(options: LegOptions, transport: RtpTransport, context: LegContext) {
    this.id = options.id ?? randomUUID()
    this.side = options.side ?? ''
    this.transport = transport
    this.context = context
    const onFault = (cause: unknown): void =>
      context.fault({ code: 'listener', message: 'A listener threw.', legId: this.id, cause })
    this.#silence = new SilenceWatch(onFault)
    this.text = new Listeners(onFault)
    this.#digits = new Listeners(onFault)
    this.#firstPacket = new Listeners(onFault)
    this.#closing = new Listeners(onFault)
    this.outbound = new Outbound(transport)
    this.reporter = new Reporter(transport, this.reception, this.outbound, this.id)
    this.speaker = new Speaker(context.ticker, this.outbound, (pcm, skipped, nowMs) =>
      this.outbound.frame(this.#encode(pcm), 0, skipped, nowMs),
    )
    this.hearing = new Hearing({
      onFault,
      digit: (digit, ms) => this.digit(digit, ms),
      text: text => this.text.emit(text),
    })
    transport.onRtp = (packet, nowMs) => this.#receive(packet, nowMs)
    transport.onRtcp = packet => this.reporter.read(packet)
  }

  get codec(): AudioCodec | null {
    return this.#codec
  }
  get closed(): boolean {
    return this.#closed
  }
  get muted(): boolean {
    return this.#muted
  }
  /** What comes from here may be heard. */
  get audible(): boolean {
    return this.#receives && !this.#muted && this.#codec !== null
  }
  get textMode(): 't140' | 'tty' | 'none' {
    return this.speaker.tty ? 'tty' : 'none'
  }

  // ------------------------------------------------------------------------------------------------------ agreed by SDP

  /** Applies what was negotiated. `accepts`: payload types that may come. */
  protected agree(
    codec: AudioCodec,
    type: number,
    accepts: ReadonlyMap<number, AudioCodec>,
    eventType: number | null,
    sends: boolean,
    receives: boolean,
  ): void {
    if (this.#openSinceMs < 0) this.#openSinceMs = performance.now()
    this.#accepts = accepts
    this.#inType = type
    this.outbound.payloadType = type
    this.outbound.eventType = eventType
    this.outbound.open = sends
    if (receives && !this.#receives) this.#lastPacketMs = performance.now()
    this.#receives = receives
    this.hearing.inband = eventType === null
    this.#setCodec(codec)
    this.onChange?.()
  }

  #setCodec(codec: AudioCodec): void {
    if (codec === this.#codec) return
    this.#codec = codec
    this.#recentLength = 0
    this.hearing.setCodec(codec)
    if (this.#input) this.#input = new VoiceIn(codec)
  }

  // ---------------------------------------------------------------------------------------------------------- receiving

  #receive(packet: Buffer, nowMs: number): void {
    const type = packet[1]! & 0x7f
    const sequence = (packet[2]! << 8) | packet[3]!
    const timestamp = packet.readUInt32BE(4)
    const isEvent = type === this.outbound.eventType
    // An event's timestamp stands still while it lasts: it says nothing about jitter.
    const fresh = this.reception.packet(
      packet.readUInt32BE(8),
      sequence,
      isEvent ? this.#lastTimestamp : timestamp,
      packet.length,
      nowMs,
    )
    if (fresh) this.#newStream()
    this.#lastPacketMs = nowMs
    if (!this.#receives) return
    const plain = packet[0] === 0x80 ? packet : stripped(packet)
    if (!plain || plain.length <= RTP_HEADER) return
    if (isEvent) this.#event(plain, sequence, timestamp, nowMs)
    else if (type === this.#inType || this.#switched(type)) {
      if (!isEvent) this.#lastTimestamp = timestamp
      this.#audio(plain, sequence, timestamp, nowMs)
    }
    if (!this.#heard) {
      this.#heard = true
      this.#firstPacket.emit()
      this.#firstPacket.clear()
    }
  }

  #audio(packet: Buffer, sequence: number, timestamp: number, nowMs: number): void {
    const marked = packet[1]! >= 0x80
    // In-band digits are looked for even while muted; the rest of a muted leg reaches nobody.
    if (this.hearing.active) this.hearing.packet(timestamp, packet, RTP_HEADER, this.#muted)
    if (this.#muted) return
    const taps = this.taps
    for (let i = 0; i < taps.length; i++) taps[i]!.voice(this, this.#codec!, timestamp, packet, RTP_HEADER, nowMs)
    this.#input?.push(sequence, timestamp, packet.subarray(RTP_HEADER), nowMs)
    const routes = this.routes
    if (routes.length === 0) return
    const ticks = packet.length - RTP_HEADER
    const last = routes.length - 1
    for (let i = 0; i <= last; i++) {
      const { to, table } = routes[i]!
      if (to.speaker.speaking) continue
      const own = table !== null && i < last ? Buffer.from(packet) : packet
      to.outbound.relay(own, to.outbound.payloadType, this.#stream, sequence, timestamp, marked, ticks, table, nowMs)
    }
    const kept = last === 0 && routes[0]!.table === null && packet.length <= MOST_RECENT
    this.#recentLength = kept ? packet.length : 0
    if (kept) this.#recent.set(packet)
  }

  #event(packet: Buffer, sequence: number, timestamp: number, nowMs: number): void {
    const marked = packet[1]! >= 0x80
    this.#digitReceiver ??= new DigitReceiver({
      onEnd: (digit, ms) => {
        if (digit !== '!') this.#pressed(digit as Digit, ms)
      },
    })
    this.#digitReceiver.receive(timestamp, packet.subarray(RTP_HEADER), marked, nowMs)
    if (!this.relaysEvents || this.#muted) return
    for (const { to } of this.routes) {
      const type = to.outbound.eventType
      if (type === null || to.speaker.speaking) continue
      to.outbound.relay(packet, type, this.#stream, sequence, timestamp, marked, 0, null, nowMs)
    }
  }

  /** A digit of this leg's own stream: told, and pressed again for those who cannot be sent its packets. */
  #pressed(digit: Digit, ms: number): void {
    this.digit(digit, ms)
    if (!this.relaysEvents || this.#muted) return
    for (const leg of this.digitTargets)
      if (leg.speaker.waiting < MOST_DIGITS)
        void leg.sendDigits(digit, { durationMs: Math.min(Math.max(ms, 60), LONGEST_DIGIT_MS) })
    for (const { to } of this.routes)
      if (to.outbound.eventType === null && to.speaker.waiting < MOST_DIGITS) void to.sendDigits(digit)
  }

  /** The far end changed to another agreed codec in mid-stream, as it may (RFC 3264 section 8.3.2). */
  #switched(type: number): boolean {
    const codec = this.#accepts.get(type)
    if (!codec) return false
    this.#inType = type
    this.outbound.payloadType = type
    this.#output = null
    this.#setCodec(codec)
    this.onChange?.()
    return true
  }

  #newStream(): void {
    this.#stream = ++streams
    this.#input?.reset()
    this.#digitReceiver = null
  }

  // ---------------------------------------------------------------------------------------------------------- for rooms

  /** Begins or ends decoding for a mix. */
  setMixed(on: boolean): void {
    if (!on) this.#input = null
    else if (!this.#input && this.#codec) {
      this.#input = new VoiceIn(this.#codec)
      if (this.#recentLength > 0) this.#input.prime(this.#recent.subarray(RTP_HEADER, this.#recentLength))
    }
  }

  /** This tick's 160 samples; null when not decoding. */
  voice(tick: number, nowMs: number): Int16Array | null {
    return this.#input?.frame(tick, nowMs) ?? null
  }

  /** Sends a 20 ms frame already in this leg's codec. */
  sayEncoded(bytes: Uint8Array, at: number, skipped: number, nowMs: number): void {
    if (!this.speaker.speaking) this.outbound.frame(bytes, at, skipped, nowMs)
  }

  sayPcm(pcm: Int16Array, skipped: number, nowMs: number): void {
    if (!this.speaker.speaking && this.#codec) this.outbound.frame(this.#encode(pcm), 0, skipped, nowMs)
  }

  #encode(pcm: Int16Array): Uint8Array {
    const codec = this.#codec ?? 'PCMA'
    if (this.#output?.codec !== codec) this.#output = new VoiceOut(codec)
    return this.#output.encode(pcm)
  }

  /** Housekeeping once a second. */
  second(nowMs: number): void {
    if (this.#closed) return
    const silentMs = this.#receives ? nowMs - Math.max(this.#lastPacketMs, this.#openSinceMs) : 0
    this.transport.second(nowMs, silentMs > SILENT_MS)
    this.reporter.second(nowMs)
    this.#digitReceiver?.poll(nowMs)
    if (this.#openSinceMs >= 0) this.#silence.check(silentMs)
  }

  // -------------------------------------------------------------------------------------------------------- for callers

  onDigit(listener: (digit: Digit, durationMs: number) => void): Off {
    return this.#digits.add(listener)
  }
  digit(digit: Digit, durationMs = 0): void {
    this.#digits.emit(digit, durationMs)
  }
  sendDigits(digits: string, options?: { durationMs?: number; gapMs?: number }): Promise<void> {
    return this.#closed ? Promise.resolve() : this.speaker.digits(digits, options)
  }
  onText(listener: (text: string) => void): Off {
    return this.text.add(listener)
  }
  sendText(text: string): boolean {
    return !this.#closed && this.speaker.text(text)
  }
  tty(on: boolean, options: { baud?: 45.45 | 50 } = {}): void {
    this.speaker.setTty(on ? (options.baud ?? 45.45) : null)
    this.hearing.setTty(on)
  }
  detect(kinds: readonly Detection[]): void {
    this.hearing.detect(kinds)
  }
  onDetect(listener: (detection: Detection, at: Detected) => void): Off {
    return this.hearing.detections.add(listener)
  }
  onAudio(listener: (pcm: Int16Array) => void): Off {
    return this.hearing.onAudio(listener)
  }

  mute(on: boolean): void {
    if (on === this.#muted) return
    this.#muted = on
    this.onChange?.()
  }

  quality(): Quality {
    const { received, bytes, lost, lossRatio, jitterMs } = this.reception
    const { roundTripMs, remoteLossRatio } = this.reporter
    const delayMs = (roundTripMs ?? 0) / 2
    return {
      packetsReceived: received,
      packetsSent: this.outbound.packets,
      lost,
      lossRatio,
      jitterMs,
      roundTripMs,
      remoteLossRatio,
      mos: estimateQuality({ codec: this.#codec ?? 'PCMA', lossRatio, jitterMs, delayMs }).mos,
      bytesReceived: bytes,
      bytesSent: this.outbound.bytes,
      dropped: { ...this.transport.dropped },
      lastPacketAt: received === 0 ? null : Date.now() - Math.round(performance.now() - this.#lastPacketMs),
    }
  }

  onSilence(ms: number, listener: (silentMs: number) => void): Off {
    return this.#silence.add(ms, listener)
  }

  onFirstPacket(listener: () => void): Off {
    if (!this.#heard) return this.#firstPacket.add(listener)
    listener()
    return () => {}
  }

  onClose(listener: () => void): Off {
    return this.#closing.add(listener)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    if (this.outbound.packets > 0) this.reporter.send(performance.now(), true)
    this.#closed = true
    this.onLeave?.()
    this.outbound.open = false
    this.speaker.close()
    this.hearing.close()
    this.routes = []
    this.#closing.emit()
    for (const listeners of [this.#digits, this.text, this.#firstPacket, this.#closing]) listeners.clear()
    this.#silence.clear()
    await this.release()
    this.context.closed(this)
  }

  /** Gives back what the leg holds of the machine. */
  protected release(): Promise<void> {
    return this.transport.close()
  }
}
