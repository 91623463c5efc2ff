import type { Headers } from './headers.ts'
import { type NameAddr, parseNameAddr } from './name-addr.ts'
import { tokenForm } from './scan.ts'
import { parseDecimal } from './uri.ts'
import { parseVia, type Via } from './via.ts'

// The headers that decide where a message goes and what it belongs to, read once and kept. Null: missing or malformed.

export interface CSeq {
  /** 0 to 2^31 - 1. */
  readonly number: number
  readonly method: string
}

export function readVias(headers: Headers): readonly Via[] | null {
  return headers.read('via', () => each(headers.all('via'), parseVia))
}

export function readFrom(headers: Headers): NameAddr | null {
  return headers.read('from', () => address(headers, 'from'))
}

export function readTo(headers: Headers): NameAddr | null {
  return headers.read('to', () => address(headers, 'to'))
}

export function readCallId(headers: Headers): string | null {
  const text = headers.get('call-id')
  return text === undefined || text === '' || /\s/.test(text) ? null : text
}

export function readCSeq(headers: Headers): CSeq | null {
  return headers.read('cseq', () => parseCSeq(headers.get('cseq') ?? ''))
}

/** CSeq: number, white space, method (RFC 3261 section 20.16). */
export function parseCSeq(text: string): CSeq | null {
  const space = text.search(/[ \t]/)
  if (space === -1) return null
  const number = parseDecimal(text.slice(0, space), 0x7fff_ffff)
  const method = text.slice(space).trim()
  return number === null || !tokenForm.test(method) ? null : { number, method }
}

export function readContacts(headers: Headers): readonly NameAddr[] | '*' | null {
  return headers.read<readonly NameAddr[] | '*' | null>('contact', () => {
    if (headers.get('contact') === '*' && headers.count('contact') === 1) return '*'
    return each(headers.all('contact'), parseNameAddr)
  })
}

export function readRoutes(headers: Headers, name: 'route' | 'record-route'): readonly NameAddr[] | null {
  return headers.read(name, () => each(headers.all(name), parseNameAddr))
}

/** Undefined when absent. */
export function readNumber(headers: Headers, name: string, max: number): number | null | undefined {
  const text = headers.get(name)
  return text === undefined ? undefined : parseDecimal(text, max)
}

function address(headers: Headers, name: string): NameAddr | null {
  const text = headers.get(name)
  return text === undefined ? null : parseNameAddr(text)
}

/** More hops, contacts or routes than any message has; each costs time. */
const maxValues = 128

function each<T>(texts: string[], parse: (text: string) => T | null): T[] | null {
  if (texts.length > maxValues) return null
  const values: T[] = []
  for (const text of texts) {
    const value = parse(text)
    if (value === null) return null
    values.push(value)
  }
  return values
}
