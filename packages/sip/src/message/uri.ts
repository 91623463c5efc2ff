import { isIP } from 'node:net'
import { canonicalName } from './header-names.ts'

/**
 * A SIP, SIPS, tel or other URI (RFC 3261 section 19.1, RFC 3966).
 * `host` of an IPv6 address carries no brackets. Names of parameters and headers are lower case; parameter values are kept as written, header values are unescaped.
 */
export interface SipUri {
  readonly scheme: string
  /** Unescaped; the number of a tel URI. */
  readonly user: string | null
  readonly password: string | null
  /** Empty for schemes without a host. */
  readonly host: string
  readonly port: number | null
  readonly params: ReadonlyMap<string, string | null>
  readonly headers: ReadonlyMap<string, string>
  /** What follows the colon, for schemes this package does not know. */
  readonly opaque?: string
  /** The user as it was escaped in the text, so that a URI goes back as it came; ignored once `user` was changed. */
  readonly escapedUser?: string
}

const none: ReadonlyMap<string, never> = new Map<string, never>()
const schemeForm = /^[A-Za-z][A-Za-z0-9+.-]{0,31}$/
const userForm = /^(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/]|%[0-9A-Fa-f]{2})+$/
const passwordForm = /^(?:[A-Za-z0-9\-_.!~*'()&=+$,]|%[0-9A-Fa-f]{2})*$/
const paramForm = /^(?:[A-Za-z0-9\-_.!~*'()[\]/:&+$]|%[0-9A-Fa-f]{2})+$/
const headerForm = /^(?:[A-Za-z0-9\-_.!~*'()[\]/?:+$]|%[0-9A-Fa-f]{2})*$/
const telForm = /^\+?[0-9A-Fa-f*#\-.()]+$/
const opaqueForm = /^[\x21\x23-\x3b\x3d\x3f-\x7e\u0080-\uffff]+$/
const hostForm = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?\.?$/

/** Reads a URI; null when the text is not one. Linear in the length of the text. */
export function parseUri(text: string): SipUri | null {
  const colon = text.indexOf(':')
  if (colon < 1) return null
  const written = text.slice(0, colon)
  if (!schemeForm.test(written)) return null
  const scheme = written.toLowerCase()
  const rest = text.slice(colon + 1)
  if (scheme === 'sip' || scheme === 'sips') return parseSip(scheme, rest)
  if (scheme === 'tel') return parseTel(rest)
  if (!opaqueForm.test(rest)) return null
  return { scheme, user: null, password: null, host: '', port: null, params: none, headers: none, opaque: rest }
}

function parseSip(scheme: string, text: string): SipUri | null {
  const at = text.indexOf('@')
  let user: string | null = null
  let password: string | null = null
  let escapedUser: string | undefined
  if (at !== -1) {
    const info = text.slice(0, at)
    const split = info.indexOf(':')
    const name = split === -1 ? info : info.slice(0, split)
    if (!userForm.test(name)) return null
    user = unescapeText(name)
    if (user !== name) escapedUser = name
    if (split !== -1) {
      const secret = info.slice(split + 1)
      if (!passwordForm.test(secret)) return null
      password = unescapeText(secret)
    }
  }
  let end = at + 1
  while (end < text.length && text.charCodeAt(end) !== 59 && text.charCodeAt(end) !== 63) end++
  const place = parseHostPort(text.slice(at + 1, end))
  if (place === null) return null
  const question = text.indexOf('?', end)
  const paramsText = text.slice(end, question === -1 ? undefined : question)
  const params = paramsText === '' ? none : parseUriParams(paramsText)
  const headers = question === -1 ? none : parseUriHeaders(text.slice(question + 1))
  if (params === null || headers === null) return null
  const uri = { scheme, user, password, host: place.host, port: place.port, params, headers }
  return escapedUser === undefined ? uri : { ...uri, escapedUser }
}

function parseTel(text: string): SipUri | null {
  const semicolon = text.indexOf(';')
  const number = semicolon === -1 ? text : text.slice(0, semicolon)
  if (!telForm.test(number) || !/[0-9A-Fa-f*#]/.test(number)) return null
  const params = semicolon === -1 ? none : parseUriParams(text.slice(semicolon))
  if (params === null) return null
  return { scheme: 'tel', user: number, password: null, host: '', port: null, params, headers: none }
}

/** `;name=value;flag` of a URI. */
function parseUriParams(text: string): Map<string, string | null> | null {
  const params = new Map<string, string | null>()
  for (const part of text.slice(1).split(';')) {
    const equals = part.indexOf('=')
    const name = equals === -1 ? part : part.slice(0, equals)
    const value = equals === -1 ? null : part.slice(equals + 1)
    if (!paramForm.test(name) || (value !== null && !paramForm.test(value))) return null
    const key = unescapeText(name).toLowerCase()
    if (!params.has(key)) params.set(key, value)
  }
  return params
}

function parseUriHeaders(text: string): Map<string, string> | null {
  const headers = new Map<string, string>()
  for (const part of text.split('&')) {
    const equals = part.indexOf('=')
    if (equals < 1) return null
    const name = part.slice(0, equals)
    const value = part.slice(equals + 1)
    if (!headerForm.test(name) || !headerForm.test(value)) return null
    headers.set(unescapeText(name).toLowerCase(), unescapeText(value))
  }
  return headers
}

/** `host`, `host:port`, `[v6]`, `[v6]:port`, spaces allowed around the colon (RFC 3261 section 25.1, COLON in sent-by). */
export function parseHostPort(text: string): { host: string; port: number | null } | null {
  let host: string
  let rest: string
  if (text.charCodeAt(0) === 91) {
    const close = text.indexOf(']')
    if (close === -1 || close > 64) return null
    host = text.slice(1, close)
    // RFC 5118 section 4.10: the grammar of RFC 3261 lets `:::` stand before an IPv4 address where `::` is meant.
    if (host.includes(':::')) host = host.replace(/:::(?=[0-9.]+$)/, '::')
    if (isIP(host) !== 6) return null
    rest = text.slice(close + 1).trim()
    if (rest !== '' && rest.charCodeAt(0) !== 58) return null
  } else {
    const colon = text.indexOf(':')
    host = colon === -1 ? text : text.slice(0, colon).trimEnd()
    rest = colon === -1 ? '' : text.slice(colon)
    if (host.length > 255 || !hostForm.test(host)) return null
  }
  if (rest === '') return { host, port: null }
  const port = parseDecimal(rest.slice(1).trim(), 65535)
  return port === null ? null : { host, port }
}

/** A whole decimal number from 0 to `max`; null for anything else, signs and overlong digits included. */
export function parseDecimal(text: string, max: number): number | null {
  if (text.length === 0 || text.length > 20) return null
  let value = 0
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return null
    value = value * 10 + digit
  }
  return value <= max ? value : null
}

/** The text of a URI, escaped as its grammar demands. */
export function writeUri(uri: SipUri): string {
  if (uri.opaque !== undefined) return `${uri.scheme}:${uri.opaque}`
  let text = `${uri.scheme}:`
  if (uri.scheme === 'tel') text += uri.user ?? ''
  else {
    if (uri.user !== null) {
      text += writeUser(uri)
      if (uri.password !== null) text += `:${escapeText(uri.password, passwordKept)}`
      text += '@'
    }
    text += writeHostPort(uri.host, uri.port)
  }
  for (const [name, value] of uri.params) {
    const written = escapeText(name, paramKept)
    text += value === null ? `;${written}` : `;${written}=${value}`
  }
  let mark = '?'
  for (const [name, value] of uri.headers) {
    text += `${mark}${escapeText(canonicalName(name), headerKept)}=${escapeText(value, headerKept)}`
    mark = '&'
  }
  return text
}

function writeUser(uri: SipUri): string {
  const user = uri.user ?? ''
  if (uri.escapedUser !== undefined && unescapeText(uri.escapedUser) === user) return uri.escapedUser
  return escapeText(user, userKept)
}

/** `host` or `host:port`, with brackets around an IPv6 address. */
export function writeHostPort(host: string, port: number | null): string {
  const name = host.includes(':') ? `[${host}]` : host
  return port === null ? name : `${name}:${port}`
}

const userKept = /[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/gu
const passwordKept = /[^A-Za-z0-9\-_.!~*'()&=+$,]/gu
const paramKept = /[^A-Za-z0-9\-_.!~*'()[\]/:&+$]/gu
const headerKept = /[^A-Za-z0-9\-_.!~*'()[\]/?:+$]/gu

/** Percent-escapes, as UTF-8, what `kept` matches. */
function escapeText(text: string, kept: RegExp): string {
  return text.replace(kept, char => {
    let out = ''
    for (const byte of Buffer.from(char)) out += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    return out
  })
}

/**
 * Undoes percent-escapes; bytes that are no UTF-8 are taken as Latin-1, so that nothing is lost.
 * An escaped NUL (RFC 4475 section 3.1.1.4) stays `%00`: no database takes the character.
 */
export function unescapeText(text: string): string {
  if (!text.includes('%')) return text
  const kept = text.includes('%00') ? text.replaceAll('%00', '%2500') : text
  try {
    return decodeURIComponent(kept)
  } catch {
    return unescapeBytes(kept)
  }
}

function unescapeBytes(text: string): string {
  let plain = ''
  let from = 0
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', from)) {
    const byte = 16 * hexDigit(text.charCodeAt(at + 1)) + hexDigit(text.charCodeAt(at + 2))
    plain += text.slice(from, at) + (byte >= 0 ? String.fromCharCode(byte) : '%')
    from = at + (byte >= 0 ? 3 : 1)
  }
  return plain + text.slice(from)
}

/** Far below zero for what is no digit. */
function hexDigit(char: number): number {
  if (char >= 48 && char <= 57) return char - 48
  const letter = char | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1000
}

/** A SIP URI from its parts. */
export function sipUri(parts: {
  scheme?: 'sip' | 'sips'
  user?: string | null
  host: string
  port?: number | null
  params?: Iterable<readonly [string, string | null]>
}): SipUri {
  return {
    scheme: parts.scheme ?? 'sip',
    user: parts.user ?? null,
    password: null,
    host: parts.host,
    port: parts.port ?? null,
    params: parts.params === undefined ? none : new Map(parts.params),
    headers: none,
  }
}

/** Parameters that must agree when only one of two URIs has them (RFC 3261 section 19.1.4). */
const decisive = ['user', 'ttl', 'method', 'maddr', 'transport']

/** Whether two URIs are the same address (RFC 3261 section 19.1.4; tel: RFC 3966 section 4). */
export function equalUri(a: SipUri, b: SipUri): boolean {
  if (a.scheme !== b.scheme) return false
  if (a.opaque !== undefined || b.opaque !== undefined) return a.opaque === b.opaque
  if (a.scheme === 'tel') return equalTel(a, b)
  if (a.user !== b.user || a.password !== b.password || a.port !== b.port) return false
  if (a.host.toLowerCase() !== b.host.toLowerCase()) return false
  for (const name of decisive) if (a.params.has(name) !== b.params.has(name)) return false
  for (const [name, value] of a.params) {
    if (b.params.has(name) && !equalValue(value, b.params.get(name) ?? null)) return false
  }
  if (a.headers.size !== b.headers.size) return false
  for (const [name, value] of a.headers) if (b.headers.get(name) !== value) return false
  return true
}

function equalValue(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === b
  return unescapeText(a).toLowerCase() === unescapeText(b).toLowerCase()
}

function equalTel(a: SipUri, b: SipUri): boolean {
  const bare = (uri: SipUri): string => (uri.user ?? '').replace(/[-.()]/g, '').toLowerCase()
  if (bare(a) !== bare(b) || a.params.size !== b.params.size) return false
  for (const [name, value] of a.params) {
    if (!b.params.has(name) || !equalValue(value, b.params.get(name) ?? null)) return false
  }
  return true
}

/** A user part as it stands in a URI: what RFC 3261 section 25.1 does not allow there (`user-unreserved`) is escaped; a number's plus stays. */
export function escapeUser(user: string): string {
  return user.replace(/[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/g, char => encodeURIComponent(char))
}
