import { Dialog } from '../dialog/dialog.ts'
import { DigestClient } from '../digest/client.ts'
import { callId, cseq, from, to } from '../message/accessors.ts'
import type { SipRequest } from '../message/message.ts'
import type { NameAddr } from '../message/name-addr.ts'
import type { SipUri } from '../message/uri.ts'
import { expiresSeconds, optionTags } from '../message/value.ts'
import type { InviteServer } from '../transaction/server-invite.ts'
import type { Cancel } from '../transaction/timers.ts'
import type { Peer } from '../transport/transport.ts'
import { sdpOf } from './body.ts'
import type { DialogUser } from './dialog-user.ts'
import type {
  CallerIdentity,
  CredentialsOf,
  ExtraHeaders,
  Failure,
  IncomingInvite,
  Refusal,
  SipSession,
} from './endpoint.ts'
import { failureOf, reasonOf } from './failure.ts'
import { readIdentity } from './identity.ts'
import { Incoming } from './incoming-request.ts'
import { ReliableRinging } from './reliable-ringing.ts'
import { Session } from './session.ts'
import { confirmInterval, type Interval, supports } from './session-timer.ts'
import type { Stack } from './stack.ts'

type Cancelled = { reason: string; q850: number | null }

/** An INVITE that waits for its answer, and the early dialog it opens. */
export class InviteIn extends Incoming implements IncomingInvite, DialogUser {
  readonly session = null
  readonly offer: string | null
  readonly replaces: SipSession | null
  readonly reliable: boolean
  state: 'waiting' | 'answering' | 'answered' | 'refused' | 'cancelled' = 'waiting'
  readonly #transaction: InviteServer
  readonly #dialog: Dialog
  readonly #interval: Interval | null
  readonly #ringing: ReliableRinging
  #identity: CallerIdentity | null = null
  #ringsOn = false
  #earlyAnswer: string | null = null
  #cancelled: Cancelled | null = null
  readonly #stopTimers: Cancel[] = []
  #cancelListeners: ((end: Cancelled) => void)[] = []

