import { createHash } from 'node:crypto'
import type { TenantVoice } from '@centrala/api/voice-config.ts'
import type { FromNode } from '@centrala/api/voice-link.ts'
import { createDigestServer, type DigestServer } from '@centrala/sip/digest/server.ts'
import type { IncomingRegister, IncomingRequest, Peer, Refusal, SipRequest } from '@centrala/sip/endpoint/endpoint.ts'
import { parseUri, writeUri } from '@centrala/sip/message/uri.ts'
import type { Guarding } from '../guard/guarding.ts'
import type { Configuration, DeskPhone } from '../link/configuration.ts'

type PhoneState = Extract<FromNode, { type: 'state' }>['deskPhones'][number]

/** The realm that desk phones' passwords are kept for. */
export const REALM = 'centrala'
const MIN_EXPIRES = 60
const MAX_EXPIRES = 3600
/** Devices that register with the same name at a time. */
const MOST_BINDINGS = 5

export interface Binding {
  readonly phoneId: string
  readonly username: string
  readonly uri: string
  /** The flow it registered by: calls go back the same way, through whatever NAT there is. */
  readonly peer: Peer
  readonly userAgent: string | null
  readonly q: number
  readonly instance: string | null
  readonly callId: string
  readonly cseq: number
  /** Of the password it was proved with: a new password ends it. */
  readonly secret: string
  expiresAt: number
}

/** The registrar of agents' SIP phones. */
export class Phones {
  readonly #config: Configuration
  readonly #guarding: Guarding
  readonly #digest: DigestServer
  readonly #bindings = new Map<string, Binding[]>()
  readonly #now: () => number
  /** Something registered or went. */
  onChange: () => void = () => {}

