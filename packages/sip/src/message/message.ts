import { Headers } from './headers.ts'
import { parseNameAddr } from './name-addr.ts'
import { reasonPhrase } from './status.ts'
import type { SipUri } from './uri.ts'

export interface SipRequest {
  readonly kind: 'request'
  /** As written: methods are case-sensitive. */
  readonly method: string
  readonly uri: SipUri
  readonly headers: Headers
  readonly body: Buffer
}

export interface SipResponse {
  readonly kind: 'response'
  readonly status: number
  readonly reason: string
  readonly headers: Headers
  readonly body: Buffer
}

export type SipMessage = SipRequest | SipResponse

const emptyBody = Buffer.alloc(0)

type HeaderLines = Iterable<readonly [name: string, value: string]>

/** A request. Content-Length is put in by `write`. */
export function request(
  method: string,
  uri: SipUri,
  headers: Headers | HeaderLines,
  body?: Buffer | string,
): SipRequest {
  return { kind: 'request', method, uri, headers: asHeaders(headers), body: asBody(body) }
}

/** A response made from nothing; to answer a request take `responseTo`. */
export function response(
  status: number,
  headers: Headers | HeaderLines,
  options: { reason?: string; body?: Buffer | string } = {},
): SipResponse {
  return {
    kind: 'response',
    status,
    reason: options.reason ?? reasonPhrase(status),
    headers: asHeaders(headers),
    body: asBody(options.body),
  }
}

/**
 * The response to a request (RFC 3261 section 8.2.6): Via, From, To, Call-ID, CSeq and (100) Timestamp copied.
 * `toTag` is put on To when the request had none; give it for every response but 100.
 * Works on the skeleton of a malformed request too: what is missing there is missing here.
 */
export function responseTo(
  to: SipRequest,
  status: number,
  options: { reason?: string; toTag?: string; headers?: HeaderLines; body?: Buffer | string } = {},
): SipResponse {
  const headers = new Headers()
  for (const via of to.headers.lines('via')) headers.add('Via', via)
  for (const name of ['From', 'To', 'Call-ID', 'CSeq']) {
    const value = to.headers.get(name)
    if (value === undefined) continue
    headers.add(name, name === 'To' && options.toTag !== undefined ? withTag(value, options.toTag) : value)
  }
  const timestamp = status === 100 ? to.headers.get('timestamp') : undefined
  if (timestamp !== undefined) headers.add('Timestamp', timestamp)
  for (const [name, value] of options.headers ?? []) headers.add(name, value)
  return response(status, headers, options)
}

function withTag(value: string, tag: string): string {
  const address = parseNameAddr(value)
  return address?.params.has('tag') ? value : `${value};tag=${tag}`
}

function asHeaders(headers: Headers | HeaderLines): Headers {
  return headers instanceof Headers ? headers : new Headers(headers)
}

function asBody(body: Buffer | string | undefined): Buffer {
  if (body === undefined) return emptyBody
  return typeof body === 'string' ? Buffer.from(body) : body
}
