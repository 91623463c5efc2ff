import type { Peer, SipRequest, Verdict } from '@centrala/sip/endpoint/endpoint.ts'
import { toTag } from '@centrala/sip/message/accessors.ts'

/** What scanners call themselves; nobody real does. */
const SCANNERS =
  /friendly-scanner|sipvicious|sip-?scan|sundayddr|sipcli|pplsip|iwar|smap|vaxsipuseragent|sipsak|eyebeam-probe/i

/** Failures of one flow (address and port) after which it is not answered any more, and for how long. A success forgives. */
const MOST_FAILURES = 6
/** Failures of all flows of an address together: many phones of an office share one, and all of them may start at once. */
const MOST_OF_ADDRESS = 100
const BAN_MS = 10 * 60_000
const FORGIVEN_MS = 5 * 60_000
/** Requests a second of one unknown address, and how many may come at once. */
const RATE = 20
const BURST = 60
/** Addresses and flows remembered; the oldest is forgotten first, so that an attacker with many addresses cannot fill the memory. */
const MOST_VISITORS = 40_000

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
  /** Whether a registered phone of ours is at this very address and port: what others behind the same address do is not its fault. */
  isPhone?: (peer: Peer) => boolean
  now?: () => number
}

/**
 * Decides about strangers before anything is made for them. Whoever fails to prove themselves a few times gets silence, whichever names they try; scanners get it at once. Answers to strangers
 * are the same whether a user exists or not. A phone with a wrong password silences itself and not its office.
 */
export class Guarding {
  readonly #visitors = new Map<string, Visitor>()
  readonly #trusted: (address: string) => boolean
  readonly #isPhone: (peer: Peer) => boolean
  readonly #now: () => number
  /** Requests that got silence. */
  dropped = 0

  constructor({ trusted, isPhone = () => false, now = Date.now }: GuardOptions) {
    this.#trusted = trusted
    this.#isPhone = isPhone
    this.#now = now
  }

  /** For a request outside of any dialog. */
  judge(request: SipRequest, peer: Peer): Verdict {
    if (this.#trusted(peer.address)) return 'pass'
    const { method } = request
    const visitor = this.#visitor(peer.address)
    const slow = !this.#spend(visitor)
    if (SCANNERS.test(request.headers.get('user-agent') ?? '')) return this.#drop()
    if ((slow || this.#isBanned(visitor) || this.#isBanned(this.#visitors.get(flowOf(peer)))) && !this.#mayStill(peer))
      return this.#drop()
    if (visitor.failures < 0) return 'pass'
    // Only what proves itself by digest is of use to a stranger; OPTIONS, or a request in a call that is none, would only tell that we are here.
    const proves = (method === 'INVITE' || method === 'REGISTER') && toTag(request) === null
    return proves || method === 'ACK' ? 'pass' : this.#drop()
  }

  /** Somebody there asked without proof, or with a wrong one. Asking first without is how digest works: it counts until a proof follows. */
  failed(peer: Peer): void {
    if (this.#trusted(peer.address)) return
    this.#fail(this.#visitor(flowOf(peer)), MOST_FAILURES)
    this.#fail(this.#visitor(peer.address), MOST_OF_ADDRESS)
  }

  /** Somebody there has proved who they are: a phone of ours. Below zero: its address may also ask for OPTIONS, and err some more. */
  proved(peer: Peer): void {
    if (this.#trusted(peer.address)) return
    for (const key of [flowOf(peer), peer.address]) this.#visitor(key).failures = -MOST_FAILURES
  }

  /** A provider, or where somebody has proved who they are and not failed too often since. */
  knows(address: string): boolean {
    return this.#trusted(address) || (this.#visitors.get(address)?.failures ?? 0) < 0
  }

  /** Addresses and flows that get silence now. */
  get banned(): number {
    let count = 0
    for (const visitor of this.#visitors.values()) if (this.#isBanned(visitor)) count++
    return count
  }

  #isBanned(visitor: Visitor | undefined): boolean {
    return visitor !== undefined && visitor.bannedUntil > this.#now()
  }

  /** A registered phone is heard whatever comes from its address, at a rate of its own. */
  #mayStill(peer: Peer): boolean {
    return this.#isPhone(peer) && this.#spend(this.#visitor(flowOf(peer)))
  }

  #spend(visitor: Visitor): boolean {
    const now = this.#now()
    visitor.tokens = Math.max(-1, Math.min(BURST, visitor.tokens + ((now - visitor.at) / 1000) * RATE) - 1)
    visitor.at = now
    return visitor.tokens >= 0
  }

  #fail(visitor: Visitor, most: number): void {
    const now = this.#now()
    if (now - visitor.failedAt > FORGIVEN_MS) visitor.failures = Math.min(visitor.failures, 0)
    visitor.failures++
    visitor.failedAt = now
    if (visitor.failures < most) return
    visitor.bannedUntil = now + BAN_MS
    visitor.failures = 0
  }

  #drop(): 'drop' {
    this.dropped++
    return 'drop'
  }

  #visitor(key: string): Visitor {
    const known = this.#visitors.get(key)
    if (known) {
      this.#visitors.delete(key)
      this.#visitors.set(key, known)
      return known
    }
    if (this.#visitors.size >= MOST_VISITORS) {
      const oldest = this.#visitors.keys().next().value
      if (oldest !== undefined) this.#visitors.delete(oldest)
    }
    const visitor = { failures: 0, failedAt: 0, bannedUntil: 0, tokens: BURST, at: this.#now() }
    this.#visitors.set(key, visitor)
    return visitor
  }
}

function flowOf({ address, port }: Peer): string {
  return `${address} ${port}`
}
