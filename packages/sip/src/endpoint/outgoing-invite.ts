import { Dialog } from '../dialog/dialog.ts'
import { DigestClient } from '../digest/client.ts'
import { toTag } from '../message/accessors.ts'
import { Headers } from '../message/headers.ts'
import { request as newRequest, type SipRequest, type SipResponse } from '../message/message.ts'
import { type NameAddr, writeNameAddr } from '../message/name-addr.ts'
import { writeReason } from '../message/reason.ts'
import { rseq } from '../message/reliability.ts'
import { writeReplaces } from '../message/replaces.ts'
import { minSessionSeconds } from '../message/session-timer.ts'
import { type SipUri, sipUri } from '../message/uri.ts'
import { optionTags } from '../message/value.ts'
import { InviteClient } from '../transaction/client-invite.ts'
import type { Cancel } from '../transaction/timers.ts'
import { type ClientTransaction, randomToken } from '../transaction/transactions.ts'
import type { Peer } from '../transport/transport.ts'
import { addressOf, withTag } from './address.ts'
import { sdpOf } from './body.ts'
import { EarlyDialog } from './early-dialog.ts'
import type { Failure, InviteOptions, OutgoingInvite, Ringing, SipSession } from './endpoint.ts'
import { introduce, sendAck } from './exchange.ts'
import { addExtra } from './extra-headers.ts'
import { failureOf, refusedBy } from './failure.ts'
import { readIdentity } from './identity.ts'
import { Journey } from './journey.ts'
import { Session } from './session.ts'
import { agreedInterval, askInterval } from './session-timer.ts'
import { extensions, type Stack } from './stack.ts'
import { UnwantedAnswers } from './unwanted-answers.ts'

/** Stands for an address that cannot be read: such a call fails before it begins. */
const nowhere = sipUri({ host: 'invalid.invalid' })

type Answered = { ok: true; session: SipSession } | Failure

/** A call we make, until it is answered, refused or taken back. */
export class InviteOut implements OutgoingInvite {
  readonly callId = randomToken(16)
  readonly answered: Promise<Answered>
  state: 'calling' | 'ringing' | 'answered' | 'failed' = 'calling'
  readonly #stack: Stack
  readonly #options: InviteOptions
  readonly #auth: DigestClient
  readonly #from: NameAddr
  readonly #to: NameAddr
  readonly #contactUser: string | null
  readonly #journey: Journey
  readonly #unwanted: UnwantedAnswers
  #uri: SipUri
  #number: number
  #minSeconds: number
  #redirects: number
  #resolve: (answered: Answered) => void = () => {}
  #settled = false
  /** The Reason of our CANCEL, once we want to take the call back. */
  #cancelling: { reason: string | null } | null = null
  readonly #earlies = new Map<string, EarlyDialog>()
  #confirmed: { tag: string; session: Session | null } | null = null
  readonly #ringingListeners: ((ringing: Ringing) => void)[] = []
  #timeout: Cancel | null = null
  #cancelSent = false
  readonly #onAbort = () => this.cancel()

