import type { Peer, SipRequest, Verdict } from '@centrala/sip/endpoint/endpoint.ts'

/** What scanners call themselves; nobody real does. */
const SCANNERS =
  /friendly-scanner|sipvicious|sip-?scan|sundayddr|sipcli|pplsip|iwar|smap|vaxsipuseragent|sipsak|eyebeam-probe/i

/** Failures after which an address is not answered any more, and for how long. A success forgives. */
const MOST_FAILURES = 6
const BAN_MS = 10 * 60_000
const FORGIVEN_MS = 5 * 60_000
/** Requests a second of one unknown address, and how many may come at once. */
const RATE = 20
const BURST = 60
/** Addresses remembered; the oldest is forgotten first, so that an attacker with many addresses cannot fill the memory. */
const MOST_ADDRESSES = 20_000

interface Visitor {
  failures: number
  failedAt: number
  bannedUntil: number
  tokens: number
  at: number
}

export interface GuardOptions {
  /** Providers' addresses: they are never banned or slowed. */
  trusted(address: string): boolean
  now?: () => number
}

/**
 * Decides about strangers before anything is made for them. Whoever fails to prove themselves a few times gets silence, whichever names they try; scanners get it at once. Answers to strangers
 * are the same whether a user exists or not.
 */
export class Guarding {
  readonly #visitors = new Map<string, Visitor>()
  readonly #trusted: (address: string) => boolean
  readonly #now: () => number
  /** Requests that got silence. */
  dropped = 0

  constructor({ trusted, now = Date.now }: GuardOptions) {
    this.#trusted = trusted
    this.#now = now
  }

  /** For a request outside of any dialog. */
  judge(request: SipRequest, peer: Peer): Verdict {
    if (this.#trusted(peer.address)) return 'pass'
    const visitor = this.#visitor(peer.address)
    const now = this.#now()
    visitor.tokens = Math.min(BURST, visitor.tokens + ((now - visitor.at) / 1000) * RATE) - 1
    visitor.at = now
    const agent = request.headers.get('user-agent') ?? ''
    if (visitor.bannedUntil > now || visitor.tokens < 0 || SCANNERS.test(agent)) return this.#drop(visitor)
    // Only what proves itself by digest is of use to a stranger; OPTIONS and the like would only tell that we are here.
    if (request.method !== 'INVITE' && request.method !== 'REGISTER' && request.method !== 'ACK')
      return visitor.failures < 0 ? 'pass' : this.#drop(visitor)
    return 'pass'
  }

  /** The address asked without proof, or with a wrong one. Asking first without is how digest works: it counts until a proof follows. */
  failed(address: string): void {
    if (this.#trusted(address)) return
    const visitor = this.#visitor(address)
    const now = this.#now()
    if (now - visitor.failedAt > FORGIVEN_MS) visitor.failures = Math.min(visitor.failures, 0)
    visitor.failures++
    visitor.failedAt = now
    if (visitor.failures >= MOST_FAILURES) {
      visitor.bannedUntil = now + BAN_MS
      visitor.failures = 0
    }
  }

  /** Somebody at the address has proved who they are: a phone of ours is there. Below zero: it may also ask for OPTIONS, and err some more. */
  proved(address: string): void {
    if (this.#trusted(address)) return
    this.#visitor(address).failures = -MOST_FAILURES
  }

  /** A provider, or where somebody has proved who they are and not failed too often since. */
  knows(address: string): boolean {
    return this.#trusted(address) || (this.#visitors.get(address)?.failures ?? 0) < 0
  }

  get banned(): number {
    const now = this.#now()
    let count = 0
    for (const { bannedUntil } of this.#visitors.values()) if (bannedUntil > now) count++
    return count
  }

  #drop(visitor: Visitor): 'drop' {
    this.dropped++
    // Who goes on while banned stays banned.
    if (visitor.bannedUntil > this.#now()) visitor.bannedUntil = this.#now() + BAN_MS
    return 'drop'
  }

  #visitor(address: string): Visitor {
    const known = this.#visitors.get(address)
    if (known) {
      this.#visitors.delete(address)
      this.#visitors.set(address, known)
      return known
    }
    if (this.#visitors.size >= MOST_ADDRESSES) {
      const oldest = this.#visitors.keys().next().value
      if (oldest !== undefined) this.#visitors.delete(oldest)
    }
    const visitor = { failures: 0, failedAt: 0, bannedUntil: 0, tokens: BURST, at: this.#now() }
    this.#visitors.set(address, visitor)
    return visitor
  }
}
