import { callId, contacts, cseq, to } from '../message/accessors.ts'
import type { SipRequest } from '../message/message.ts'
import type { NameAddr } from '../message/name-addr.ts'
import type { SipUri } from '../message/uri.ts'
import { deltaSeconds, expiresSeconds, qValue } from '../message/value.ts'
import type { ServerTransaction } from '../transaction/transactions.ts'
import type { Peer } from '../transport/transport.ts'
import type { ExtraHeaders, IncomingRegister, RegisterContact } from './endpoint.ts'
import { Incoming } from './incoming-request.ts'
import type { Stack } from './stack.ts'

/** A REGISTER read for the registrar (RFC 3261 10.3). */
export class RegisterIn extends Incoming implements IncomingRegister {
  readonly aor: SipUri
  readonly contacts: readonly RegisterContact[]
  readonly all: boolean

  constructor(stack: Stack, request: SipRequest, peer: Peer, transaction: ServerTransaction) {
    super(stack, request, peer, transaction)
    this.aor = to(this.request).uri
    const list = contacts(this.request)
    const expires = expiresSeconds(this.request)
    this.all = list === '*' && expires === 0
    this.contacts = list === '*' ? [] : list.map(value => readContact(value, expires))
  }

  get callId(): string {
    return callId(this.request)
  }
  get cseq(): number {
    return cseq(this.request).number
  }
  get path(): readonly string[] {
    return this.request.headers.all('Path')
  }
  get userAgent(): string | null {
    return this.request.headers.get('User-Agent') ?? null
  }
  get authorization(): readonly string[] {
    return this.request.headers.lines('Authorization')
  }

  /** `Contact: *` is allowed with Expires 0 alone. */
  get malformed(): boolean {
    return contacts(this.request) === '*' && !this.all
  }

  accept(
    bindings: readonly { uri: string; expiresSeconds: number; q?: number | null; instance?: string | null }[],
    headers: ExtraHeaders = {},
  ): boolean {
    const lines = bindings.map(({ uri, expiresSeconds: seconds, q, instance }) => {
      const weight = q === null || q === undefined ? '' : `;q=${q}`
      const id =
        instance === null || instance === undefined ? '' : `;+sip.instance="<${instance.replace(/[<>"]/g, '')}>"`
      return `<${uri}>;expires=${seconds}${weight}${id}`
    })
    const own: Record<string, string | readonly string[]> = { Date: new Date(this.stack.timers.now()).toUTCString() }
    if (lines.length > 0) own.Contact = lines
    if (this.path.length > 0) own.Path = this.path
    return this.respond(200, { headers: { ...own, ...headers } })
  }

  tooBrief(minExpiresSeconds: number): boolean {
    return this.refuse({ status: 423, headers: { 'Min-Expires': String(minExpiresSeconds) } })
  }
}

function readContact(value: NameAddr, expires: number | null): RegisterContact {
  const q = value.params.get('q')
  const regId = value.params.get('reg-id')
  return {
    uri: value.uri,
    expiresSeconds: deltaSeconds(value.params.get('expires') ?? '') ?? expires ?? 3600,
    q: q == null ? null : qValue(q),
    instance: value.params.get('+sip.instance')?.replace(/^<|>$/g, '') ?? null,
    regId: regId == null ? null : deltaSeconds(regId),
    value,
  }
}
