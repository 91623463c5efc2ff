import { closingQuote, parseParams, quote, tokenForm, unquote, writeParams } from './scan.ts'
import { parseUri, type SipUri, writeUri } from './uri.ts'

/** An address with its display name and header parameters: From, To, Contact, Route, Refer-To, Diversion … (RFC 3261 section 20.10). */
export interface NameAddr {
  /** Without control characters, which may be quoted in the text but which no screen or database wants. */
  readonly displayName: string | null
  readonly uri: SipUri
  /** Names lower case, values unquoted; a flag is null. */
  readonly params: ReadonlyMap<string, string | null>
}

/**
 * Reads `"Name" <uri>;param`, `Name <uri>` or a bare `uri;param`; null when malformed.
 * Lenient in one thing: a display name without quotes may hold any characters (RFC 4475 section 3.1.2.15), as devices write `Smith, John <sip:…>`.
 */
export function parseNameAddr(text: string): NameAddr | null {
  let displayName: string | null = null
  let at = 0
  if (text.charCodeAt(0) === 34) {
    const close = closingQuote(text, 0)
    if (close === -1) return null
    displayName = printable(unquote(text.slice(0, close + 1)))
    at = close + 1
    while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++
    if (text.charCodeAt(at) !== 60) return null
  }
  const open = text.indexOf('<', at)
  if (open === -1) return parseBare(text)
  if (displayName === null && open > 0) {
    const name = text.slice(0, open).trim()
    if (name.includes('"') || name.includes('>')) return null
    displayName = name === '' ? null : printable(name)
  }
  const close = text.indexOf('>', open)
  if (close === -1) return null
  const uri = parseUri(text.slice(open + 1, close))
  const params = parseParams(text.slice(close + 1).trim())
  return uri === null || params === null ? null : { displayName, uri, params }
}

function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, '')
}

/** Without brackets everything after a semicolon belongs to the header, and a question mark is an error (RFC 3261 section 20.10). */
function parseBare(text: string): NameAddr | null {
  const semicolon = text.indexOf(';')
  const address = (semicolon === -1 ? text : text.slice(0, semicolon)).trimEnd()
  if (address.includes('?') || address.includes(',')) return null
  const uri = parseUri(address)
  const params = semicolon === -1 ? new Map<string, string | null>() : parseParams(text.slice(semicolon))
  return uri === null || params === null ? null : { displayName: null, uri, params }
}

/** Always with brackets, so that no parameter changes its owner. */
export function writeNameAddr(address: NameAddr): string {
  const name = address.displayName
  const shown = name === null || name === '' ? '' : isTokens(name) ? `${name} ` : `${quote(name)} `
  return `${shown}<${writeUri(address.uri)}>${writeParams(address.params)}`
}

function isTokens(name: string): boolean {
  return name.split(' ').every(word => tokenForm.test(word))
}

/** A name-addr from its parts. */
export function nameAddr(
  uri: SipUri,
  displayName: string | null = null,
  params: Iterable<readonly [string, string | null]> = [],
): NameAddr {
  return { displayName, uri, params: new Map(params) }
}
