import { MediaError } from '../errors.ts'
import { agreeAudio, answerDirection } from '../sdp/negotiate.ts'
import { type RemoteSession, readSdp } from '../sdp/read.ts'
import { DataChannelPeer } from '../webrtc/node-datachannel.ts'
import type { Peer, PeerOptions } from '../webrtc/peer.ts'
import { Leg, type LegContext } from './leg.ts'
import { Listeners } from './listeners.ts'
import type { BrowserLeg, BrowserLegOptions, BrowserState, Off, Quality } from './media.ts'

const DEFAULT_CODECS: ('PCMU' | 'PCMA')[] = ['PCMA', 'PCMU']

/** A browser's audio. */
export class PeerLeg extends Leg implements BrowserLeg {
  override readonly kind = 'browser'
  readonly #peer: Peer
  readonly #codecs: ('PCMU' | 'PCMA')[]
  readonly #states: Listeners<[BrowserState]>
  #mid = '0'
  #answered = false

  constructor(options: BrowserLegOptions, peerOptions: PeerOptions, context: LegContext) {
    const peer = new DataChannelPeer(options.id ?? 'browser', peerOptions)
    super(options, peer, context)
    this.#peer = peer
    this.#codecs = options.codecs ?? DEFAULT_CODECS
    this.#states = new Listeners(cause =>
      context.fault({ code: 'listener', message: 'A listener threw.', legId: this.id, cause }),
    )
    peer.onState = state => this.#states.emit(state)
  }

  get state(): BrowserState {
    return this.#peer.state
  }

  onState(listener: (state: BrowserState) => void): Off {
    return this.#states.add(listener)
  }

  async answer(offerSdp: string): Promise<string> {
    if (this.#answered)
      throw new MediaError(
        'media.badOffer',
        'This leg has answered an offer. Make a new leg, and replace this one by it.',
      )
    const read = readSdp(offerSdp)
    if (!read.ok) throw new MediaError('media.badOffer', read.reason)
    const audio = agreeAudio(asPlain(read.session), { codecs: this.#codecs, srtp: 'never', telephoneEvent: true })
    if ('ok' in audio) throw new MediaError('media.badOffer', audio.reason)
    const codec = audio.codec === 'PCMU' ? 'PCMU' : 'PCMA'
    const direction = answerDirection(audio.remote.direction, 'sendrecv')
    const sends = direction === 'sendrecv' || direction === 'sendonly'
    const receives = direction === 'sendrecv' || direction === 'recvonly'
    this.#mid = audio.remote.mid || '0'
    this.#answered = true
    const sdp = await this.#peer.answer(offerSdp, {
      mid: this.#mid,
      ssrc: this.outbound.ssrc,
      cname: this.id,
      codec,
      payloadType: audio.payloadType,
      eventType: audio.eventType,
      sends,
      receives,
    })
    this.agree(codec, audio.payloadType, audio.accepts, audio.eventType, sends, receives)
    return sdp
  }

  candidate(candidate: string, mid = this.#mid): void {
    this.#peer.candidate(candidate, mid)
  }

  override quality(): Quality {
    const quality = super.quality()
    return { ...quality, roundTripMs: quality.roundTripMs ?? this.#peer.roundTripMs }
  }

  protected override async release(): Promise<void> {
    await super.release()
    this.#states.clear()
  }
}

/** DTLS-SRTP profiles read as plain RTP: the peer connection does the rest. */
function asPlain(session: RemoteSession): RemoteSession {
  return {
    media: session.media.map(media => ({
      ...media,
      protocol: media.protocol.replace('UDP/TLS/RTP/SAVPF', 'RTP/AVPF'),
      secure: false,
      rtp: { ...media.rtp, port: media.rtp.port || 9 },
    })),
  }
}
