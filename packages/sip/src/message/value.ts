import type { SipMessage } from './message.ts'
import { parseParams, writeParams } from './scan.ts'
import { parseDecimal } from './uri.ts'

// Headers made of a value and parameters, lists of tokens and numbers of seconds.
// Unlike what decides routing, these are read when wanted: what cannot be read counts as absent.

/** `value;name=value`. */
export interface ValueWithParams {
  readonly value: string
  /** Names lower case, values unquoted. */
  readonly params: ReadonlyMap<string, string | null>
}

/** Event, Subscription-State, Content-Disposition and the like; null when malformed. */
export function parseValue(text: string): ValueWithParams | null {
  const semicolon = text.indexOf(';')
  const value = (semicolon === -1 ? text : text.slice(0, semicolon)).trim()
  const params = parseParams(semicolon === -1 ? '' : text.slice(semicolon))
  return value === '' || params === null ? null : { value, params }
}

export function writeValue(value: ValueWithParams): string {
  return value.value + writeParams(value.params)
}

/** A header of this form; null when absent or malformed. */
export function headerValue(message: SipMessage, name: string): ValueWithParams | null {
  const text = message.headers.get(name)
  return text === undefined ? null : parseValue(text)
}

/** Option tags of Supported, Require, Proxy-Require or Unsupported, lower case (RFC 3261 section 19.2). */
export function optionTags(
  message: SipMessage,
  name: 'Supported' | 'Require' | 'Proxy-Require' | 'Unsupported',
): Set<string> {
  return new Set(
    message.headers
      .all(name)
      .map(tag => tag.toLowerCase())
      .filter(tag => tag !== ''),
  )
}

/** Methods of Allow; null when the header is absent: nothing is then known. */
export function allowedMethods(message: SipMessage): Set<string> | null {
  return message.headers.has('allow') ? new Set(message.headers.all('allow').filter(method => method !== '')) : null
}

/** Seconds of Expires or Min-Expires; null when absent or malformed (RFC 3261 section 10.2.1.1: then as if 3600). Larger than 2^32 - 1 is that. */
export function expiresSeconds(message: SipMessage, name: 'Expires' | 'Min-Expires' = 'Expires'): number | null {
  const text = message.headers.get(name)
  return text === undefined ? null : deltaSeconds(text)
}

/** Delta-seconds as they stand in a header or in a parameter of Contact. */
export function deltaSeconds(text: string): number | null {
  if (!/^[0-9]+$/.test(text)) return null
  return parseDecimal(text, 0xffff_ffff) ?? 0xffff_ffff
}

/** Seconds of Retry-After, comment and duration left out (RFC 3261 section 20.33). */
export function retryAfterSeconds(message: SipMessage): number | null {
  const digits = /^[0-9]+/.exec(message.headers.get('retry-after') ?? '')?.[0]
  return digits === undefined ? null : deltaSeconds(digits)
}

/** 0 to 1 in thousandths, as `q` of Contact (RFC 3261 section 20.10); 1 when absent or malformed. */
export function qValue(text: string | null | undefined): number {
  return text != null && /^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 1
}
