import type { AudioCodec, Direction, SdpRefusal } from '../endpoint/media.ts'
import type { CryptoLine } from '../srtp/sdes.ts'
import { type RemoteMedia, type RemoteSession, refusal } from './read.ts'

/** What we are willing to do with audio. */
export interface AudioWishes {
  /** Best first. */
  codecs: readonly AudioCodec[]
  srtp: 'never' | 'optional' | 'required'
  telephoneEvent: boolean
}

/** What both sides agreed for an audio stream. Payload types are those on the wire, the same both ways. */
export interface AgreedAudio {
  /** Index of the media line. */
  index: number
  remote: RemoteMedia
  codec: AudioCodec
  payloadType: number
  /** Every codec we may receive, by payload type; the agreed one among them. */
  accepts: Map<number, AudioCodec>
  eventType: number | null
  /** The far end's key; null for plain RTP. */
  crypto: CryptoLine | null
}

export interface AgreedText {
  index: number
  remote: RemoteMedia
  t140: number
  /** Payload type of the redundant form (RFC 2198), if agreed. */
  red: number | null
}

/** Picks the audio stream of an offer: the first media line that suits our wishes, and of its codecs the one we like best. */
export function agreeAudio(session: RemoteSession, wishes: AudioWishes): AgreedAudio | SdpRefusal {
  let reason: SdpRefusal = refusal('sdp.noAudio', 'There is no audio line over RTP with a port.')
  for (const [index, remote] of session.media.entries()) {
    if (remote.type !== 'audio' || remote.rtp.port === 0 || !/^RTP\/S?AVPF?$/.test(remote.protocol)) continue
    const agreed = agreeOn(index, remote, wishes)
    if (!('ok' in agreed)) return agreed
    reason = agreed
  }
  return reason
}

function agreeOn(index: number, remote: RemoteMedia, wishes: AudioWishes): AgreedAudio | SdpRefusal {
  const crypto = remote.crypto[0] ?? null
  if (remote.secure && wishes.srtp === 'never')
    return refusal('sdp.srtpNotAllowed', 'SRTP was offered and is switched off here.')
  if (remote.secure && !crypto) return refusal('sdp.srtpRequired', 'SRTP was offered without a key we can use.')
  if (wishes.srtp === 'required' && !crypto) return refusal('sdp.srtpRequired', 'Only encrypted audio is accepted.')
  for (const codec of wishes.codecs) {
    const format = remote.formats.find(one => one.name === codec && one.clockRate === 8000)
    if (!format) continue
    return {
      index,
      remote,
      codec,
      payloadType: format.payloadType,
      accepts: acceptable(remote, wishes),
      eventType: wishes.telephoneEvent ? telephoneEvent(remote) : null,
      // Keys offered on a plain profile are taken only where encryption is wanted.
      crypto: remote.secure || wishes.srtp === 'required' ? crypto : null,
    }
  }
  return refusal('sdp.noCommonCodec', `None of the offered codecs is one of ${wishes.codecs.join(', ')}.`)
}

function acceptable(remote: RemoteMedia, wishes: AudioWishes): Map<number, AudioCodec> {
  const accepts = new Map<number, AudioCodec>()
  for (const format of remote.formats) {
    const codec = wishes.codecs.find(one => one === format.name)
    if (codec && format.clockRate === 8000) accepts.set(format.payloadType, codec)
  }
  return accepts
}

/** The event format on our codecs' clock (RFC 4733 section 2.4.1). */
function telephoneEvent(remote: RemoteMedia): number | null {
  return (
    remote.formats.find(one => one.name === 'TELEPHONE-EVENT' && one.clockRate === 8000)?.payloadType ??
    remote.formats.find(one => one.name === 'TELEPHONE-EVENT')?.payloadType ??
    null
  )
}

/** The text stream of an offer or answer (RFC 4103), if there is one. */
export function agreeText(session: RemoteSession): AgreedText | null {
  for (const [index, remote] of session.media.entries()) {
    if (remote.type !== 'text' || remote.rtp.port === 0 || !/^RTP\/AVPF?$/.test(remote.protocol)) continue
    const t140 = remote.formats.find(one => one.name === 'T140')
    if (!t140) continue
    const red = remote.formats.find(
      one => one.name === 'RED' && one.parameters.split('/')[0] === String(t140.payloadType),
    )
    return { index, remote, t140: t140.payloadType, red: red?.payloadType ?? null }
  }
  return null
}

/** Our direction when the far end's is `theirs` and we want `wanted` (RFC 3264 section 6.1). */
export function answerDirection(theirs: Direction, wanted: Direction): Direction {
  const send = (wanted === 'sendrecv' || wanted === 'sendonly') && (theirs === 'sendrecv' || theirs === 'recvonly')
  const receive = (wanted === 'sendrecv' || wanted === 'recvonly') && (theirs === 'sendrecv' || theirs === 'sendonly')
  return send ? (receive ? 'sendrecv' : 'sendonly') : receive ? 'recvonly' : 'inactive'
}
