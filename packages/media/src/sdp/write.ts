/// <reference path="./sdp-transform.d.ts" />
import { isIPv6 } from 'node:net'
import { write } from 'sdp-transform'
import type { AudioCodec, Direction } from '../endpoint/media.ts'
import { type CryptoLine, inline } from '../srtp/sdes.ts'

export interface LocalFormat {
  payloadType: number
  name: string
  clockRate: number
  parameters?: string
}

/** One of our media lines. */
export interface LocalMedia {
  type: string
  port: number
  protocol: string
  formats: LocalFormat[]
  direction: Direction
  mux: boolean
  crypto: CryptoLine[]
}

/** A line refused in an answer: same type and formats, port 0 (RFC 3264 section 6). */
export interface RefusedMedia {
  type: string
  protocol: string
  payloads: string
}

export interface LocalSession {
  sessionId: string
  version: number
  address: string
  media: (LocalMedia | RefusedMedia)[]
}

export function writeSdp(session: LocalSession): string {
  const ipVer = isIPv6(session.address) ? 6 : 4
  return write({
    version: 0,
    origin: {
      username: '-',
      sessionId: session.sessionId,
      sessionVersion: session.version,
      netType: 'IN',
      ipVer,
      address: session.address,
    },
    name: '-',
    connection: { version: ipVer, ip: session.address },
    timing: { start: 0, stop: 0 },
    media: session.media.map(media => ('port' in media ? used(media) : refused(media))),
  })
}

function used(media: LocalMedia): object {
  return {
    type: media.type,
    port: media.port,
    protocol: media.protocol,
    payloads: media.formats.map(format => format.payloadType).join(' '),
    rtp: media.formats.map(format => ({
      payload: format.payloadType,
      codec: format.name,
      rate: format.clockRate,
    })),
    fmtp: media.formats.flatMap(format =>
      format.parameters ? [{ payload: format.payloadType, config: format.parameters }] : [],
    ),
    crypto: media.crypto.map(line => ({ id: line.tag, suite: line.suite, config: inline(line) })),
    ...(media.type === 'audio' ? { ptime: 20 } : {}),
    ...(media.mux ? { rtcpMux: 'rtcp-mux' } : {}),
    direction: media.direction,
  }
}

function refused(media: RefusedMedia): object {
  return { type: media.type, port: 0, protocol: media.protocol, payloads: media.payloads, rtp: [], fmtp: [] }
}

export const TELEPHONE_EVENT = 101

const PAYLOAD_TYPE: Record<AudioCodec, number> = { PCMU: 0, PCMA: 8, G722: 9 }

/** The formats of our own audio offer. */
export function audioFormats(codecs: readonly AudioCodec[], telephoneEvent: boolean): LocalFormat[] {
  const formats: LocalFormat[] = codecs.map(name => ({ payloadType: PAYLOAD_TYPE[name], name, clockRate: 8000 }))
  if (telephoneEvent)
    formats.push({ payloadType: TELEPHONE_EVENT, name: 'telephone-event', clockRate: 8000, parameters: '0-16' })
  return formats
}

export const T140_TYPE = 98
export const RED_TYPE = 99

/** T.140 with two generations of redundancy (RFC 4103 section 10.1). */
export function textFormats(t140: number, red: number | null): LocalFormat[] {
  const plain = { payloadType: t140, name: 't140', clockRate: 1000 }
  return red === null
    ? [plain]
    : [{ payloadType: red, name: 'red', clockRate: 1000, parameters: `${t140}/${t140}/${t140}` }, plain]
}
