import { isAscii, isUtf8 } from 'node:buffer'
import { headerKey, singleHeaders } from './header-names.ts'
import { Headers } from './headers.ts'
import { request, responseTo, type SipMessage, type SipRequest, type SipResponse } from './message.ts'
import { readCallId, readContacts, readCSeq, readFrom, readNumber, readRoutes, readTo, readVias } from './required.ts'
import { tokenForm } from './scan.ts'
import { parseUri, type SipUri } from './uri.ts'
import { branchCookie } from './via.ts'

export interface ParseLimits {
  /** Bytes of a message, head and body. */
  readonly maxMessageBytes: number
  /** Header lines, continuation lines counted. */
  readonly maxHeaders: number
  /** Bytes of one header with its continuation lines. */
  readonly maxHeaderBytes: number
}

export const parseLimits: ParseLimits = { maxMessageBytes: 65_536, maxHeaders: 256, maxHeaderBytes: 62 * 1024 }

/** Why bytes are no acceptable message. */
export interface MessageFault {
  readonly kind: 'fault'
  /** What the RFC says to answer; for a response or an ACK it only classifies. */
  readonly status: 400 | 413 | 505 | 513
  /** One phrase for the log and the reason phrase of the answer: ASCII, no line breaks. */
  readonly detail: string
  /** What `responseTo` needs to answer it; null when nothing may be answered: a response, an ACK, no SIP at all. */
  readonly skeleton: SipRequest | null
}

export type ParseResult = SipMessage | MessageFault

/** A message up to its blank line. Framing on streams needs it before the body is there. */
export interface Head {
  readonly start: StartLine | null
  readonly headers: Headers
  readonly fault: { status: MessageFault['status']; detail: string } | null
  /** Null: absent or unusable. */
  readonly contentLength: number | null
}

type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly uri: SipUri | null }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string }

const blankLine = Buffer.from('\r\n\r\n')

/**
 * Reads one message that fills `bytes`: a datagram or a WebSocket message (RFC 3261 section 7).
 * Never throws; time and memory are linear in the length. Bytes after Content-Length are left out (section 18.3).
 * The body shares memory with `bytes`.
 */
export function parse(bytes: Buffer, limits: ParseLimits = parseLimits): ParseResult {
  const start = skipLineEnds(bytes)
  const blank = bytes.indexOf(blankLine, start)
  const head = readHead(bytes.subarray(start, blank === -1 ? undefined : blank), limits)
  if (bytes.length > limits.maxMessageBytes) return faultOf(head, 513, 'Message too large')
  if (blank === -1) return faultOf(head, 400, 'No blank line after the headers')
  const body = bytes.subarray(blank + 4)
  if (head.contentLength === null) return finish(head, body)
  if (head.contentLength > body.length) return faultOf(head, 400, 'Content-Length larger than the message')
  return finish(head, body.subarray(0, head.contentLength))
}

/** Where the message begins: line ends before it are keep-alives or leftovers (RFC 3261 section 7.5). */
export function skipLineEnds(bytes: Buffer): number {
  let at = 0
  while (bytes[at] === 13 || bytes[at] === 10) at++
  return at
}

/** The response due to a fault, with the given To tag; null when none may be sent. */
export function answerFault(fault: MessageFault, toTag: string): SipResponse | null {
  if (fault.skeleton === null) return null
  return responseTo(fault.skeleton, fault.status, { reason: fault.detail, toTag })
}

/** Joins a head with its body and checks both. */
export function finish(head: Head, body: Buffer): ParseResult {
  const { start, headers } = head
  if (head.fault !== null || start === null) {
    return faultOf(head, head.fault?.status ?? 400, head.fault?.detail ?? 'No SIP message')
  }
  const wrong = check(start, headers)
  if (wrong !== null) return faultOf(head, 400, wrong)
  if (start.kind === 'response') return { ...start, headers, body }
  if (start.uri === null) return faultOf(head, 400, 'Malformed Request-URI')
  return { kind: 'request', method: start.method, uri: start.uri, headers, body }
}

const nowhere: SipUri = {
  scheme: 'sip',
  user: null,
  password: null,
  host: 'invalid',
  port: null,
  params: new Map(),
  headers: new Map(),
}

export function faultOf(head: Head, status: MessageFault['status'], detail: string): MessageFault {
  const first = head.fault ?? { status, detail }
  const { start, headers } = head
  const answerable = start?.kind === 'request' && start.method !== 'ACK' && headers.has('via')
  const skeleton = answerable ? request(start.method, start.uri ?? nowhere, headers) : null
  return { kind: 'fault', ...first, skeleton }
}

/** Reads start line and headers of `bytes`, which ends before the blank line. */
export function readHead(bytes: Buffer, limits: ParseLimits): Head {
  const headers = new Headers()
  let fault: Head['fault'] = null
  const wrong = (status: MessageFault['status'], detail: string): void => {
    fault ??= { status, detail }
  }
  const text = decode(bytes)
  let next = lineEnd(text, 0)
  const start = readStart(text.slice(0, next), wrong)
  let at = next + 2
  let count = 0
  let ambiguous = false
  while (start !== null && at < text.length) {
    next = lineEnd(text, at)
    let line = text.slice(at, next)
    at = next + 2
    if (++count > limits.maxHeaders) {
      wrong(513, 'Too many headers')
      break
    }
    if (isBlank(text.charCodeAt(at)) && at < text.length) {
      // Folded lines are one header (RFC 3261 section 7.3.1).
      const pieces = [line]
      while (at < text.length && isBlank(text.charCodeAt(at)) && ++count <= limits.maxHeaders) {
        next = lineEnd(text, at)
        pieces.push(text.slice(at, next).trim())
        at = next + 2
      }
      line = pieces.join(' ')
    }
    if (line.length > limits.maxHeaderBytes) wrong(513, 'Header too long')
    else if (addLine(headers, line, wrong) === 'length again') ambiguous = true
  }
  const length = ambiguous ? null : readNumber(headers, 'content-length', 0xffff_ffff)
  return { start, headers, fault, contentLength: length ?? null }
}

