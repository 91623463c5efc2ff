import type { Dialog } from '../dialog/dialog.ts'
import type { DigestClient } from '../digest/client.ts'
import { cseq } from '../message/accessors.ts'
import { contentType } from '../message/body.ts'
import type { Headers } from '../message/headers.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import type { NameAddr } from '../message/name-addr.ts'
import type { SipUri } from '../message/uri.ts'
import type { InviteServer } from '../transaction/server-invite.ts'
import type { ServerTransaction } from '../transaction/transactions.ts'
import type { Peer } from '../transport/transport.ts'
import { AckWait } from './ack-wait.ts'
import { sdpOf } from './body.ts'
import type { DialogUser } from './dialog-user.ts'
import type {
  CallerIdentity,
  ExtraHeaders,
  Failure,
  IncomingRefer,
  OutgoingRefer,
  Refusal,
  SdpResult,
  SessionChange,
  SessionEnd,
  SipSession,
} from './endpoint.ts'
import { type DialogRequest, type Exchanged, type SentAck, sendInDialog } from './exchange.ts'
import { failureOf, q850Header, reasonOf, refusedBy } from './failure.ts'
import { ReferIn } from './refer-in.ts'
import { ReferOut } from './refer-out.ts'
import { SessionOffers } from './session-offers.ts'
import { type Interval, SessionTimer } from './session-timer.ts'
import type { Stack } from './stack.ts'

export interface SessionParts {
  readonly stack: Stack
  readonly dialog: Dialog
  readonly direction: 'incoming' | 'outgoing'
  readonly identity: () => CallerIdentity
  readonly auth: DigestClient
  readonly contactUser: string | null
  /** The message of the other side that made the session: its INVITE or its 2xx. */
  readonly first: SipRequest | SipResponse
  readonly localSdp: string | null
  readonly remoteSdp: string | null
}

type InfoListener = (info: { contentType: string; body: string; request: SipRequest }) => void

/** A call from its 2xx to its BYE. Offers are the work of SessionOffers, refers of ReferIn and ReferOut. */
export class Session implements SipSession, DialogUser {
  readonly stack: Stack
  readonly dialog: Dialog
  readonly direction: 'incoming' | 'outgoing'
  readonly auth: DigestClient
  readonly contactUser: string | null
  readonly remoteUserAgent: string | null
  readonly timer: SessionTimer
  remoteAllows: readonly string[]
  localSdp: string | null
  remoteSdp: string | null
  readonly #offers: SessionOffers
  readonly #readIdentity: () => CallerIdentity
  #identity: CallerIdentity | null = null
  readonly #waits = new Map<number, AckWait>()
  /** SDP that came with an ACK, for whom it concerns. */
  readonly #acked = new Map<number, (sdp: string | null) => void>()
  #lastAck: SentAck | null = null
  #end: SessionEnd | null = null
  /** Requests that came before the program had the session in hand and its handlers set; null once it has. */
  #early: (() => void)[] | null = []
  #endListeners: ((end: SessionEnd) => void)[] = []
  #infoListeners: InfoListener[] = []
  #messageListeners: InfoListener[] = []
  #onRefer: ((refer: IncomingRefer) => void) | null = null
  readonly #refersOut: ReferOut[] = []

  constructor(parts: SessionParts) {
    this.stack = parts.stack
    this.dialog = parts.dialog
    this.direction = parts.direction
    this.#readIdentity = parts.identity
    this.auth = parts.auth
    this.contactUser = parts.contactUser
    this.localSdp = parts.localSdp
    this.remoteSdp = parts.remoteSdp
    const agent = parts.first.kind === 'request' ? 'User-Agent' : 'Server'
    this.remoteUserAgent = parts.first.headers.get(agent) ?? parts.first.headers.get('User-Agent') ?? null
    this.remoteAllows = parts.first.headers.all('Allow')
    this.#offers = new SessionOffers(this)
    this.timer = new SessionTimer(this.stack.timers, {
      refresh: () => this.#offers.refresh(),
      expire: () => void this.#hangUp('timeout', 'The session was not refreshed in time'),
    })
    this.stack.dialogs.set(this.dialog.key, this)
    if (this.direction === 'outgoing') this.#openSoon()
  }

  get session(): SipSession | null {
    return this.#end === null ? this : null
  }
  get identity(): CallerIdentity {
    this.#identity ??= this.#readIdentity()
    return this.#identity
  }
  get dialogId(): string {
    return this.dialog.key
  }
  get callId(): string {
    return this.dialog.callId
  }
  get localTag(): string {
    return this.dialog.localTag
  }
  get remoteTag(): string {
    return this.dialog.remoteTag
  }
  get local(): NameAddr {
    return this.dialog.local
  }
  get remote(): NameAddr {
    return this.dialog.remote
  }
  get remoteTarget(): SipUri {
    return this.dialog.remoteTarget
  }
  get peer(): Peer {
    return this.dialog.flow
  }
  get state(): 'established' | 'ended' {
    return this.#end === null ? 'established' : 'ended'
  }
  get ended(): boolean {
    return this.#end !== null
  }