  constructor(stack: Stack, options: InviteOptions, target: SipUri | null) {
    const uri = target ?? nowhere
    this.#stack = stack
    this.#options = options
    this.#uri = uri
    this.#from = withTag(addressOf(options.from), randomToken(8))
    this.#to = options.to === undefined ? { displayName: null, uri, params: new Map() } : addressOf(options.to)
    this.#contactUser = options.contactUser ?? this.#from.uri.user
    this.#auth = new DigestClient(options.credentials ?? (() => null))
    this.#minSeconds = stack.minSessionExpiresSeconds
    this.#redirects = options.followRedirects ?? 0
    this.#number = Math.floor(stack.random() * 0x7fff)
    this.#unwanted = new UnwantedAnswers(stack, this.#auth)
    this.answered = new Promise(resolve => {
      this.#resolve = resolve
    })
    this.#journey = new Journey(stack, peer => this.#build(peer), this.#auth, {
      provisional: (response, peer, request) => this.#provisional(response, peer, request),
      final: (response, peer, request) => this.#final(response, peer, request),
      failed: failure => this.#fail(this.#cancelling === null ? failure : failureOf('cancelled')),
      late: (response, peer, request, transaction) => this.#late(response, peer, request, transaction),
    })
    this.#timeout = stack.timers.after(options.timeoutMs ?? 180_000, () => {
      this.#takeBack(null, failureOf('timeout', 'Nobody answered in time'))
    })
    if (options.signal?.aborted === true) {
      this.#fail(failureOf('cancelled'))
      return
    }
    if (target === null) {
      this.#fail({
        ...failureOf('local', `“${String(options.uri)}” is no SIP address; write it as sip:user@host`),
        status: 484,
      })
      return
    }
    options.signal?.addEventListener('abort', this.#onAbort)
    stack.invites.add(this)
    const hop = options.route?.[0] === undefined ? uri : addressOf(options.route[0]).uri
    void this.#journey.start(options.peer === undefined ? stack.targets(hop, options.protocol) : [options.peer])
  }

  onRinging(listener: (ringing: Ringing) => void): void {
    this.#ringingListeners.push(listener)
  }

  cancel(reason: { q850?: number; text?: string; status?: number } = {}): void {
    const { q850, status, text = null } = reason
    const header =
      q850 !== undefined
        ? writeReason({ protocol: 'Q.850', cause: q850, text })
        : status !== undefined || text !== null
          ? writeReason({ protocol: 'SIP', cause: status ?? 487, text })
          : null
    this.#takeBack(header, failureOf('cancelled', text ?? undefined))
  }

  #build(peer: Peer): SipRequest {
    const options = this.#options
    const headers = new Headers()
    for (const route of options.route ?? []) headers.add('Route', route)
    headers.add('Max-Forwards', '70')
    headers.add('From', writeNameAddr(this.#from))
    headers.add('To', writeNameAddr(this.#to))
    headers.add('Call-ID', this.callId)
    headers.add('CSeq', `${++this.#number} INVITE`)
    introduce(this.#stack, headers, 'INVITE', peer, this.#contactUser)
    // Without an offer of ours a reliable response would bring one to be answered in PRACK: not asked for.
    const reliable = options.reliable ?? (options.sdp === null ? 'no' : 'supported')
    if (reliable === 'no') {
      headers.set('Supported', extensions.filter(tag => tag !== '100rel').join(', '))
    }
    if (reliable === 'required') headers.add('Require', '100rel')
    const seconds = options.sessionExpiresSeconds ?? this.#stack.sessionExpiresSeconds
    askInterval(headers, seconds, this.#minSeconds, null)
    if (options.replaces !== undefined) {
      const { callId, localTag, remoteTag } = options.replaces
      headers.add('Replaces', writeReplaces({ callId, toTag: remoteTag, fromTag: localTag, earlyOnly: false }))
      headers.add('Require', 'replaces')
    }
    addExtra(headers, options.headers)
    if (options.sdp !== null) headers.set('Content-Type', 'application/sdp')
    return newRequest('INVITE', this.#uri, headers, options.sdp ?? undefined)
  }

  #provisional(response: SipResponse, peer: Peer, request: SipRequest): void {
    const transaction = this.#journey.transaction
    if (this.#cancelling !== null && transaction instanceof InviteClient) this.#sendCancel(transaction)
    if (response.status === 100 || this.#settled) return
    this.state = 'ringing'
    const tag = toTag(response)
    if (tag !== null) {
      const early = this.#early(tag, request, response, peer)
      const number = optionTags(response, 'Require').has('100rel') ? rseq(response) : null
      if (number !== null && !early.reliable(number, response, request)) return
    }
    const ringing: Ringing = {
      status: response.status,
      reason: response.reason,
      sdp: sdpOf(response),
      fork: tag ?? '',
      response,
    }
    for (const listener of this.#ringingListeners) listener(ringing)
  }

  #early(tag: string, request: SipRequest, response: SipResponse, peer: Peer): EarlyDialog {
    const known = this.#earlies.get(tag)
    if (known !== undefined) return known
    const dialog = Dialog.calling(request, response, peer, this.#options.peer !== undefined)
    const early = new EarlyDialog(this.#stack, dialog, this.#auth, this.#contactUser, this.#options)
    this.#earlies.set(tag, early)
    return early
  }

  #final(response: SipResponse, peer: Peer, request: SipRequest): 'done' | 'again' {
    const { status } = response
    if (status < 300) {
      this.#accepted(response, peer, request)
      return 'done'
    }
    if (this.#cancelling !== null) {
      this.#fail(failureOf('cancelled', undefined, response))
      return 'done'
    }
    if (status === 422) {
      const least = minSessionSeconds(response)
      if (least !== null && least > this.#minSeconds) {
        this.#minSeconds = least
        return 'again'
      }
    }
    const failure = refusedBy(response)
    const next = failure.contacts[0]
    if (failure.cause === 'redirected' && next !== undefined && this.#redirects > 0) {
      this.#redirects--
      this.#forgetEarlies()
      this.#uri = { ...next.uri, headers: new Map() }
      void this.#journey.start(this.#stack.targets(this.#uri, this.#options.protocol))
      return 'done'
    }
    this.#fail(failure)
    return 'done'
  }

  #accepted(response: SipResponse, peer: Peer, request: SipRequest): void {
    const tag = toTag(response) ?? ''
    if (this.#confirmed?.tag === tag) this.#confirmed.session?.takeOkAgain(response)
    else if (this.#confirmed !== null || this.#settled) this.#unwanted.end(request, response, peer)
    else {
      this.#confirmed = { tag, session: null }
      this.#confirm(tag, response, peer, request).catch(error => {
        this.#stack.log.error({ error, callId: this.callId }, 'An answered call could not be taken')
        this.#unwanted.end(request, response, peer)
        this.#settle(failureOf('local', 'The answer could not be used'))
      })
    }
  }

  async #confirm(tag: string, response: SipResponse, peer: Peer, request: SipRequest): Promise<void> {
    const { sdp, onOffer } = this.#options
    const stack = this.#stack
    const theirs = sdpOf(response)
    const early = this.#earlies.get(tag)
    let answer: string | null = null
    if (sdp === null && theirs !== null && early?.localSdp == null) {
      if (onOffer === undefined) throw new TypeError('An INVITE without SDP needs onOffer.')
      answer = await onOffer(theirs)
    }
    const dialog = Dialog.calling(request, response, peer, this.#options.peer !== undefined)
    early?.handOver(dialog)
    if (this.#settled) {
      // Taken back while the answer to their offer was being made.
      this.#unwanted.end(request, response, peer)
      return
    }
    const session = new Session({
      stack,
      dialog,
      direction: 'outgoing',
      identity: () => readIdentity(response),
      auth: this.#auth,
      contactUser: this.#contactUser,
      first: response,
      localSdp: answer ?? early?.localSdp ?? sdp,
      remoteSdp: theirs ?? early?.remoteSdp ?? null,
    })
    session.ackSent(sendAck(stack, dialog, request, answer))
    session.startTimer(agreedInterval(response, stack.minSessionExpiresSeconds), 'uac')
    this.#confirmed = { tag, session }
    this.state = 'answered'
    this.#settle({ ok: true, session })
  }

  /** An answer over a target that was given up, or after everything was over. */
  #late(response: SipResponse, peer: Peer, request: SipRequest, transaction: ClientTransaction): void {
    if (response.status < 200) {
      if (transaction instanceof InviteClient) this.#stack.transactions.cancel(transaction, null)
    } else if (response.status < 300) this.#accepted(response, peer, request)
  }

  #takeBack(reason: string | null, failure: Failure): void {
    if (this.#settled) return
    const transaction = this.#journey.transaction
    this.#cancelling = { reason }
    this.#journey.lastTry()
    if (!(transaction instanceof InviteClient)) this.#journey.stop()
    else if (transaction.state === 'proceeding') this.#sendCancel(transaction)
    this.#fail(failure)
  }

  #sendCancel(transaction: InviteClient): void {
    if (transaction.state !== 'proceeding' || this.#cancelSent) return
    this.#cancelSent = true
    this.#stack.transactions.cancel(transaction, this.#cancelling?.reason ?? null)
  }

  #fail(failure: Failure): void {
    if (this.#settled) return
    this.state = 'failed'
    this.#settle(failure)
  }

  #settle(answered: Answered): void {
    this.#settled = true
    this.#timeout?.()
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
    this.#stack.invites.delete(this)
    this.#forgetEarlies()
    this.#resolve(answered)
  }

  #forgetEarlies(): void {
    for (const early of this.#earlies.values()) early.forget()
    this.#earlies.clear()
  }
}
