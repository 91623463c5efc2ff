import { cseq } from '../message/accessors.ts'
import type { SipRequest } from '../message/message.ts'
import { type SipUri, writeUri } from '../message/uri.ts'
import type { Cancel } from '../transaction/timers.ts'
import type { ExtraHeaders, Failure, OutgoingRefer, SipSession } from './endpoint.ts'
import type { Session } from './session.ts'

type Progress = { status: number; reason: string }

/** The longest a refer is followed when the other side names no end. */
const subscriptionSeconds = 180

/** A task given to the other side by REFER (RFC 3515), followed by its NOTIFYs until the final one. */
export class ReferOut implements OutgoingRefer {
  readonly accepted: Promise<{ ok: true } | Failure>
  readonly outcome: Promise<Progress | null>
  /** CSeq of the REFER: the id its NOTIFYs carry. */
  id: string | null = null
  readonly #session: Session
  readonly #over: () => void
  readonly #listeners: ((progress: Progress) => void)[] = []
  #resolve: (outcome: Progress | null) => void = () => {}
  #last: Progress | null = null
  #timer: Cancel | null = null
  #done = false

  constructor(
    session: Session,
    to: string | SipUri,
    options: { replaces?: SipSession; referredBy?: string; headers?: ExtraHeaders },
    over: () => void,
  ) {
    this.#session = session
    this.#over = over
    this.outcome = new Promise(resolve => {
      this.#resolve = resolve
    })
    const { timers } = session.stack
    this.#timer = timers.after(subscriptionSeconds * 1000, () => this.end())
    this.accepted = this.#send(to, options)
  }

  onProgress(listener: (progress: Progress) => void): void {
    this.#listeners.push(listener)
    if (this.#last !== null) listener(this.#last)
  }

  notified(request: SipRequest): void {
    const line = /^SIP\/2\.0 +([1-6]\d\d) *(.*)/.exec(request.body.toString('utf8').trimStart())
    if (line !== null) {
      this.#last = { status: Number(line[1]), reason: (line[2] ?? '').trim() }
      for (const listener of this.#listeners) listener(this.#last)
    }
    const state = (request.headers.get('subscription-state') ?? '').trim().toLowerCase()
    if (state.startsWith('terminated') || (this.#last?.status ?? 0) >= 200) this.end()
  }

  /** The call is gone, but the other side may still tell how its task went. */
  sessionEnded(): void {
    const { timers } = this.#session.stack
    this.#timer?.()
    if (!this.#done) this.#timer = timers.after(64 * timers.timing.t1Ms, () => this.end())
  }

  end(): void {
    if (this.#done) return
    this.#done = true
    this.#timer?.()
    this.#over()
    this.#resolve(this.#last !== null && this.#last.status >= 200 ? this.#last : null)
  }

  async #send(
    to: string | SipUri,
    options: { replaces?: SipSession; referredBy?: string; headers?: ExtraHeaders },
  ): Promise<{ ok: true } | Failure> {
    const session = this.#session
    const uri = typeof to === 'string' ? to : writeUri(to)
    const by = options.referredBy ?? `<${writeUri(session.local.uri)}>`
    const result = await session.exchange({
      method: 'REFER',
      headers: { ...options.headers },
      prepare: headers => {
        this.id = (headers.get('cseq') ?? '').split(' ', 1)[0] ?? null
        headers.set('Refer-To', `<${uri}${options.replaces === undefined ? '' : replacesParam(uri, options.replaces)}>`)
        headers.set('Referred-By', by)
      },
    })
    if (!result.ok) {
      this.end()
      return result
    }
    this.id = String(cseq(result.request).number)
    // The other side may decline to report (RFC 4488).
    if (result.response.headers.get('refer-sub')?.trim().toLowerCase() === 'false') this.end()
    return { ok: true }
  }
}

/** The session as a Replaces header inside a URI (RFC 3891 6.1): the tags as the other side of that session sees them. */
function replacesParam(uri: string, session: SipSession): string {
  const value = `${session.callId};to-tag=${session.remoteTag};from-tag=${session.localTag}`
  return `${uri.includes('?') ? '&' : '?'}Replaces=${encodeURIComponent(value)}`
}
