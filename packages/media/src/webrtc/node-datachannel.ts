import { isIPv6 } from 'node:net'
import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel'
import { MediaError } from '../errors.ts'
import { isRtcp, isRtp } from '../rtp/packet.ts'
import type { Dropped } from '../rtp/transport.ts'
import type { Peer, PeerAudio, PeerOptions, PeerState } from './peer.ts'

/** STUN or TURN that does not answer must not hold up the call: the answer goes with what was gathered by then. */
const GATHER_MS = 2000
const STATES: readonly string[] = ['new', 'connecting', 'connected', 'disconnected', 'failed', 'closed']

/** A peer on libdatachannel: ICE, DTLS and SRTP happen in its threads, plain RTP comes and goes here. */
export class DataChannelPeer implements Peer {
  readonly dropped: Dropped = { foreign: 0, flood: 0, unauthentic: 0, malformed: 0 }
  onRtp: ((packet: Buffer, nowMs: number) => void) | null = null
  onRtcp: ((packet: Buffer) => void) | null = null
  onState: ((state: PeerState) => void) | null = null
  readonly #options: PeerOptions
  readonly #connection: PeerConnection
  #track: Track | null = null
  #open = false
  #state: PeerState = 'new'
  #closed = false

  constructor(id: string, options: PeerOptions) {
    this.#options = options
    const { servers = [], bindAddress, portRange, tcp } = options
    this.#connection = new nodeDataChannel.PeerConnection(id, {
      iceServers: servers,
      ...(bindAddress ? { bindAddress } : {}),
      ...(portRange ? { portRangeBegin: portRange.from, portRangeEnd: portRange.to } : {}),
      ...(tcp ? { enableIceTcp: true } : {}),
      disableAutoNegotiation: true,
    })
    this.#connection.onStateChange(state => this.#changed(state))
  }

  get state(): PeerState {
    return this.#state
  }

  get roundTripMs(): number | null {
    try {
      const ms = this.#closed ? -1 : this.#connection.rtt()
      return ms > 0 ? ms : null
    } catch {
      return null
    }
  }

  async answer(offerSdp: string, audio: PeerAudio): Promise<string> {
    const line = new nodeDataChannel.Audio(
      audio.mid,
      audio.sends ? (audio.receives ? 'SendRecv' : 'SendOnly') : audio.receives ? 'RecvOnly' : 'Inactive',
    )
    line.addAudioCodec(audio.payloadType, `${audio.codec}/8000`)
    if (audio.eventType !== null) line.addAudioCodec(audio.eventType, 'telephone-event/8000')
    line.addSSRC(audio.ssrc, audio.cname, audio.cname, audio.cname)
    // Before the offer is applied: later the track would not be part of the answer.
    const track = this.#connection.addTrack(line)
    this.#track = track
    track.onOpen(() => {
      this.#open = true
    })
    track.onClosed(() => {
      this.#open = false
    })
    track.onError(() => {
      this.#open = false
    })
    track.onMessage(packet => this.#receive(packet))
    // Names (mDNS) would be looked up for seconds; the browser's own check reaches us without them.
    const offer = offerSdp.replaceAll(/^a=candidate:.*\.local .*\r?\n/gm, '')
    const gathered = this.#gathered()
    try {
      this.#connection.setRemoteDescription(offer, 'offer')
      this.#connection.setLocalDescription('answer')
    } catch (cause) {
      throw new MediaError('media.badOffer', `The browser's offer was not understood: ${cause}`, { cause })
    }
    await gathered
    const sdp = this.#closed ? undefined : this.#connection.localDescription()?.sdp
    if (!sdp) throw new MediaError('media.webrtc', 'The connection was closed before its answer was ready.')
    return withPublicAddress(sdp, this.#options.publicAddress)
  }

  candidate(candidate: string, mid: string): void {
    if (this.#closed || candidate === '' || candidate.includes('.local ')) return
    try {
      this.#connection.addRemoteCandidate(candidate, mid)
    } catch {
      // One we cannot use: the browser has others.
    }
  }

  send(packet: Buffer): void {
    if (!this.#open) return
    try {
      this.#track!.sendMessageBinary(packet)
    } catch {
      // The library's thread closed the track before its event reached us.
      this.#open = false
    }
  }

  sendRtcp(packet: Buffer): void {
    this.send(packet)
  }

  second(): void {}

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.#closed = true
    this.#open = false
    this.onRtp = null
    this.onRtcp = null
    this.#track?.close()
    this.#connection.close()
    this.#set('closed')
    return Promise.resolve()
  }

  #receive(packet: Buffer): void {
    if (this.#closed) return
    if (isRtp(packet)) this.onRtp?.(packet, performance.now())
    else if (isRtcp(packet)) this.onRtcp?.(packet)
    else this.dropped.malformed++
  }

  #gathered(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, GATHER_MS)
      this.#connection.onGatheringStateChange(state => {
        if (state !== 'complete') return
        clearTimeout(timer)
        resolve()
      })
    })
  }

  #changed(state: string): void {
    const known = STATES.find(one => one === state)
    if (known && !this.#closed) this.#set(known as PeerState)
  }

  #set(state: PeerState): void {
    if (state === this.#state) return
    this.#state = state
    this.onState?.(state)
  }
}

/** For machines behind 1:1 NAT: each host candidate of the same family once more, at the public address. */
function withPublicAddress(sdp: string, address: string | undefined): string {
  if (!address) return sdp
  return sdp.replaceAll(/^a=candidate:(\S+) 1 (UDP|TCP) (\d+) (\S+) (.* typ host.*)$/gim, (line, ...parts) => {
    const [foundation, protocol, priority, host, rest] = parts as string[]
    if (isIPv6(host!) !== isIPv6(address)) return line
    return `${line}\r\na=candidate:${foundation}9 1 ${protocol} ${Number(priority) - 1} ${address} ${rest!.trimEnd()}`
  })
}
