/// <reference path="./sdp-transform.d.ts" />
import { isIP, isIPv4 } from 'node:net'
import { parse } from 'sdp-transform'
import type { AudioCodec, Direction, SdpRefusal } from '../endpoint/media.ts'
import type { Address } from '../rtp/latch.ts'
import { type CryptoLine, readCrypto } from '../srtp/sdes.ts'

const MAX_SDP = 16_384
const MAX_LINE = 1000
const MAX_MEDIA = 16

/** One media description of the far end, as far as we use it. */
export interface RemoteMedia {
  type: string
  /** Media identification (RFC 5888); empty when there is none. */
  mid: string
  protocol: string
  /** The format list as written, to refuse it in an answer. */
  payloads: string
  rtp: Address
  rtcp: Address
  mux: boolean
  direction: Direction
  /** RFC 2543 hold: connection address 0.0.0.0. */
  nowhere: boolean
  /** Secure profile (RTP/SAVP, RTP/SAVPF). */
  secure: boolean
  crypto: CryptoLine[]
  formats: RemoteFormat[]
  /** Packet time asked for, ms. */
  ptime: number
}

export interface RemoteFormat {
  payloadType: number
  /** Upper case: PCMU, TELEPHONE-EVENT, T140, RED. */
  name: string
  clockRate: number
  parameters: string
}

export interface RemoteSession {
  media: RemoteMedia[]
}

/** RFC 3551 table 4, for offers without rtpmap. */
const STATIC: Record<number, AudioCodec> = { 0: 'PCMU', 8: 'PCMA', 9: 'G722' }

/** Reads a session description (RFC 8866). Unknown lines are passed over; what cannot be understood is refused, never thrown. */
export function readSdp(sdp: string): { ok: true; session: RemoteSession } | SdpRefusal {
  if (sdp.length > MAX_SDP) return refusal('sdp.malformed', `The session description is longer than ${MAX_SDP} bytes.`)
  const lines = sdp.split(/\r\n|\r|\n/)
  if (!lines[0]?.startsWith('v=0')) return refusal('sdp.malformed', 'The session description does not begin with v=0.')
  let raw: Fields
  try {
    raw = fields(parse(lines.filter(line => line.length <= MAX_LINE).join('\r\n')))
  } catch {
    return refusal('sdp.malformed', 'The session description could not be read.')
  }
  const media = list(raw.media)
  if (media.length === 0) return refusal('sdp.noAudio', 'The session description has no media line.')
  if (media.length > MAX_MEDIA) return refusal('sdp.malformed', `More than ${MAX_MEDIA} media lines.`)
  const read: RemoteMedia[] = []
  for (const one of media) {
    const found = readMedia(fields(one), raw)
    if ('ok' in found) return found
    read.push(found)
  }
  return { ok: true, session: { media: read } }
}

export function refusal(code: SdpRefusal['code'], reason: string): SdpRefusal {
  return { ok: false, status: 488, code, reason }
}

type Fields = Record<string, unknown>

function readMedia(media: Fields, session: Fields): RemoteMedia | SdpRefusal {
  const port = number(media.port, -1)
  if (port < 0 || port > 65_535) return refusal('sdp.malformed', `Media port ${text(media.port)} is no port.`)
  const connection = fields(media.connection ?? session.connection)
  const address = text(connection.ip)
  // A refused or unused line needs no address.
  if (port > 0 && !isUsable(address)) return refusal('sdp.badAddress', `"${address}" is no address we can send to.`)
  const rtcp = fields(media.rtcp)
  const rtcpAddress = isIP(text(rtcp.address)) ? text(rtcp.address) : address
  const protocol = text(media.protocol)
  return {
    type: text(media.type),
    mid: text(media.mid),
    protocol,
    payloads: text(media.payloads),
    rtp: { address, port },
    rtcp: { address: rtcpAddress, port: number(rtcp.port, Math.min(port + 1, 65_535)) },
    mux: media.rtcpMux !== undefined,
    direction: direction(media.direction) ?? direction(session.direction) ?? 'sendrecv',
    nowhere: address === '0.0.0.0' || address === '::',
    secure: protocol.includes('SAVP'),
    crypto: list(media.crypto)
      .map(line => readCrypto(fields(line)))
      .filter(line => line !== null),
    formats: readFormats(media),
    ptime: number(media.ptime, 20),
  }
}

function readFormats(media: Fields): RemoteFormat[] {
  const maps = list(media.rtp).map(fields)
  const parameters = list(media.fmtp).map(fields)
  const formats: RemoteFormat[] = []
  for (const written of text(media.payloads).split(' ').slice(0, 64)) {
    if (!/^\d{1,3}$/.test(written)) continue
    const payloadType = Number(written)
    if (payloadType > 127) continue
    const map = maps.find(one => one.payload === payloadType)
    const name = map ? text(map.codec).toUpperCase() : STATIC[payloadType]
    if (!name || number(map?.encoding, 1) !== 1) continue
    formats.push({
      payloadType,
      name,
      clockRate: number(map?.rate, 8000),
      parameters: text(parameters.find(one => one.payload === payloadType)?.config),
    })
  }
  return formats
}

/** A numeric unicast address. Names are not resolved: a call would wait for somebody's DNS. */
function isUsable(address: string): boolean {
  if (!isIP(address)) return false
  if (isIPv4(address)) return Number(address.split('.')[0]) < 224
  return !/^ff/i.test(address)
}

function direction(value: unknown): Direction | null {
  return value === 'sendrecv' || value === 'sendonly' || value === 'recvonly' || value === 'inactive' ? value : null
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function number(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise
}
