import { bodyOf, bodyParts, contentType } from '../message/body.ts'
import type { SipMessage } from '../message/message.ts'

/** The SDP of a message, null when it has none, or something this endpoint cannot read (415). */
export function readSdp(message: SipMessage): { sdp: string | null } | 'unsupported' {
  if (message.body.length === 0) return { sdp: null }
  const encoding = message.headers.get('content-encoding')?.trim().toLowerCase()
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity') return 'unsupported'
  // Without a type a session description is meant: RFC 3261 7.4.1 asks for the header, devices forget it.
  if (contentType(message) === null) return { sdp: message.body.toString('utf8') }
  const sdp = bodyOf(message, 'application/sdp')
  if (sdp !== null) return { sdp: sdp.toString('utf8') }
  const optional = /;\s*handling\s*=\s*optional/i.test(message.headers.get('content-disposition') ?? '')
  return optional && bodyParts(message).length > 0 ? { sdp: null } : 'unsupported'
}

/** Whether the caller takes SDP in answer: Accept is absent or names it (RFC 3261 section 20.1); else 406. */
export function acceptsSdp(message: SipMessage): boolean {
  if (!message.headers.has('accept')) return true
  const types = message.headers.all('accept').map(range => range.split(';')[0]?.replace(/\s/g, '').toLowerCase())
  return types.some(type => type === 'application/sdp' || type === 'application/*' || type === '*/*')
}

/** As `readSdp`, with null for what cannot be read: for responses and ACK, where nothing can be refused. */
export function sdpOf(message: SipMessage): string | null {
  const read = readSdp(message)
  return read === 'unsupported' ? null : read.sdp
}