  // What the program asks.

  reinvite(
    sdp: string | null,
    options: { headers?: ExtraHeaders; onOffer?: (offer: string) => string | Promise<string> } = {},
  ): Promise<SdpResult> {
    return this.#offers.send('INVITE', sdp, options)
  }

  update(sdp: string, options: { headers?: ExtraHeaders } = {}): Promise<SdpResult> {
    return this.#offers.send(this.remoteAllows.includes('UPDATE') ? 'UPDATE' : 'INVITE', sdp, options)
  }

  onReinvite(handler: (change: SessionChange) => string | Refusal | Promise<string | Refusal>): void {
    this.#offers.handler = handler
  }

  refer(
    to: string | SipUri,
    options: { replaces?: SipSession; referredBy?: string; headers?: ExtraHeaders } = {},
  ): OutgoingRefer {
    const refer = new ReferOut(this, to, options, () => this.#referOver(refer))
    this.#refersOut.push(refer)
    return refer
  }

  onRefer(handler: (refer: IncomingRefer) => void): void {
    this.#onRefer = handler
  }

  async info(type: string, body: string, options: { headers?: ExtraHeaders } = {}) {
    return plain(await this.exchange({ method: 'INFO', body, contentType: type, headers: options.headers ?? {} }))
  }

  onInfo(listener: InfoListener): void {
    this.#infoListeners.push(listener)
  }

  async message(type: string, body: string) {
    return plain(await this.exchange({ method: 'MESSAGE', body, contentType: type }))
  }

  onMessage(listener: InfoListener): void {
    this.#messageListeners.push(listener)
  }

  async bye(reason: { q850?: number; text?: string; headers?: ExtraHeaders } = {}): Promise<void> {
    if (this.#end !== null) return
    this.finish({ by: 'local', reason: reason.text ?? 'Hung up', q850: reason.q850 ?? null })
    await this.#sendBye(reason)
  }

  onEnd(listener: (end: SessionEnd) => void): void {
    if (this.#end !== null) listener(this.#end)
    else this.#endListeners.push(listener)
  }

  // What the other parts of the endpoint use.

  /** A request of this dialog. 481 and silence end the session, as RFC 3261 12.2.1.2 asks. */
  async exchange(
    wanted: Omit<DialogRequest, 'contactUser'> & { prepare?(headers: Headers): void },
  ): Promise<Exchanged | Failure> {
    if (this.#end !== null && wanted.method !== 'NOTIFY') return failureOf('ended')
    const full = { ...wanted, contactUser: this.contactUser }
    const result = await sendInDialog(this.stack, this.dialog, this.auth, full, refusedBy)
    // A NOTIFY belongs to a subscription: its refusal ends that alone (RFC 6665 4.2.2).
    if (result.ok || this.#end !== null || wanted.method === 'NOTIFY') return result
    if (result.status === 481 && result.cause === 'refused') {
      this.finish({ by: 'remote', reason: 'The other side does not know the call any more', q850: result.q850 })
    } else if (result.status === 408) void this.#hangUp('timeout', `No answer to ${wanted.method}`)
    return result
  }

  /** Watches over a 2xx of ours; resolves with the SDP of its ACK, `lost` when none came. */
  awaitAck(transaction: InviteServer): Promise<{ sdp: string | null } | 'lost'> {
    const { number } = transaction
    return new Promise(resolve => {
      this.#acked.set(number, sdp => resolve({ sdp }))
      this.#waits.set(
        number,
        new AckWait(this.stack.timers, transaction, acked => {
          this.#waits.delete(number)
          this.#acked.delete(number)
          if (acked) return
          resolve('lost')
          void this.#hangUp('timeout', 'The answer was never acknowledged')
        }),
      )
    })
  }

  ackSent(ack: SentAck): void {
    this.#lastAck = ack
  }

  startTimer(interval: Interval | null, weAre: 'uac' | 'uas'): void {
    if (this.#end === null) this.timer.start(interval, weAre)
  }

  /** The session is over: listeners are told once, nothing is left running. */
  finish(end: SessionEnd): void {
    if (this.#end !== null) return
    this.#end = end
    this.timer.stop()
    this.#offers.stop()
    for (const [number, wait] of [...this.#waits]) {
      this.#acked.get(number)?.(null)
      wait.end(true)
    }
    if (this.#refersOut.length === 0) this.stack.dialogs.delete(this.dialog.key)
    else for (const refer of this.#refersOut) refer.sessionEnded()
    for (const listener of this.#endListeners.splice(0)) this.#tell(() => listener(end))
    this.#openSoon()
    this.#infoListeners = []
    this.#messageListeners = []
  }

  /** Another session took this one's place (RFC 3891). */
  replacedBy(session: SipSession): void {
    if (this.#end !== null) return
    this.finish({ by: 'replaced', reason: 'Replaced by another call', q850: null, replacedBy: session })
    void this.#sendBye({})
  }

  // What the network brings.

  takeRequest(request: SipRequest, peer: Peer): void {
    const transaction = this.stack.transactions.serve(request, peer)
    // Over a stream the ACK and what follows it may come in one piece. A BYE waits for nobody.
    if (this.#early !== null && request.method !== 'BYE') this.#early.push(() => this.#take(request, peer, transaction))
    else this.#take(request, peer, transaction)
  }

  #take(request: SipRequest, peer: Peer, transaction: ServerTransaction): void {
    const answer = (status: number, refusal: Partial<Refusal> = {}) =>
      transaction.respond(this.stack.response(request, status, null, refusal))
    const notifying = request.method === 'NOTIFY' && this.#refersOut.length > 0
    if (this.#end !== null && !notifying) {
      answer(481)
      return
    }
    if (!this.dialog.inOrder(request)) {
      answer(500, { retryAfterSeconds: 1 })
      return
    }
    const lacking = this.stack.lacking(request)
    if (lacking !== null) {
      answer(lacking.status, lacking)
      return
    }
    switch (request.method) {
      case 'BYE': {
        answer(200)
        const { q850, text } = reasonOf(request)
        this.finish({ by: 'remote', reason: text ?? 'Hung up', q850 })
        return
      }
      case 'INVITE':
      case 'UPDATE':
        this.#offers.receive(request, peer, transaction)
        return
      case 'INFO':
      case 'MESSAGE': {
        answer(200)
        const told = { contentType: contentType(request) ?? '', body: request.body.toString('utf8'), request }
        const listeners = request.method === 'INFO' ? this.#infoListeners : this.#messageListeners
        for (const listener of [...listeners]) this.#tell(() => listener(told))
        return
      }
      case 'REFER':
        this.#receiveRefer(request, answer)
        return
      case 'NOTIFY':
        answer(this.#notified(request) ? 200 : 481)
        return
      case 'OPTIONS':
        answer(200, { headers: { Allow: this.stack.allow, Accept: 'application/sdp' } })
        return
      case 'PRACK':
        answer(481)
        return
      default:
        answer(405)
    }
  }

  takeAck(request: SipRequest): void {
    const { number } = cseq(request)
    const resolve = this.#acked.get(number)
    if (resolve === undefined) return
    const sdp = sdpOf(request)
    resolve(sdp)
    this.#waits.get(number)?.end(true)
    this.#openSoon()
  }

  takeOkAgain(response: SipResponse): void {
    if (this.#lastAck?.number === cseq(response).number) this.#lastAck.again()
  }

  close(): Promise<void> {
    const gone = this.#hangUp('closed', 'The endpoint closes')
    for (const refer of [...this.#refersOut]) refer.end()
    return gone
  }

  async #hangUp(by: 'timeout' | 'closed', reason: string): Promise<void> {
    if (this.#end !== null) return
    this.finish({ by, reason, q850: null })
    await this.#sendBye(by === 'timeout' ? { text: reason } : {})
  }

  async #sendBye(reason: { q850?: number; text?: string; headers?: ExtraHeaders }): Promise<void> {
    const headers = { ...reason.headers }
    if (reason.q850 !== undefined) headers.Reason = q850Header(reason.q850, reason.text)
    const wanted = { method: 'BYE', contactUser: null, headers }
    await this.#lastAck?.left
    await sendInDialog(this.stack, this.dialog, this.auth, wanted, refusedBy)
  }

  #receiveRefer(request: SipRequest, answer: (status: number, refusal?: Partial<Refusal>) => boolean): void {
    const handler = this.#onRefer
    const refer = ReferIn.read(this, request, answer)
    if (refer === null) answer(400, { reason: 'Refer-To is missing or cannot be read' })
    else if (handler === null) answer(603)
    else this.#tell(() => handler(refer))
  }

  #notified(request: SipRequest): boolean {
    const [, id] = /;\s*id=([^;\s]+)/i.exec(request.headers.get('event') ?? '') ?? []
    const refer = id === undefined ? this.#refersOut.at(-1) : this.#refersOut.find(one => one.id === id)
    refer?.notified(request)
    return refer !== undefined
  }

  #referOver(refer: ReferOut): void {
    const at = this.#refersOut.indexOf(refer)
    if (at !== -1) this.#refersOut.splice(at, 1)
    if (this.#end !== null && this.#refersOut.length === 0) this.stack.dialogs.delete(this.dialog.key)
  }

  /** The program gets its session in this turn, with all that its promises set off; then come the requests. */
  #openSoon(): void {
    if (this.#early === null) return
    setImmediate(() => {
      const early = this.#early ?? []
      this.#early = null
      for (const take of early) this.#tell(take)
    })
  }

  /** A listener's fault must not stop the call's other work. */
  #tell(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.stack.log.error({ error, callId: this.callId }, 'A listener of a SIP session failed')
    }
  }
}

function plain(result: Exchanged | Failure): { ok: true; response: SipResponse } | Failure {
  return result.ok ? { ok: true, response: result.response } : result
}
