import type { RtpTransport } from '../rtp/transport.ts'
import type { PeerPorts } from './peer-ports.ts'

export type PeerState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed'

export interface PeerOptions {
  servers?: string[]
  bindAddress?: string
  publicAddress?: string
  ports: PeerPorts
  tcp?: boolean
}

/** An audio line as the answer will have it. */
export interface PeerAudio {
  mid: string
  ssrc: number
  cname: string
  codec: 'PCMU' | 'PCMA'
  payloadType: number
  eventType: number | null
  sends: boolean
  receives: boolean
}

/** A WebRTC peer connection with one audio track, as answerer: the port behind which a library does ICE and DTLS-SRTP. */
export interface Peer extends RtpTransport {
  readonly state: PeerState
  onState: ((state: PeerState) => void) | null
  /** Round trip by ICE or SCTP, ms; null when the library does not know. */
  readonly roundTripMs: number | null
  /** Resolves with the answer, our candidates in it. */
  answer(offerSdp: string, audio: PeerAudio): Promise<string>
  candidate(candidate: string, mid: string): void
}
