import { isIP } from 'node:net'
import { parseParams, tokenForm, writeParams } from './scan.ts'
import { parseDecimal, parseHostPort, writeHostPort } from './uri.ts'

/** One Via value (RFC 3261 section 20.42, rport: RFC 3581). */
export interface Via {
  /** Upper case: UDP, TCP, TLS, WS, WSS. */
  readonly transport: string
  /** sent-by; IPv6 without brackets. */
  readonly host: string
  readonly port: number | null
  readonly branch: string | null
  /** Address the request really came from. */
  readonly received: string | null
  /** `asked`: the sender put `;rport` and wants the source port filled in. */
  readonly rport: number | 'asked' | null
  /** All other parameters. */
  readonly params: ReadonlyMap<string, string | null>
}

/** What a branch of RFC 3261 begins with; others come from RFC 2543 senders. */
export const branchCookie = 'z9hG4bK'

/** Reads one Via value; null when malformed. */
export function parseVia(text: string): Via | null {
  const semicolon = text.indexOf(';')
  const head = (semicolon === -1 ? text : text.slice(0, semicolon)).trim()
  const first = head.indexOf('/')
  const second = first === -1 ? -1 : head.indexOf('/', first + 1)
  if (second === -1) return null
  if (head.slice(0, first).trim().toUpperCase() !== 'SIP' || !tokenForm.test(head.slice(first + 1, second).trim())) {
    return null
  }
  const tail = head.slice(second + 1).trimStart()
  const space = tail.search(/[ \t]/)
  if (space === -1) return null
  const transport = tail.slice(0, space)
  if (!tokenForm.test(transport)) return null
  const place = parseHostPort(tail.slice(space).trim())
  const params = parseParams(semicolon === -1 ? '' : text.slice(semicolon))
  if (place === null || params === null) return null
  const branch = params.get('branch') ?? null
  const received = readReceived(params.get('received'))
  const rport = params.has('rport') ? readRport(params.get('rport') ?? null) : null
  if (received === undefined || rport === undefined) return null
  params.delete('branch')
  params.delete('received')
  params.delete('rport')
  return { transport: transport.toUpperCase(), host: place.host, port: place.port, branch, received, rport, params }
}

/** RFC 5118 section 4.5: an IPv6 address in `received` comes with or without brackets. */
function readReceived(value: string | null | undefined): string | null | undefined {
  if (value === undefined) return null
  if (value === null) return undefined
  const bare = value.startsWith('[') && value.endsWith(']') ? value.slice(1, -1) : value
  return isIP(bare) === 0 ? undefined : bare
}

function readRport(value: string | null): number | 'asked' | undefined {
  if (value === null) return 'asked'
  return parseDecimal(value, 65535) ?? undefined
}

export function writeVia(via: Via): string {
  let text = `SIP/2.0/${via.transport} ${writeHostPort(via.host, via.port)}`
  if (via.branch !== null) text += `;branch=${via.branch}`
  if (via.rport !== null) text += via.rport === 'asked' ? ';rport' : `;rport=${via.rport}`
  if (via.received !== null) text += `;received=${via.received}`
  return text + writeParams(via.params)
}
