import { cseq } from '../message/accessors.ts'
import type { SipRequest } from '../message/message.ts'
import { type NameAddr, parseNameAddr } from '../message/name-addr.ts'
import { type ReferTarget, referTo, writeReplaces } from '../message/replaces.ts'
import { reasonPhrase } from '../message/status.ts'
import type { SipUri } from '../message/uri.ts'
import type { IncomingRefer, Refusal, SipSession } from './endpoint.ts'
import type { Session } from './session.ts'

/** A task the other side gives us by REFER; how it goes is told by NOTIFY with a sipfrag (RFC 3515 2.4.4, RFC 3420). */
export class ReferIn implements IncomingRefer {
  readonly request: SipRequest
  readonly to: SipUri
  readonly referTo: NameAddr
  readonly replaces: SipSession | null
  readonly replacesHeader: string | null
  readonly referredBy: NameAddr | null
  readonly #session: Session
  readonly #answer: (status: number, refusal?: Partial<Refusal>) => boolean
  #state: 'waiting' | 'reporting' | 'silent' | 'done' = 'waiting'
  /** Reports leave in order. */
  #queue: Promise<unknown> = Promise.resolve()

  /** Null when it does not say whom to call. */
  static read(
    session: Session,
    request: SipRequest,
    answer: (status: number, refusal?: Partial<Refusal>) => boolean,
  ): ReferIn | null {
    const target = referTo(request)
    return target === null ? null : new ReferIn(session, request, target, answer)
  }

  private constructor(
    session: Session,
    request: SipRequest,
    target: ReferTarget,
    answer: (status: number, refusal?: Partial<Refusal>) => boolean,
  ) {
    this.#session = session
    this.#answer = answer
    this.request = request
    this.referTo = target.address
    this.replacesHeader = target.replaces === null ? null : writeReplaces(target.replaces)
    this.to = target.address.uri
    // Named as the one who will be called sees it; when that one is this endpoint itself, the session is one of ours.
    this.replaces = this.replacesHeader === null ? null : session.stack.findByReplaces(this.replacesHeader)
    this.referredBy = parseNameAddr(request.headers.get('referred-by') ?? '')
  }

  accept(): boolean {
    if (this.#state !== 'waiting') return false
    // RFC 4488: the other side wants no reports.
    const silent = this.request.headers.get('refer-sub')?.trim().toLowerCase() === 'false'
    this.#state = silent ? 'silent' : 'reporting'
    const { stack, peer, contactUser } = this.#session
    const headers: Record<string, string> = { Contact: stack.contact(peer, contactUser) }
    if (silent) headers['Refer-Sub'] = 'false'
    this.#answer(202, { headers })
    if (!silent) void this.notify(100)
    return true
  }

  notify(status: number, reason: string = reasonPhrase(status)): Promise<void> {
    if (this.#state !== 'reporting') return Promise.resolve()
    if (status >= 200) this.#state = 'done'
    const sent = this.#queue.then(() => this.#send(status, reason))
    this.#queue = sent
    return sent
  }

  refuse(refusal: Refusal): boolean {
    if (this.#state !== 'waiting') return false
    this.#state = 'done'
    return this.#answer(refusal.status, refusal)
  }

  async #send(status: number, reason: string): Promise<void> {
    const result = await this.#session.exchange({
      method: 'NOTIFY',
      headers: {
        Event: `refer;id=${cseq(this.request).number}`,
        'Subscription-State': status >= 200 ? 'terminated;reason=noresource' : 'active;expires=180',
      },
      body: `SIP/2.0 ${status} ${reason}\r\n`,
      contentType: 'message/sipfrag;version=2.0',
    })
    if (!result.ok) this.#state = 'done'
  }
}
