import type { SipMessage } from './message.ts'
import { type NameAddr, parseNameAddr } from './name-addr.ts'
import { parseValue } from './value.ts'

/** The dialog a new INVITE takes the place of (RFC 3891). Tags as the receiver of the INVITE sees them: to = its own. */
export interface Replaces {
  readonly callId: string
  readonly toTag: string
  readonly fromTag: string
  /** Only a dialog not yet answered. */
  readonly earlyOnly: boolean
}

/** Reads the text of a Replaces header; null when malformed. */
export function parseReplaces(text: string): Replaces | null {
  const found = parseValue(text)
  const toTag = found?.params.get('to-tag')
  const fromTag = found?.params.get('from-tag')
  if (found == null || toTag == null || fromTag == null || /\s/.test(found.value)) return null
  return { callId: found.value, toTag, fromTag, earlyOnly: found.params.has('early-only') }
}

export function writeReplaces(replaces: Replaces): string {
  const early = replaces.earlyOnly ? ';early-only' : ''
  return `${replaces.callId};to-tag=${replaces.toTag};from-tag=${replaces.fromTag}${early}`
}

/** Replaces of a request: null when absent, `malformed` when there is one that cannot be read or more than one (answer 400). */
export function replaces(message: SipMessage): Replaces | null | 'malformed' {
  const lines = message.headers.lines('replaces')
  if (lines.length === 0) return null
  return lines.length > 1 ? 'malformed' : (parseReplaces(lines[0] ?? '') ?? 'malformed')
}

/** Where a REFER sends us (RFC 3515), and the dialog to be replaced there (RFC 3891 section 3). */
export interface ReferTarget {
  /** With the Replaces header and the method taken out of the URI. */
  readonly address: NameAddr
  /** INVITE when not said. */
  readonly method: string
  readonly replaces: Replaces | null
}

/** Null: Refer-To is absent, doubled or malformed (answer 400, RFC 3515 section 2.4.2). */
export function referTo(message: SipMessage): ReferTarget | null {
  const lines = message.headers.lines('refer-to')
  const address = lines.length === 1 ? parseNameAddr(lines[0] ?? '') : null
  if (address === null) return null
  const headers = new Map(address.uri.headers)
  const params = new Map(address.uri.params)
  const inner = headers.get('replaces')
  const method = params.get('method') ?? 'INVITE'
  headers.delete('replaces')
  params.delete('method')
  const taken = inner === undefined ? null : parseReplaces(inner)
  if (inner !== undefined && taken === null) return null
  return { address: { ...address, uri: { ...address.uri, headers, params } }, method, replaces: taken }
}
