import type { SipRequest, SipResponse } from '../message/message.ts'
import { minSessionSeconds } from '../message/session-timer.ts'
import type { InviteServer } from '../transaction/server-invite.ts'
import type { Cancel } from '../transaction/timers.ts'
import type { ServerTransaction } from '../transaction/transactions.ts'
import type { Peer } from '../transport/transport.ts'
import { readSdp, sdpOf } from './body.ts'
import type { ExtraHeaders, Refusal, SdpResult, SessionChange } from './endpoint.ts'
import { sendAck } from './exchange.ts'
import { failureOf } from './failure.ts'
import type { Session } from './session.ts'
import { agreedInterval, answerInterval, askInterval, confirmInterval, type Interval } from './session-timer.ts'

type OnOffer = (offer: string) => string | Promise<string>

/** How often a request that met the other side's (491) is tried again. */
const glareTries = 6

/** Offers and answers inside a session, both ways: re-INVITE (RFC 3261 14) and UPDATE (RFC 3311), one at a time, and the refreshes of RFC 4028. */
export class SessionOffers {
  handler: ((change: SessionChange) => string | Refusal | Promise<string | Refusal>) | null = null
  readonly #session: Session
  /** Ours run one after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  #outgoing = false
  #incoming = false
  #idle: (() => void)[] = []
  #pauses = new Set<{ cancel: Cancel; wake: () => void }>()
  #minSeconds: number

  constructor(session: Session) {
    this.#session = session
    this.#minSeconds = session.stack.minSessionExpiresSeconds
  }

  send(
    method: 'INVITE' | 'UPDATE',
    sdp: string | null,
    options: { headers?: ExtraHeaders; onOffer?: OnOffer },
  ): Promise<SdpResult> {
    const result = this.#turn.then(() => this.#persist(method, sdp, options))
    this.#turn = result.catch(() => {})
    return result
  }

  /** Keeps the session alive by UPDATE without SDP where the other side has it, else by the last SDP again. */
  refresh(): void {
    const { remoteAllows, localSdp, stack, callId } = this.#session
    const update = remoteAllows.includes('UPDATE')
    this.send(update ? 'UPDATE' : 'INVITE', update ? null : localSdp, {}).then(
      result => {
        if (!result.ok) stack.log.warn({ callId, status: result.status }, 'A session refresh was refused')
      },
      error => stack.log.error({ error, callId }, 'A session refresh failed'),
    )
  }

  /** The session is over: nobody waits any longer. */
  stop(): void {
    for (const { cancel, wake } of [...this.#pauses]) {
      cancel()
      wake()
    }
    this.#pauses.clear()
    this.#setIncoming(false)
  }

  receive(request: SipRequest, peer: Peer, transaction: ServerTransaction): void {
    const { stack } = this.#session
    const refuse = (refusal: Refusal) => transaction.respond(stack.response(request, refusal.status, null, refusal))
    const read = readSdp(request)
    if (read === 'unsupported') {
      refuse({ status: 415, headers: { Accept: 'application/sdp' } })
      return
    }
    const offers = request.method === 'INVITE' || read.sdp !== null
    if (offers && this.#incoming) {
      refuse({ status: 500, retryAfterSeconds: Math.floor(stack.random() * 11) })
      return
    }
    if (offers && this.#outgoing) {
      refuse({ status: 491 })
      return
    }
    const ours = { seconds: stack.sessionExpiresSeconds, minSeconds: stack.minSessionExpiresSeconds }
    const interval = answerInterval(request, ours)
    if (interval === 'too-small') {
      refuse({ status: 422, headers: { 'Min-SE': String(ours.minSeconds) } })
      return
    }
    if (!offers) {
      this.#confirm(request, peer, transaction, interval, null)
      return
    }
    this.#setIncoming(true)
    if (transaction.kind === 'invite') transaction.respond(stack.response(request, 100, null))
    this.#answer(request, peer, transaction, interval, read.sdp)
      .catch(error => {
        stack.log.error({ error, callId: this.#session.callId }, 'A change of a SIP session could not be answered')
        refuse({ status: 500 })
      })
      .finally(() => this.#setIncoming(false))
  }

  async #answer(
    request: SipRequest,
    peer: Peer,
    transaction: ServerTransaction,
    interval: Interval | null,
    offer: string | null,
  ): Promise<void> {
    const session = this.#session
    const { stack } = session
    let cancelled = false
    if (transaction.kind === 'invite') {
      transaction.handlers = {
        cancelled: () => {
          cancelled = true
          transaction.respond(stack.response(request, 487, null))
        },
      }
    }
    let tellAnswer: (sdp: string | null) => void = () => {}
    const answered = new Promise<string | null>(resolve => {
      tellAnswer = resolve
    })
    const ours = await this.#ourSide({ method: request.method as 'INVITE' | 'UPDATE', offer, request, answered })
    if (cancelled || session.ended) {
      transaction.respond(stack.response(request, 487, null))
      tellAnswer(null)
      return
    }
    if (typeof ours !== 'string') {
      transaction.respond(stack.response(request, ours.status, null, ours))
      tellAnswer(null)
      return
    }
    const acked = transaction.kind === 'invite' ? session.awaitAck(transaction as InviteServer) : null
    session.localSdp = ours
    if (offer !== null) session.remoteSdp = offer
    this.#confirm(request, peer, transaction, interval, ours)
    if (acked === null) return
    const ack = await acked
    const answer = ack === 'lost' ? null : ack.sdp
    if (offer === null && answer !== null) session.remoteSdp = answer
    tellAnswer(offer === null ? answer : null)
  }

  /** Our answer, or our offer. Nothing is asked when nothing changes: a refresh repeats what was agreed. */
  async #ourSide(change: SessionChange): Promise<string | Refusal> {
    const { localSdp, remoteSdp } = this.#session
    if (change.offer !== null && change.offer === remoteSdp && localSdp !== null) return localSdp
    if (this.handler === null) {
      return change.offer === null && localSdp !== null ? localSdp : { status: 488 }
    }
    return this.handler(change)
  }

  #confirm(
    request: SipRequest,
    peer: Peer,
    transaction: ServerTransaction,
    interval: Interval | null,
    sdp: string | null,
  ): void {
    const { stack, dialog, contactUser } = this.#session
    dialog.refresh(request, peer)
    const response = stack.response(request, 200, null)
    response.headers.add('Contact', stack.contact(peer, contactUser))
    response.headers.add('Allow', stack.allow)
    confirmInterval(response, request, interval)
    if (sdp !== null) response.headers.add('Content-Type', 'application/sdp')
    transaction.respond(sdp === null ? response : { ...response, body: Buffer.from(sdp) })
    this.#session.startTimer(interval, 'uas')
  }

  async #persist(
    method: 'INVITE' | 'UPDATE',
    sdp: string | null,
    options: { headers?: ExtraHeaders; onOffer?: OnOffer },
  ): Promise<SdpResult> {
    const offers = method === 'INVITE' || sdp !== null
    for (let tries = 1; ; tries++) {
      while (offers && this.#incoming) await new Promise<void>(resolve => this.#idle.push(resolve))
      if (this.#session.ended) return failureOf('ended')
      this.#outgoing = offers
      const result = await this.#exchange(method, sdp, options).finally(() => {
        this.#outgoing = false
      })
      if (result.ok || result.status !== 491 || result.cause !== 'refused' || tries === glareTries) return result
      await this.#pause(this.#glareMs())
    }
  }

