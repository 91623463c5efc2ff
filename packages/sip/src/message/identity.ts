import type { SipMessage } from './message.ts'
import { type NameAddr, parseNameAddr } from './name-addr.ts'
import { parseDecimal } from './uri.ts'

// Who calls and by whose leave the call was moved. Values that cannot be read are passed over: they inform, they do not route.

/** P-Asserted-Identity (RFC 3325): at most a SIP and a tel address. Believe it from trusted peers only. */
export function assertedIdentities(message: SipMessage): NameAddr[] {
  return addresses(message, 'p-asserted-identity')
}

/** P-Preferred-Identity (RFC 3325): what a phone would like to be shown as. */
export function preferredIdentities(message: SipMessage): NameAddr[] {
  return addresses(message, 'p-preferred-identity')
}

/** Privacy (RFC 3323, `id`: RFC 3325, `history`: RFC 7044), lower case; empty when none is asked. */
export function privacy(message: SipMessage): Set<string> {
  const found = new Set<string>()
  for (const line of message.headers.lines('privacy')) {
    for (const name of line.split(/[;,]/)) if (name.trim() !== '') found.add(name.trim().toLowerCase())
  }
  return found
}

/** Whether the caller wants not to be shown: Privacy asks for it, or From is the anonymous address (RFC 3323 section 4.1). */
export function wantsAnonymity(message: SipMessage): boolean {
  const asked = privacy(message)
  if (['id', 'user', 'header'].some(name => asked.has(name))) return true
  const from = parseNameAddr(message.headers.get('from') ?? '')
  return from?.uri.host.toLowerCase() === 'anonymous.invalid'
}

/** One step of Diversion (RFC 5806): the newest first. */
export interface Diversion {
  readonly address: NameAddr
  /** `unconditional`, `user-busy`, `no-answer` …; `unknown` when not said. */
  readonly reason: string
  /** How many diversions this line stands for. */
  readonly count: number
  /** The diverting party wants not to be shown. */
  readonly hidden: boolean
}

export function diversions(message: SipMessage): Diversion[] {
  return addresses(message, 'diversion').map(address => {
    const { params } = address
    const privacyAsked = (params.get('privacy') ?? 'off').toLowerCase()
    return {
      address,
      reason: (params.get('reason') ?? 'unknown').toLowerCase(),
      count: parseDecimal(params.get('counter') ?? '', 100) ?? 1,
      hidden: privacyAsked !== 'off',
    }
  })
}

/** One entry of History-Info (RFC 7044): in the order the request was retargeted. */
export interface HistoryEntry {
  readonly address: NameAddr
  /** `1`, `1.1` …; empty when not given. */
  readonly index: string
  /** Status or cause that moved the request on from here (RFC 4458 `cause` of the URI, or Reason in it); null when not said. */
  readonly cause: number | null
  readonly hidden: boolean
}

export function historyInfo(message: SipMessage): HistoryEntry[] {
  return addresses(message, 'history-info').map(address => {
    const { params, headers } = address.uri
    const inReason = /cause\s*=\s*([0-9]{1,3})/i.exec(headers.get('reason') ?? '')?.[1]
    return {
      address,
      index: address.params.get('index') ?? '',
      cause: parseDecimal(params.get('cause') ?? inReason ?? '', 999),
      hidden: headers.has('privacy') && headers.get('privacy') !== 'none',
    }
  })
}

function addresses(message: SipMessage, name: string): NameAddr[] {
  return message.headers
    .all(name)
    .map(parseNameAddr)
    .filter(address => address !== null)
}