function isBlank(char: number): boolean {
  return char === 32 || char === 9
}

function decode(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1')
  // Some devices send Latin-1 names; every byte of those is a character.
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1')
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\r\n', from)
  return end === -1 ? text.length : end
}

type Wrong = (status: MessageFault['status'], detail: string) => void

function addLine(headers: Headers, line: string, wrong: Wrong): 'length again' | null {
  const colon = line.indexOf(':')
  const name = colon === -1 ? '' : line.slice(0, colon).trimEnd()
  const value = line.slice(colon + 1).trim()
  const key = headerKey(name)
  if (name.length > 128 || !tokenForm.test(name)) wrong(400, 'Malformed header line')
  // A lone CR or LF would let one header hide another from the next element.
  else if (value.includes('\n') || value.includes('\r')) wrong(400, 'Line break inside a header')
  else if (value.includes('\0') && !(namesPeople.has(key) && nulQuoted(value))) wrong(400, 'NUL inside a header')
  else if (singleHeaders.has(key) && headers.has(key)) {
    wrong(400, `More than one ${key} header`)
    // Then nobody knows where the message ends (RFC 4475 section 3.3.9).
    if (key === 'content-length') return 'length again'
  } else headers.addParsed(key, name, value)
  return null
}

/** Headers with display names, which are read without their control characters. */
const namesPeople: ReadonlySet<string> = new Set(['from', 'to', 'contact'])

/** A NUL may stand after a backslash in a quoted string (RFC 3261 section 25.1, RFC 4475 section 3.1.1.2), nowhere else. */
function nulQuoted(value: string): boolean {
  for (let at = value.indexOf('\0'); at !== -1; at = value.indexOf('\0', at + 1)) {
    if (value[at - 1] !== '\\') return false
  }
  return true
}

function readStart(line: string, wrong: Wrong): StartLine | null {
  return /^SIP\//i.test(line) ? readStatusLine(line) : readRequestLine(line, wrong)
}

/** `SIP/2.0 200 OK`; the phrase may be empty (RFC 4475 section 3.1.1.13). */
function readStatusLine(line: string): StartLine | null {
  const match = /^SIP\/2\.0 ([1-6][0-9]{2})(?: (.*))?$/i.exec(line.length > 512 ? line.slice(0, 512) : line)
  if (match === null) return null
  return { kind: 'response', status: Number(match[1]), reason: (match[2] ?? '').replaceAll('\0', '') }
}

/** `METHOD uri SIP/2.0`, single spaces (RFC 3261 section 7.1). Kept when wrong but still a request, so that it can be answered. */
function readRequestLine(line: string, wrong: Wrong): StartLine | null {
  const end = line.trimEnd()
  const last = Math.max(end.lastIndexOf(' '), end.lastIndexOf('\t'))
  const first = line.indexOf(' ')
  const version = end.slice(last + 1)
  if (first < 1 || !/^SIP\/[0-9]{1,9}\.[0-9]{1,9}$/i.test(version)) return null
  const method = line.slice(0, first)
  if (method.length > 64 || !tokenForm.test(method)) return null
  const address = last > first ? line.slice(first + 1, last) : ''
  const uri = parseUri(address)
  if (end !== line || address.includes(' ')) wrong(400, 'Malformed request line')
  else if (!/^SIP\/2\.0$/i.test(version)) wrong(505, 'Version not supported')
  // A Request-URI carries no headers (RFC 3261 section 19.1.1).
  else if (uri === null || uri.headers.size > 0) wrong(400, 'Malformed Request-URI')
  return { kind: 'request', method, uri }
}

/** What is wrong with the headers every message must carry; null when nothing is. */
function check(start: StartLine, headers: Headers): string | null {
  const via = readVias(headers)
  if (via === null || via.length === 0) return missingOr(headers, 'Via')
  if (via[0]?.branch === branchCookie) return 'Empty branch in Via'
  if (readFrom(headers) === null) return missingOr(headers, 'From')
  if (readTo(headers) === null) return missingOr(headers, 'To')
  if (readCallId(headers) === null) return missingOr(headers, 'Call-ID')
  const cseq = readCSeq(headers)
  if (cseq === null) return missingOr(headers, 'CSeq')
  if (start.kind === 'request' && cseq.method !== start.method) return 'CSeq method differs from the request'
  if (readNumber(headers, 'max-forwards', 255) === null) return 'Malformed Max-Forwards'
  if (readNumber(headers, 'content-length', 0xffff_ffff) === null) return 'Malformed Content-Length'
  const contacts = readContacts(headers)
  if (contacts === null || (contacts === '*' && cseq.method !== 'REGISTER')) return 'Malformed Contact'
  if (readRoutes(headers, 'route') === null) return 'Malformed Route'
  if (readRoutes(headers, 'record-route') === null) return 'Malformed Record-Route'
  return null
}

function missingOr(headers: Headers, name: string): string {
  return headers.has(name) ? `Malformed ${name}` : `Missing ${name}`
}
