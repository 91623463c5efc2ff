import type { SipMessage } from './message.ts'
import { quote } from './scan.ts'
import { parseDecimal } from './uri.ts'
import { parseValue } from './value.ts'

/** One value of the Reason header (RFC 3326): why a request was sent, or what the telephone network said. */
export interface Reason {
  /** `Q.850` (cause of ISDN), `SIP` (status) or another. */
  readonly protocol: string
  readonly cause: number | null
  readonly text: string | null
}

export function reasons(message: SipMessage): Reason[] {
  const found: Reason[] = []
  for (const line of message.headers.all('reason')) {
    const value = parseValue(line)
    if (value === null) continue
    const protocol = value.value.toUpperCase()
    found.push({
      protocol,
      cause: parseDecimal(value.params.get('cause') ?? '', 999),
      text: value.params.get('text') ?? null,
    })
  }
  return found
}

export function writeReason(reason: Reason): string {
  const cause = reason.cause === null ? '' : `;cause=${reason.cause}`
  return `${reason.protocol}${cause}${reason.text === null ? '' : `;text=${quote(reason.text)}`}`
}

/** The Q.850 cause a message carries; null when it carries none. */
export function q850Cause(message: SipMessage): number | null {
  return reasons(message).find(reason => reason.protocol === 'Q.850')?.cause ?? null
}

/** SIP status to Q.850 cause (RFC 3398 section 8.2.6.1). */
const toQ850: Readonly<Record<number, number>> = {
  400: 41,
  401: 21,
  402: 21,
  403: 21,
  404: 1,
  405: 63,
  406: 79,
  407: 21,
  408: 102,
  410: 22,
  413: 127,
  414: 127,
  415: 79,
  416: 127,
  420: 127,
  421: 127,
  423: 127,
  480: 18,
  481: 41,
  482: 25,
  483: 25,
  484: 28,
  485: 1,
  486: 17,
  487: 16,
  488: 88,
  500: 41,
  501: 79,
  502: 38,
  503: 41,
  504: 102,
  505: 127,
  513: 127,
  580: 47,
  600: 17,
  603: 21,
  604: 1,
  606: 88,
}

/** The Q.850 cause that says most nearly what a SIP status says; 31 (normal, unspecified) when none does. */
export function causeOfStatus(status: number): number {
  return toQ850[status] ?? 31
}

/** Q.850 cause to SIP status (RFC 3398 section 7.2.4.1). */
const toStatus: Readonly<Record<number, number>> = {
  1: 404,
  2: 404,
  3: 404,
  17: 486,
  18: 408,
  19: 480,
  20: 480,
  21: 403,
  22: 410,
  23: 410,
  26: 404,
  27: 502,
  28: 484,
  29: 501,
  31: 480,
  34: 503,
  38: 503,
  41: 503,
  42: 503,
  47: 503,
  55: 403,
  57: 403,
  58: 503,
  65: 488,
  70: 488,
  79: 501,
  87: 403,
  88: 503,
  102: 504,
  111: 500,
  127: 500,
}

/** The SIP status that says most nearly what a Q.850 cause says; 500 when none does. */
export function statusOfCause(cause: number): number {
  return toStatus[cause] ?? 500
}
