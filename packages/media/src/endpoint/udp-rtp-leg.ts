import { randomInt } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { PortPool } from '../rtp/port-pool.ts'
import { UdpPair } from '../rtp/udp-pair.ts'
import type { UdpSockets } from '../rtp/udp-sockets.ts'
import { type AgreedAudio, agreeAudio, agreeText, answerDirection } from '../sdp/negotiate.ts'
import { type RemoteMedia, type RemoteSession, readSdp, refusal } from '../sdp/read.ts'
import { audioFormats, type LocalMedia, type RefusedMedia, TELEPHONE_EVENT, writeSdp } from '../sdp/write.ts'
import { type CryptoLine, contextOf, newCrypto } from '../srtp/sdes.ts'
import { Leg, type LegContext } from './leg.ts'
import { Listeners } from './listeners.ts'
import type { Accepted, Answer, AudioCodec, Direction, Off, RtpLeg, RtpLegOptions, SdpRefusal } from './media.ts'
import { TextStream } from './text-stream.ts'

export interface RtpLegContext extends LegContext {
  pool: PortPool
  sockets: UdpSockets
  bindAddress: string
  /** Address that the far end is told. */
  sdpAddress: string
}

const DEFAULT_CODECS: AudioCodec[] = ['PCMA', 'PCMU', 'G722']
const DEFAULT_MAX_PACKETS = 250

/** A leg over UDP whose SDP travels in SIP. */
export class UdpRtpLeg extends Leg implements RtpLeg {
  override readonly kind = 'rtp'
  readonly local: { address: string; port: number }
  readonly #options: RtpLegOptions
  readonly #pair: UdpPair
  readonly #own: RtpLegContext
  readonly #sessionId = String(randomInt(1, 2 ** 47))
  readonly #held: Listeners<[boolean]>
  #version = 0
  #lastSdp = ''
  #direction: Direction = 'sendrecv'
  #wanted: Direction = 'sendrecv'
  #heldByPeer = false
  /** Our line in the last negotiation: offers keep the codec order, payload types and place. */
  #agreed: AgreedAudio | null = null
  /** Media lines of the session, ours and refused ones, in order. */
  #lines: (LocalMedia | RefusedMedia)[] = []
  #ourCrypto: CryptoLine | null = null
  #theirKey = ''
  #text: TextStream | null = null

