import type { SipMessage } from './message.ts'
import { type CSeq, parseCSeq } from './required.ts'
import { parseDecimal } from './uri.ts'

/** RAck of a PRACK: which provisional response of which request it acknowledges (RFC 3262 section 7.2). */
export interface RAck extends CSeq {
  readonly rseq: number
}

/** RSeq of a reliable provisional response, 1 to 2^32 - 1; null when absent or malformed (RFC 3262 section 7.1). */
export function rseq(message: SipMessage): number | null {
  const value = parseDecimal(message.headers.get('rseq') ?? '', 0xffff_ffff)
  return value === 0 ? null : value
}

/** Null when absent or malformed: answer 400. */
export function rack(message: SipMessage): RAck | null {
  const match = /^([0-9]{1,10})[ \t]+(.+)$/.exec(message.headers.get('rack') ?? '')
  const number = parseDecimal(match?.[1] ?? '', 0xffff_ffff)
  const cseq = parseCSeq(match?.[2] ?? '')
  return number === null || cseq === null ? null : { rseq: number, ...cseq }
}

export function writeRack(value: RAck): string {
  return `${value.rseq} ${value.number} ${value.method}`
}
