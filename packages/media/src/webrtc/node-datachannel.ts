import { isIPv6 } from 'node:net'
import type { PeerConnection, Track } from 'node-datachannel'
import { MediaError } from '../errors.ts'
import { isRtcp, isRtp } from '../rtp/packet.ts'
import type { Dropped } from '../rtp/transport.ts'
import type { Peer, PeerAudio, PeerOptions, PeerState } from './peer.ts'

/** STUN or TURN that does not answer must not hold up the call: the answer goes with what was gathered by then. */
const GATHER_MS = 2000
const STATES: readonly string[] = ['new', 'connecting', 'connected', 'disconnected', 'failed', 'closed']

const MAX_EARLY = 64

type Library = typeof import('node-datachannel')['default']

/** Loaded with the first browser: a node without the native library still serves telephones. */
async function load(): Promise<Library> {
  try {
    return (await import('node-datachannel')).default
  } catch (cause) {
    throw new MediaError(
      'media.webrtc',
      'The WebRTC library could not be loaded. Reinstall the dependencies with their install scripts allowed.',
      { cause },
    )
  }
}

/** A peer on libdatachannel: ICE, DTLS and SRTP happen in its threads, plain RTP comes and goes here. */
export class DataChannelPeer implements Peer {
  readonly dropped: Dropped = { foreign: 0, flood: 0, unauthentic: 0, malformed: 0 }
  onRtp: ((packet: Buffer, nowMs: number) => void) | null = null
  onRtcp: ((packet: Buffer) => void) | null = null
  onState: ((state: PeerState) => void) | null = null
  readonly #id: string
  readonly #options: PeerOptions
  #connection: PeerConnection | null = null
  #track: Track | null = null
  #open = false
  #state: PeerState = 'new'
  #closed = false
  #port: number | null = null
  /** Candidates that came before the offer was applied. */
  #early: [candidate: string, mid: string][] = []

  constructor(id: string, options: PeerOptions) {
    this.#id = id
    this.#options = options
  }

  get state(): PeerState {
    return this.#state
  }

  get roundTripMs(): number | null {
    try {
      const ms = this.#closed ? 0 : (this.#connection?.rtt() ?? 0)
      return ms > 0 ? ms : null
    } catch {
      return null
    }
  }

  async answer(offerSdp: string, audio: PeerAudio): Promise<string> {
    const library = await load()
    this.#port = await this.#options.ports.take()
    if (this.#closed) this.#giveBackPort()
    if (this.#closed) throw new MediaError('media.closed', 'The leg was closed before its answer was ready.')
    const connection = this.#connect(library)
    const line = new library.Audio(audio.mid, directionOf(audio))
    line.addAudioCodec(audio.payloadType, `${audio.codec}/8000`)
    if (audio.eventType !== null) line.addAudioCodec(audio.eventType, 'telephone-event/8000')
    line.addSSRC(audio.ssrc, audio.cname, audio.cname, audio.cname)
    // Before the offer is applied: later the track would not be part of the answer.
    this.#listen(connection.addTrack(line))
    const offer = readable(offerSdp)
    const gathered = this.#gathered(connection)
    try {
      connection.setRemoteDescription(offer, 'offer')
      connection.setLocalDescription('answer')
    } catch (cause) {
      throw new MediaError('media.badOffer', `The browser's offer was not understood: ${cause}`, { cause })
    }
    for (const [candidate, mid] of this.#early.splice(0)) this.candidate(candidate, mid)
    await gathered
    const sdp = this.#closed ? undefined : connection.localDescription()?.sdp
    if (!sdp) throw new MediaError('media.webrtc', 'The connection was closed before its answer was ready.')
    return withPublicAddress(withoutOthers(sdp, audio.mid), this.#options.publicAddress)
  }

  candidate(candidate: string, mid: string): void {
    if (this.#closed || candidate === '' || candidate.includes('.local ')) return
    if (!this.#connection) {
      if (this.#early.length < MAX_EARLY) this.#early.push([candidate, mid])
      return
    }
    try {
      this.#connection.addRemoteCandidate(candidate, mid)
    } catch {
      // One we cannot use: the browser has others.
    }
  }

  send(packet: Buffer): void {
    if (this.#state !== 'connected' || !this.#track) return
    this.#open ||= this.#track.isOpen()
    if (!this.#open) return
    try {
      this.#track.sendMessageBinary(packet)
    } catch {
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
    this.#connection?.close()
    this.#giveBackPort()
    this.#early = []
    this.#set('closed')
    return Promise.resolve()
  }

  #giveBackPort(): void {
    if (this.#port !== null) this.#options.ports.release(this.#port)
    this.#port = null
  }

  #connect(library: Library): PeerConnection {
    const { servers = [], bindAddress, tcp } = this.#options
    const connection = new library.PeerConnection(this.#id, {
      iceServers: servers,
      ...(bindAddress ? { bindAddress } : {}),
      ...(this.#port && { portRangeBegin: this.#port, portRangeEnd: this.#port }),
      ...(tcp ? { enableIceTcp: true } : {}),
      disableAutoNegotiation: true,
    })
    connection.onStateChange(state => this.#changed(state))
    this.#connection = connection
    return connection
  }

  #listen(track: Track): void {
    this.#track = track
    // Each listener more costs every packet of every browser: the library wakes this thread by looking at all of them in turn. So the track is asked when it is sent on, and refuses when it is closed.
    track.onMessage(packet => this.#receive(packet))
  }

  #receive(packet: Buffer): void {
    if (this.#closed) return
    if (isRtp(packet)) this.onRtp?.(packet, performance.now())
    else if (isRtcp(packet)) this.onRtcp?.(packet)
    else this.dropped.malformed++
  }

  #gathered(connection: PeerConnection): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, GATHER_MS)
      connection.onGatheringStateChange(state => {
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

function directionOf({ sends, receives }: PeerAudio): 'SendRecv' | 'SendOnly' | 'RecvOnly' | 'Inactive' {
  if (sends) return receives ? 'SendRecv' : 'SendOnly'
  return receives ? 'RecvOnly' : 'Inactive'
}

/**
 * The offer as the library does best with it. Names (mDNS) would be looked up for seconds; the browser's own check reaches us without them. Where we know an address we may be through
 * before the browser has our answer, and Firefox throws away a handshake (DTLS) that comes then, to wait a second for the next: so the browser begins it (RFC 8842, section 5.3).
 */
function readable(offer: string): string {
  const known = offer.replaceAll(/^a=candidate:.*\.local .*\r?\n/gm, '')
  return known.includes('a=candidate:') ? known.replaceAll(/^a=setup:actpass/gm, 'a=setup:active') : known
}

/** The library mirrors the directions of lines that it has no track for: video sent to us would go nowhere. */
function withoutOthers(sdp: string, mid: string): string {
  const [session, ...lines] = sdp.split(/(?=^m=)/m)
  const isOurs = (line: string): boolean => line.split(/\r?\n/).includes(`a=mid:${mid}`)
  const quiet = (line: string): string => line.replace(/^a=(sendrecv|sendonly|recvonly)/m, 'a=inactive')
  return session + lines.map(line => (isOurs(line) ? line : quiet(line))).join('')
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