  constructor(options: RtpLegOptions, context: RtpLegContext) {
    const pair = UdpPair.open(context.pool, {
      sockets: context.sockets,
      address: context.bindAddress,
      signallingAddress: options.signallingAddress,
      maxPacketsPerSecond: options.maxPacketsPerSecond ?? DEFAULT_MAX_PACKETS,
      onFault: (message, cause) => context.fault({ code: 'socket', message, legId: options.id ?? '', cause }),
    })
    super(options, pair, context)
    this.#options = options
    this.#pair = pair
    this.#own = context
    this.local = { address: context.sdpAddress, port: pair.port }
    this.#held = new Listeners(cause =>
      context.fault({ code: 'listener', message: 'A listener threw.', legId: this.id, cause }),
    )
  }

  get remote(): { address: string; port: number } | null {
    return this.#pair.target
  }
  get secure(): boolean {
    return this.#pair.secureOut !== null
  }
  get direction(): Direction {
    return this.#direction
  }
  get heldByPeer(): boolean {
    return this.#heldByPeer
  }
  onHeldByPeer(listener: (held: boolean) => void): Off {
    return this.#held.add(listener)
  }
  override get textMode(): 't140' | 'tty' | 'none' {
    return this.#text?.open ? 't140' : super.textMode
  }
  override sendText(text: string): boolean {
    return this.#text?.open ? this.#text.write(text) : super.sendText(text)
  }

  offer(options: { direction?: Direction } = {}): string {
    this.#wanted = options.direction ?? 'sendrecv'
    const audio = this.#agreed ? this.#offerAgain(this.#agreed) : this.#offerFirst()
    if (this.#lines.length === 0) {
      this.#lines = [audio]
      if (this.#options.text === 'offer') {
        const text = this.#openText()
        if (text) this.#lines.push(text.offer())
      }
    } else {
      const index = this.#agreed?.index ?? 0
      this.#lines = this.#lines.map((line, i) => (i === index ? audio : line))
    }
    return this.#write()
  }

  accept(answerSdp: string): Accepted {
    const read = readSdp(answerSdp)
    if (!read.ok) return read
    const offered = this.#lines.find(line => line.type === 'audio' && 'port' in line) as LocalMedia | undefined
    const agreed = agreeAudio(read.session, {
      codecs: this.#codecsOf(read.session),
      srtp: offered?.protocol.includes('SAVP') ? 'required' : 'never',
      telephoneEvent: this.#options.telephoneEvent ?? true,
    })
    if ('ok' in agreed) return agreed
    if (!this.#reaches(agreed.remote)) return wrongFamily(agreed.remote)
    const crypto = agreed.crypto
    if (crypto && this.#ourCrypto && crypto.suite !== this.#ourCrypto.suite) {
      const same = this.#offeredCryptos.find(line => line.tag === crypto.tag && line.suite === crypto.suite)
      if (!same) return refusal('sdp.srtpRequired', 'The answer chose a cipher suite that was not offered.')
      this.#ourCrypto = same
    }
    this.#apply(agreed, answerDirection(agreed.remote.direction, this.#wanted), agreed.remote.mux)
    const text = agreeText(read.session)
    if (text && this.#text) this.#text.agree(text)
    else this.#closeText()
    return { ok: true }
  }

  answer(offerSdp: string, options: { direction?: Direction } = {}): Answer {
    const read = readSdp(offerSdp)
    if (!read.ok) return read
    const agreed = agreeAudio(read.session, {
      codecs: this.#options.codecs ?? DEFAULT_CODECS,
      srtp: this.#options.srtp ?? 'optional',
      telephoneEvent: this.#options.telephoneEvent ?? true,
    })
    if ('ok' in agreed) return agreed
    if (!this.#reaches(agreed.remote)) return wrongFamily(agreed.remote)
    this.#wanted = options.direction ?? 'sendrecv'
    if (agreed.crypto) {
      // The answer repeats the tag of the line it takes, with a key of our own (RFC 4568 section 5.1.2).
      const keep = this.#ourCrypto?.suite === agreed.crypto.suite ? this.#ourCrypto : null
      this.#ourCrypto = { ...(keep ?? newCrypto(agreed.crypto.tag, agreed.crypto.suite)), tag: agreed.crypto.tag }
    }
    const direction = answerDirection(agreed.remote.direction, this.#wanted)
    this.#apply(agreed, direction, agreed.remote.mux)
    this.#lines = this.#answerLines(read.session, agreed, direction)
    return { ok: true, sdp: this.#write() }
  }

  override second(nowMs: number): void {
    super.second(nowMs)
    this.#text?.second(nowMs)
  }

  protected override async release(): Promise<void> {
    this.#held.clear()
    await Promise.all([super.release(), this.#text?.close()])
  }

  // ----------------------------------------------------------------------------------------------------------- offering

  #offeredCryptos: CryptoLine[] = []

  #offerFirst(): LocalMedia {
    const secure = this.#options.srtp === 'required'
    if (secure && this.#offeredCryptos.length === 0) {
      this.#offeredCryptos = [newCrypto(1, 'AES_CM_128_HMAC_SHA1_80'), newCrypto(2, 'AES_CM_128_HMAC_SHA1_32')]
      this.#ourCrypto = this.#offeredCryptos[0]!
    }
    return {
      type: 'audio',
      port: this.#pair.port,
      protocol: secure ? 'RTP/SAVP' : 'RTP/AVP',
      formats: audioFormats(this.#options.codecs ?? DEFAULT_CODECS, this.#options.telephoneEvent ?? true),
      direction: this.#wanted,
      mux: false,
      crypto: this.#offeredCryptos,
    }
  }

  /** A later offer keeps the agreed codec first and its payload types, and still offers the others. */
  #offerAgain(agreed: AgreedAudio): LocalMedia {
    const codecs = this.#options.codecs ?? DEFAULT_CODECS
    const own = audioFormats([agreed.codec, ...codecs.filter(codec => codec !== agreed.codec)], false)
    const taken = new Set<number>([agreed.payloadType])
    own[0] = { ...own[0]!, payloadType: agreed.payloadType }
    const formats = own.filter((format, i) => i === 0 || !taken.has(format.payloadType))
    if (this.#options.telephoneEvent ?? true)
      formats.push({
        payloadType: agreed.eventType ?? TELEPHONE_EVENT,
        name: 'telephone-event',
        clockRate: 8000,
        parameters: '0-16',
      })
    return {
      type: 'audio',
      port: this.#pair.port,
      protocol: agreed.crypto ? 'RTP/SAVP' : 'RTP/AVP',
      formats,
      direction: this.#wanted,
      mux: this.#pair.mux,
      crypto: agreed.crypto && this.#ourCrypto ? [this.#ourCrypto] : [],
    }
  }

  /** An answer's codecs in its own order: its first one that we offered is what both send (RFC 3264 section 7). */
  #codecsOf(session: RemoteSession): AudioCodec[] {
    const ours = this.#options.codecs ?? DEFAULT_CODECS
    const audio = session.media.find(media => media.type === 'audio' && media.rtp.port > 0)
    const listed = audio?.formats.map(format => ours.find(codec => codec === format.name)) ?? []
    return listed.filter(codec => codec !== undefined)
  }

  // ---------------------------------------------------------------------------------------------------------- answering

  #answerLines(session: RemoteSession, agreed: AgreedAudio, direction: Direction): (LocalMedia | RefusedMedia)[] {
    const text = this.#options.text === 'never' ? null : agreeText(session)
    if (!text) this.#closeText()
    return session.media.map((media, index) => {
      if (index === agreed.index) return this.#answerAudio(agreed, direction)
      const stream = text && index === text.index ? this.#openText() : null
      if (!stream || !text) return refused(media)
      stream.agree(text)
      return stream.answer(text)
    })
  }

  #answerAudio(agreed: AgreedAudio, direction: Direction): LocalMedia {
    const event = agreed.eventType
    const clockRate = agreed.remote.formats.find(format => format.payloadType === event)?.clockRate ?? 8000
    const formats = [{ payloadType: agreed.payloadType, name: agreed.codec as string, clockRate: 8000 }]
    return {
      type: 'audio',
      port: this.#pair.port,
      protocol: agreed.remote.protocol,
      formats: [
        ...formats,
        ...(event === null ? [] : [{ payloadType: event, name: 'telephone-event', clockRate, parameters: '0-16' }]),
      ],
      direction,
      mux: agreed.remote.mux,
      crypto: agreed.crypto && this.#ourCrypto ? [this.#ourCrypto] : [],
    }
  }

  /** Our socket and the far end's address are of one family. */
  #reaches(remote: RemoteMedia): boolean {
    return isIPv6(remote.rtp.address) === isIPv6(this.#own.bindAddress)
  }

  #apply(agreed: AgreedAudio, direction: Direction, mux: boolean): void {
    this.#agreed = agreed
    this.#direction = direction
    this.#pair.mux = mux
    const { remote } = agreed
    const rtcp = mux ? remote.rtp : remote.rtcp
    if (!remote.nowhere) this.#pair.aim(remote.rtp, rtcp, performance.now())
    this.#applyKeys(agreed)
    const sends = !remote.nowhere && (direction === 'sendrecv' || direction === 'sendonly')
    const receives = direction === 'sendrecv' || direction === 'recvonly'
    this.agree(agreed.codec, agreed.payloadType, agreed.accepts, agreed.eventType, sends, receives)
    const held = remote.nowhere || remote.direction === 'sendonly' || remote.direction === 'inactive'
    if (held !== this.#heldByPeer) {
      this.#heldByPeer = held
      this.#held.emit(held)
    }
  }

  /** New keys make new contexts; the same key keeps its roll-over counter. */
  #applyKeys(agreed: AgreedAudio): void {
    const theirs = agreed.crypto
    if (!theirs || !this.#ourCrypto) {
      this.#pair.secureIn = null
      this.#pair.secureOut = null
      this.#theirKey = ''
      return
    }
    const key = `${theirs.suite}${theirs.key.toString('hex')}${theirs.salt.toString('hex')}`
    if (key === this.#theirKey && this.#pair.secureOut) return
    this.#theirKey = key
    this.#pair.secureIn = contextOf(theirs)
    this.#pair.secureOut ??= contextOf(this.#ourCrypto)
  }

  #write(): string {
    const draft = (version: number): string =>
      writeSdp({ sessionId: this.#sessionId, version, address: this.local.address, media: this.#lines })
    // The version goes up only when something changed (RFC 3264 section 8).
    if (draft(this.#version) !== this.#lastSdp) this.#lastSdp = draft(++this.#version)
    return this.#lastSdp
  }

  // --------------------------------------------------------------------------------------------------------------- text

  #openText(): TextStream | null {
    if (this.#text) return this.#text
    try {
      this.#text = new TextStream(
        UdpPair.open(this.#own.pool, {
          sockets: this.#own.sockets,
          address: this.#own.bindAddress,
          signallingAddress: this.#options.signallingAddress,
          maxPacketsPerSecond: 50,
          onFault: (message, cause) => this.context.fault({ code: 'socket', message, legId: this.id, cause }),
        }),
        this.context.ticker,
        text => this.text.emit(text),
      )
      return this.#text
    } catch {
      // Without a port there is no text, but the call goes on.
      return null
    }
  }

  #closeText(): void {
    void this.#text?.close()
    this.#text = null
  }
}

function wrongFamily({ rtp }: RemoteMedia): SdpRefusal {
  const [ours, theirs] = isIPv6(rtp.address) ? ['IPv4', 'IPv6'] : ['IPv6', 'IPv4']
  return refusal('sdp.badAddress', `Audio is carried over ${ours} here, and ${rtp.address} is ${theirs}.`)
}

function refused(media: RemoteMedia): RefusedMedia {
  return { type: media.type, protocol: media.protocol, payloads: media.payloads }
}