  constructor(
    stack: Stack,
    request: SipRequest,
    peer: Peer,
    transaction: InviteServer,
    offer: string | null,
    replaces: SipSession | null,
    interval: Interval | null,
  ) {
    super(stack, request, peer, transaction)
    this.#transaction = transaction
    this.offer = offer
    this.replaces = replaces
    this.#interval = interval
    this.reliable = supports(this.request, '100rel')
    this.#dialog = Dialog.called(this.request, this.localTag, this.peer)
    this.#ringing = new ReliableRinging(stack, transaction, () =>
      this.refuse({ status: 504, reason: 'Provisional response not acknowledged' }),
    )
    stack.dialogs.set(this.#dialog.key, this)
    transaction.handlers = { cancelled: cancel => this.#cancel(cancel) }
    this.trying()
    const { timers } = stack
    const expires = expiresSeconds(request)
    // RFC 3261 13.3.1: the caller waits no longer than this.
    if (expires !== null) this.#stopTimers.push(timers.after(expires * 1000, () => this.#expire()))
  }

  get callId(): string {
    return callId(this.request)
  }
  get uri(): SipUri {
    return this.request.uri
  }
  get from(): NameAddr {
    return from(this.request)
  }
  get to(): NameAddr {
    return to(this.request)
  }
  get identity(): CallerIdentity {
    this.#identity ??= readIdentity(this.request)
    return this.#identity
  }

  trying(): void {
    if (this.state === 'waiting') this.transaction.respond(this.stack.response(this.request, 100, null))
  }

  async ringing(
    options: { sdp?: string; status?: number; reliable?: boolean; headers?: ExtraHeaders } = {},
  ): Promise<boolean> {
    if (this.state !== 'waiting') return false
    const { sdp, headers } = options
    const status = options.status ?? (sdp === undefined ? 180 : 183)
    const must = optionTags(this.request, 'Require').has('100rel')
    const reliable = must || (this.reliable && sdp !== undefined && options.reliable !== false)
    const make = () => {
      const response = this.stack.response(
        this.request,
        status,
        this.localTag,
        headers === undefined ? {} : { headers },
      )
      this.#describe(response.headers)
      if (sdp === undefined) return response
      response.headers.set('Content-Type', 'application/sdp')
      return { ...response, body: Buffer.from(sdp) }
    }
    this.#keepRinging()
    if (!reliable) return this.transaction.respond(make())
    return this.#ringing.send(make)
  }

  async answer(
    sdp: string,
    options: { headers?: ExtraHeaders; credentials?: CredentialsOf } = {},
  ): Promise<{ ok: true; session: SipSession } | Failure> {
    if (this.state !== 'waiting') return failureOf(this.state === 'cancelled' ? 'cancelled' : 'local')
    this.state = 'answering'
    await this.#ringing.settled()
    if (this.#over()) return failureOf(this.#cancelled === null ? 'local' : 'cancelled', this.#cancelled?.reason)
    this.state = 'answered'
    this.#stop()
    this.answeredFinally = true
    const { stack, request } = this
    const { headers = {} } = options
    const response = stack.response(request, 200, this.localTag, { headers })
    this.#describe(response.headers)
    confirmInterval(response, request, this.#interval)
    // When our offer went out in a reliable provisional response and was answered in the PRACK, the exchange is complete.
    const complete = this.offer === null && this.#earlyAnswer !== null
    if (!complete) response.headers.set('Content-Type', 'application/sdp')
    const session = new Session({
      stack,
      dialog: this.#dialog,
      direction: 'incoming',
      identity: () => this.identity,
      auth: new DigestClient(options.credentials ?? (() => null)),
      contactUser: request.uri.user,
      first: request,
      localSdp: sdp,
      remoteSdp: this.offer ?? this.#earlyAnswer,
    })
    const acked = session.awaitAck(this.#transaction)
    this.transaction.respond(complete ? response : { ...response, body: Buffer.from(sdp) })
    session.startTimer(this.#interval, 'uas')
    const ack = await acked
    if (ack === 'lost') return failureOf('timeout', 'The answer was never acknowledged')
    if (session.state === 'ended') return failureOf('ended', 'The call ended before the answer was acknowledged')
    if (this.offer === null && ack.sdp !== null) session.remoteSdp = ack.sdp
    if (this.replaces instanceof Session) this.replaces.replacedBy(session)
    return { ok: true, session }
  }

  override respond(
    status: number,
    options: { reason?: string; headers?: ExtraHeaders; body?: string; contentType?: string } = {},
  ): boolean {
    if (status >= 200 && status < 300) throw new TypeError('A call is accepted by answer(), which makes the session.')
    if (status >= 300 && !this.#endAs('refused')) return false
    return super.respond(status, options)
  }

  override refuse(refusal: Refusal): boolean {
    return this.#endAs('refused') && super.refuse(refusal)
  }

  redirect(contacts: readonly string[], status = 302): boolean {
    return this.refuse({ status, headers: { Contact: contacts } })
  }

  onCancel(listener: (end: Cancelled) => void): void {
    if (this.#cancelled !== null) listener(this.#cancelled)
    else this.#cancelListeners.push(listener)
  }

  // The early dialog.

  takeRequest(request: SipRequest, peer: Peer): void {
    const transaction = this.stack.transactions.serve(request, peer)
    const answer = (status: number, refusal: Partial<Refusal> = {}) =>
      transaction.respond(this.stack.response(request, status, null, refusal))
    if (!this.#dialog.inOrder(request)) {
      answer(500, { retryAfterSeconds: 1 })
      return
    }
    switch (request.method) {
      case 'BYE':
        answer(200)
        this.#cancel(request)
        return
      case 'PRACK': {
        if (!this.#ringing.acknowledged(request, cseq(this.request).number)) answer(481)
        else if (this.offer !== null && request.body.length > 0) answer(488)
        else {
          this.#earlyAnswer ??= this.offer === null ? sdpOf(request) : null
          answer(200)
        }
        return
      }
      case 'UPDATE':
        // RFC 3311 5.2: an offer cannot be taken while the first one waits for its answer.
        if (request.body.length > 0) answer(500, { retryAfterSeconds: Math.floor(this.stack.random() * 11) })
        else answer(200, { headers: { Contact: this.stack.contact(peer, this.request.uri.user) } })
        return
      case 'INFO':
      case 'OPTIONS':
        answer(200)
        return
      default:
        answer(405)
    }
  }

  takeAck(): void {}

  takeOkAgain(): void {}

  close(): void {
    this.refuse({ status: 503, reason: 'The endpoint closes' })
  }

  #describe(headers: { add(name: string, value: string): unknown }): void {
    for (const route of this.request.headers.lines('record-route')) headers.add('Record-Route', route)
    headers.add('Contact', this.stack.contact(this.peer, this.request.uri.user))
    headers.add('Allow', this.stack.allow)
  }

  #over(): boolean {
    return this.state === 'cancelled' || this.state === 'refused'
  }

  #endAs(state: 'refused' | 'cancelled'): boolean {
    if (this.state !== 'waiting' && this.state !== 'answering') return false
    this.state = state
    this.stack.dialogs.delete(this.#dialog.key)
    this.#ringing.stop()
    this.#stop()
    return true
  }

  #stop(): void {
    for (const stop of this.#stopTimers.splice(0)) stop()
  }

  /** Once a minute, so that no proxy on the way gives the call up (RFC 3261 13.3.1.1, timer C). */
  #keepRinging(): void {
    if (this.#ringsOn) return
    this.#ringsOn = true
    const again = () => {
      this.#stopTimers.push(
        this.stack.timers.after(60_000, () => {
          this.#transaction.again()
          again()
        }),
      )
    }
    again()
  }

  #expire(): void {
    if (!this.#endAs('cancelled')) return
    this.answeredFinally = true
    this.transaction.respond(this.stack.response(this.request, 487, this.localTag))
    this.#tellCancelled({ reason: 'The caller did not want to wait longer', q850: null })
  }

  #tellCancelled(end: Cancelled): void {
    this.#cancelled = end
    for (const listener of this.#cancelListeners.splice(0)) listener(end)
  }

  #cancel(by: SipRequest): void {
    if (!this.#endAs('cancelled')) return
    this.answeredFinally = true
    this.transaction.respond(this.stack.response(this.request, 487, this.localTag))
    const { q850, text } = reasonOf(by)
    this.#tellCancelled({ reason: text ?? 'The caller hung up', q850 })
  }
}
