import { callId, cseq } from '../message/accessors.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { write } from '../message/write.ts'
import type { Peer } from '../transport/transport.ts'
import { isReliable, type Reply, type TransactionPort } from './port.ts'
import type { Cancel } from './timers.ts'

type State = 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated'

/** What an INVITE server transaction tells its user. */
export interface InviteServerHandlers {
  /** A CANCEL matched and no final response was sent yet; it has been answered 200, and the user answers the INVITE with 487. */
  cancelled?(cancel: SipRequest): void
}

/** The INVITE server transaction: RFC 3261 17.2.1 with the Accepted state of RFC 6026 7.1. */
export class InviteServer {
  readonly kind = 'invite'
  readonly key: string
  readonly mergeKey: string | null
  readonly callId: string
  /** CSeq number. */
  readonly number: number
  readonly peer: Peer
  handlers: InviteServerHandlers = {}
  #state: State = 'proceeding'
  readonly #port: TransactionPort
  readonly #reply: Reply
  #last: Buffer | null = null
  #retransmit: Cancel | null = null
  #timer: Cancel | null = null

  constructor(
    port: TransactionPort,
    key: string,
    mergeKey: string | null,
    request: SipRequest,
    peer: Peer,
    reply: Reply,
  ) {
    this.#port = port
    this.key = key
    this.mergeKey = mergeKey
    this.callId = callId(request)
    this.number = cseq(request).number
    this.peer = peer
    this.#reply = reply
  }

  get state(): State {
    return this.#state
  }

  /** Sends a response; false when a final one was sent before. A 2xx is repeated by the user until its ACK comes (`again`). */
  respond(response: SipResponse): boolean {
    if (this.#state !== 'proceeding') return false
    this.#last = write(response)
    if (response.status >= 200) {
      this.handlers = {}
      const { timers } = this.#port
      const limit = 64 * timers.timing.t1Ms
      if (response.status < 300) {
        this.#state = 'accepted'
        this.#timer = timers.after(limit, () => this.terminate()) // timer L
      } else {
        this.#state = 'completed'
        if (!isReliable(this.peer)) this.#retransmit = timers.repeat(() => this.again(), timers.timing.t2Ms) // timer G
        this.#timer = timers.after(limit, () => this.terminate()) // timer H
      }
    }
    this.again()
    return true
  }

  /** The last response once more. */
  again(): void {
    if (this.#last !== null) this.#reply(this.#last)
  }

  /** A retransmission of the INVITE, or the ACK of a refusal. */
  receive(request: SipRequest): void {
    if (request.method !== 'ACK') {
      if (this.#state === 'proceeding' || this.#state === 'completed') this.again()
      return
    }
    if (this.#state !== 'completed') return
    this.#stopTimers()
    this.#state = 'confirmed'
    const { timers } = this.#port
    if (isReliable(this.peer)) this.terminate()
    else this.#timer = timers.after(timers.timing.t4Ms, () => this.terminate()) // timer I
  }

  terminate(): void {
    if (this.#state === 'terminated') return
    this.#state = 'terminated'
    this.#stopTimers()
    this.#port.done(this.key)
  }

  #stopTimers(): void {
    this.#retransmit?.()
    this.#timer?.()
    this.#retransmit = null
    this.#timer = null
  }
}