  constructor(config: Configuration, guarding: Guarding, token: string, now: () => number = Date.now) {
    this.#config = config
    this.#guarding = guarding
    this.#now = now
    this.#digest = createDigestServer({
      realm: REALM,
      secret: createHash('sha256').update(`digest ${token}`).digest(),
      now,
    })
    config.onChange(() => this.#forgetRevoked())
  }

  /** Asks the phones reached by UDP whether they are there, a share of them at each of so many turns: the way through their NAT stays open, and no audio waits for a thousand questions. */
  keepAlive(turn: number, turns: number, ask: (binding: Binding) => void): void {
    let at = 0
    for (const bindings of this.#bindings.values())
      for (const binding of bindings)
        if (at++ % turns === turn % turns && binding.peer.protocol === 'udp' && binding.expiresAt > this.#now())
          ask(binding)
  }

  /** A phone that was taken away, or has a new password, must prove itself again. */
  #forgetRevoked(): void {
    for (const [phoneId, bindings] of this.#bindings)
      this.#set(
        phoneId,
        bindings.filter(({ username, secret }) => {
          const known = this.#config.phone(username)?.phone
          return known?.id === phoneId && known.ha1Sha256 === secret
        }),
      )
  }

  /** The challenge of a request that brings no proof at all; null: it brings one. Made before anything is kept of the request, so that a crowd of strangers costs no memory. */
  challenge(request: SipRequest, peer: Peer): Refusal | null {
    if (request.headers.get('authorization') !== undefined) return null
    this.#guarding.failed(peer)
    const challenges = this.#digest.challenge({ to: request }).map(([, value]) => value)
    return { status: 401, headers: { 'WWW-Authenticate': challenges } }
  }

  /** Whose phone makes this request, proved by digest. Null: it has been challenged, in the same words whether the user exists or not. */
  async authenticate(incoming: IncomingRequest): Promise<{ tenant: TenantVoice; phone: DeskPhone } | null> {
    const { request, peer } = incoming
    const verdict = await this.#digest.verify(request, username => {
      const known = this.#config.phone(username)?.phone
      return known ? { MD5: known.ha1Md5, 'SHA-256': known.ha1Sha256 } : null
    })
    const found = verdict.ok ? this.#config.phone(verdict.username) : null
    if (found) {
      this.#guarding.proved(peer)
      return found
    }
    const stale = !verdict.ok && verdict.why === 'stale'
    if (!stale) this.#guarding.failed(peer)
    incoming.challenge(this.#digest.challenge({ stale, to: request }).map(([, value]) => value))
    return null
  }

  async register(register: IncomingRegister): Promise<void> {
    const found = await this.authenticate(register)
    if (!found) return
    const { phone } = found
    // A phone registers itself and nobody else.
    if ((register.aor.user ?? '').toLowerCase() !== phone.username.toLowerCase()) {
      register.refuse({ status: 403 })
      return
    }
    const bindings = this.of(phone.id)
    if (register.all) this.#set(phone.id, [])
    for (const contact of register.contacts) {
      if (contact.expiresSeconds > 0 && contact.expiresSeconds < MIN_EXPIRES) {
        register.tooBrief(MIN_EXPIRES)
        return
      }
      const uri = writeUri(contact.uri)
      const same = (binding: Binding) =>
        contact.instance !== null && binding.instance !== null
          ? binding.instance === contact.instance
          : binding.uri === uri ||
            (binding.peer.address === register.peer.address && binding.peer.port === register.peer.port)
      const known = bindings.findIndex(same)
      const before = bindings[known]
      // An older request that arrives late changes nothing (RFC 3261, 10.3 step 7).
      if (before && before.callId === register.callId && before.cseq >= register.cseq) continue
      if (known >= 0) bindings.splice(known, 1)
      if (contact.expiresSeconds === 0) continue
      bindings.push({
        phoneId: phone.id,
        username: phone.username,
        uri,
        peer: register.peer,
        userAgent: register.userAgent,
        q: contact.q ?? 1,
        instance: contact.instance,
        callId: register.callId,
        cseq: register.cseq,
        secret: phone.ha1Sha256,
        expiresAt: this.#now() + Math.min(contact.expiresSeconds, MAX_EXPIRES) * 1000,
      })
    }
    if (!register.all) this.#set(phone.id, bindings.slice(-MOST_BINDINGS))
    register.accept(
      this.of(phone.id).map(({ uri, expiresAt, q, instance }) => ({
        uri,
        expiresSeconds: Math.max(1, Math.round((expiresAt - this.#now()) / 1000)),
        q,
        instance,
      })),
    )
    this.onChange()
  }

  /** Where a phone can be reached now. */
  of(phoneId: string): Binding[] {
    const now = this.#now()
    return (this.#bindings.get(phoneId) ?? []).filter(binding => binding.expiresAt > now)
  }

  /** Every device of a person. */
  ofUser(tenantId: string, userId: string): Binding[] {
    return this.#config.phonesOf(tenantId, userId).flatMap(phone => this.of(phone.id))
  }

  /** Whether a registered phone is at this very address and port: an INVITE from there is one of ours to prove itself. */
  isAt(peer: Peer): boolean {
    for (const bindings of this.#bindings.values())
      if (bindings.some(binding => binding.peer.address === peer.address && binding.peer.port === peer.port))
        return true
    return false
  }

  /** @param isBusy whether somebody talks with a colleague now */
  states(isBusy: (userId: string) => boolean): PhoneState[] {
    return this.#config.tenants.flatMap(tenant =>
      tenant.deskPhones.map(({ id, userId }) => {
        const bindings = this.of(id)
        return {
          deskPhoneId: id,
          registered: bindings.length > 0,
          userAgent: bindings.at(-1)?.userAgent ?? null,
          inCall: isBusy(userId),
        }
      }),
    )
  }

  #set(phoneId: string, bindings: Binding[]): void {
    if (bindings.length > 0) this.#bindings.set(phoneId, bindings)
    else this.#bindings.delete(phoneId)
  }
}

/** The user a phone is to be called as. */
export function contactUri(binding: Binding): string {
  return parseUri(binding.uri) ? binding.uri : `sip:${binding.username}@${binding.peer.address}:${binding.peer.port}`
}
