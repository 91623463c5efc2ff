import { SipError } from '../errors.ts'
import type { SipMessage } from './message.ts'
import type { NameAddr } from './name-addr.ts'
import {
  type CSeq,
  readCallId,
  readContacts,
  readCSeq,
  readFrom,
  readNumber,
  readRoutes,
  readTo,
  readVias,
} from './required.ts'
import type { Via } from './via.ts'

// Typed views of what every message carries. A message that came through `parse` has passed them all;
// on one made by hand a missing or malformed header throws `header.malformed`.

export function vias(message: SipMessage): readonly Via[] {
  return readVias(message.headers) ?? refuse(message, 'Via')
}

/** The Via on top: where the response goes, and whose branch names the transaction. */
export function topVia(message: SipMessage): Via {
  return vias(message)[0] ?? refuse(message, 'Via')
}

export function from(message: SipMessage): NameAddr {
  return readFrom(message.headers) ?? refuse(message, 'From')
}

export function to(message: SipMessage): NameAddr {
  return readTo(message.headers) ?? refuse(message, 'To')
}

/** Null: the sender is of RFC 2543 and gave none. */
export function fromTag(message: SipMessage): string | null {
  return from(message).params.get('tag') ?? null
}

/** Null: the request is outside a dialog. */
export function toTag(message: SipMessage): string | null {
  return to(message).params.get('tag') ?? null
}

export function callId(message: SipMessage): string {
  return readCallId(message.headers) ?? refuse(message, 'Call-ID')
}

export function cseq(message: SipMessage): CSeq {
  return readCSeq(message.headers) ?? refuse(message, 'CSeq')
}

/** `'*'` in a REGISTER that removes every binding. */
export function contacts(message: SipMessage): readonly NameAddr[] | '*' {
  return readContacts(message.headers) ?? refuse(message, 'Contact')
}

export function routes(message: SipMessage): readonly NameAddr[] {
  return readRoutes(message.headers, 'route') ?? refuse(message, 'Route')
}

export function recordRoutes(message: SipMessage): readonly NameAddr[] {
  return readRoutes(message.headers, 'record-route') ?? refuse(message, 'Record-Route')
}

/** Null: absent, to be taken as 70 (RFC 3261 section 16.3). */
export function maxForwards(message: SipMessage): number | null {
  const value = readNumber(message.headers, 'max-forwards', 255)
  return value === undefined ? null : (value ?? refuse(message, 'Max-Forwards'))
}

/** Bytes of the body as the sender says; null when absent. */
export function contentLength(message: SipMessage): number | null {
  const value = readNumber(message.headers, 'content-length', 0xffff_ffff)
  return value === undefined ? null : (value ?? refuse(message, 'Content-Length'))
}

function refuse(message: SipMessage, name: string): never {
  const value = message.headers.get(name)
  const state = value === undefined ? 'is missing' : `cannot be read: ${value.slice(0, 80)}`
  throw new SipError('header.malformed', `The header ${name} ${state}. Correct the message.`)
}
