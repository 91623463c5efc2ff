import { Headers } from './headers.ts'
import type { SipMessage } from './message.ts'
import { headerValue, parseValue, type ValueWithParams } from './value.ts'

/** One part of a body. */
export interface BodyPart {
  /** Lower case, without parameters: `application/sdp`. */
  readonly type: string
  /** How it is to be taken (RFC 3261 section 20.11), lower case; null when not said. */
  readonly disposition: string | null
  readonly headers: Headers
  readonly content: Buffer
}

const maxParts = 16

/** The media type of the body, lower case; null when the message says none. */
export function contentType(message: SipMessage): string | null {
  return mediaType(headerValue(message, 'Content-Type'))
}

function mediaType(value: ValueWithParams | null): string | null {
  return value === null ? null : value.value.toLowerCase().replace(/\s/g, '')
}

/** The parts of a body: itself, or what a multipart holds (RFC 5621, RFC 2046). Malformed parts are left out; none when there is no body. */
export function bodyParts(message: SipMessage): BodyPart[] {
  if (message.body.length === 0) return []
  const value = headerValue(message, 'Content-Type')
  const type = mediaType(value)
  if (value === null || type === null) return []
  if (!type.startsWith('multipart/')) {
    return [{ type, disposition: dispositionOf(message.headers), headers: message.headers, content: message.body }]
  }
  const boundary = value.params.get('boundary')
  return boundary == null || boundary === '' || boundary.length > 70 ? [] : splitParts(message.body, boundary)
}

/** The first part of a type: the SDP of an INVITE whether alone or beside something else; null when there is none. */
export function bodyOf(message: SipMessage, type: string): Buffer | null {
  return bodyParts(message).find(part => part.type === type)?.content ?? null
}

function splitParts(body: Buffer, boundary: string): BodyPart[] {
  const mark = Buffer.from(`--${boundary}`)
  const parts: BodyPart[] = []
  let at = body.indexOf(mark)
  while (at !== -1 && parts.length < maxParts) {
    const start = at + mark.length
    // `--boundary--` is the end.
    if (body[start] === 45 && body[start + 1] === 45) break
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), start)
    if (next === -1) break
    const part = readPart(body.subarray(start, next))
    if (part !== null) parts.push(part)
    at = next + 2
  }
  return parts
}

function readPart(bytes: Buffer): BodyPart | null {
  const first = bytes.indexOf('\r\n')
  const blank = bytes.indexOf('\r\n\r\n', Math.max(0, first))
  if (first === -1 || blank === -1) return null
  const headers = new Headers()
  const text = bytes
    .subarray(first + 2, blank + 2)
    .toString('utf8')
    .replace(/\r\n[ \t]+/g, ' ')
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0 && !/[\r\n\0]/.test(line)) headers.add(line.slice(0, colon).trim(), line.slice(colon + 1).trim())
  }
  const type = mediaType(parseValue(headers.get('content-type') ?? 'text/plain'))
  const content = bytes.subarray(blank + 4)
  return type === null ? null : { type, disposition: dispositionOf(headers), headers, content }
}

function dispositionOf(headers: Headers): string | null {
  return parseValue(headers.get('content-disposition') ?? '')?.value.toLowerCase() ?? null
}