  async #exchange(
    method: 'INVITE' | 'UPDATE',
    sdp: string | null,
    options: { headers?: ExtraHeaders; onOffer?: OnOffer },
  ): Promise<SdpResult> {
    const session = this.#session
    const { stack, dialog } = session
    const interval = session.timer.current
    const result = await session.exchange({
      method,
      headers: options.headers ?? {},
      body: sdp,
      prepare: headers => {
        // Within a refresh the roles are those of the refresh: who sends it and keeps the duty is its uac.
        if (interval !== null) askInterval(headers, interval.seconds, this.#minSeconds, interval.ours ? 'uac' : 'uas')
      },
      again: response => this.#tooSmall(response),
      okAgain: response => session.takeOkAgain(response),
    })
    if (!result.ok) return result
    const { response, request, peer } = result
    dialog.refresh(response, peer)
    const theirs = sdpOf(response)
    if (method === 'INVITE') {
      const ours = sdp === null && theirs !== null ? await this.#answerTo(theirs, options.onOffer) : null
      session.ackSent(sendAck(stack, dialog, request, ours))
      if (ours !== null) session.localSdp = ours
    }
    if (sdp !== null) session.localSdp = sdp
    if (theirs !== null) session.remoteSdp = theirs
    if (session.ended) return failureOf('ended')
    session.startTimer(agreedInterval(response, stack.minSessionExpiresSeconds), 'uac')
    return { ok: true, sdp: theirs, response }
  }

  /** An offer we asked for must be answered in the ACK, whatever happens here. */
  async #answerTo(offer: string, onOffer: OnOffer | undefined): Promise<string | null> {
    try {
      return onOffer === undefined ? this.#session.localSdp : await onOffer(offer)
    } catch (error) {
      this.#session.stack.log.error({ error, callId: this.#session.callId }, 'An offer could not be answered')
      return this.#session.localSdp
    }
  }

  #tooSmall(response: SipResponse): boolean {
    const least = response.status === 422 ? minSessionSeconds(response) : null
    if (least === null || least <= this.#minSeconds) return false
    this.#minSeconds = least
    return true
  }

  /** RFC 3261 14.1: who made the Call-ID waits 2.1 to 4 s, the other 0 to 2 s, in steps of 10 ms. */
  #glareMs(): number {
    const { direction, stack } = this.#session
    const ms = direction === 'outgoing' ? 2100 + stack.random() * 1900 : stack.random() * 2000
    return Math.round(ms / 10) * 10
  }

  #pause(ms: number): Promise<void> {
    return new Promise(wake => {
      const pause = {
        wake,
        cancel: this.#session.stack.timers.after(ms, () => {
          this.#pauses.delete(pause)
          wake()
        }),
      }
      this.#pauses.add(pause)
    })
  }

  #setIncoming(incoming: boolean): void {
    this.#incoming = incoming
    if (!incoming) for (const wake of this.#idle.splice(0)) wake()
  }
}
