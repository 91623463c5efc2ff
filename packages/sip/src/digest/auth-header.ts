import { closingQuote, quote, splitList, tokenForm, unquote } from '../message/scan.ts'

/** A challenge or credentials: scheme and parameters (RFC 7235 section 2.1). Names lower case, values unquoted. */
export interface AuthHeader {
  /** Lower case: `digest`. */
  readonly scheme: string
  readonly params: ReadonlyMap<string, string>
}

/**
 * Reads WWW-Authenticate, Proxy-Authenticate, Authorization or Proxy-Authorization.
 * SIP wants one challenge a line (RFC 3261 section 20.44); several on one line are read all the same. Empty when malformed.
 */
export function parseAuthHeader(text: string): AuthHeader[] {
  const found: { scheme: string; params: Map<string, string> }[] = []
  for (const part of splitList(text)) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const left = (equals === -1 ? part : part.slice(0, equals)).trim()
    const space = left.search(/[ \t]/)
    const scheme = space === -1 ? (equals === -1 ? left : null) : left.slice(0, space)
    const name = space === -1 ? left : left.slice(space).trim()
    if (scheme !== null) {
      if (!tokenForm.test(scheme)) return []
      found.push({ scheme: scheme.toLowerCase(), params: new Map() })
      if (equals === -1) continue
    }
    const value = readValue(part.slice(equals + 1).trim())
    const current = found.at(-1)
    if (current === undefined || value === null || !tokenForm.test(name)) return []
    const key = name.toLowerCase()
    if (!current.params.has(key)) current.params.set(key, value)
  }
  return found
}

function readValue(text: string): string | null {
  if (text.charCodeAt(0) !== 34) return text.includes('"') ? null : text
  return closingQuote(text, 0) === text.length - 1 ? unquote(text) : null
}

/** Parameters that stand without quotes (RFC 7616 sections 3.3 and 3.4). */
const bare = new Set(['algorithm', 'stale', 'nc', 'userhash'])

/** `Digest name="value", …`. In credentials `qop` is bare, in a challenge quoted (RFC 7616 section 3.4). */
export function writeAuthHeader(
  params: Iterable<readonly [string, string]>,
  kind: 'challenge' | 'credentials',
): string {
  const parts: string[] = []
  for (const [name, value] of params) {
    const plain = bare.has(name) || (name === 'qop' && kind === 'credentials')
    parts.push(`${name}=${plain ? value : quote(value)}`)
  }
  return `Digest ${parts.join(', ')}`
}
