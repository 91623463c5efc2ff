import { cseq } from '../message/accessors.ts'
import { Headers } from '../message/headers.ts'
import { request as newRequest, type SipRequest, type SipResponse } from '../message/message.ts'
import { write } from '../message/write.ts'
import type { Peer } from '../transport/transport.ts'
import { type ClientHandlers, isReliable, nobody, type TransactionPort } from './port.ts'
import type { Cancel } from './timers.ts'

type State = 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated'

/** The INVITE client transaction: RFC 3261 17.1.1 with the Accepted state of RFC 6026 7.2. */
export class InviteClient {
  readonly key: string
  readonly request: SipRequest
  readonly peer: Peer
  #state: State = 'calling'
  readonly #port: TransactionPort
  #handlers: ClientHandlers
  readonly #bytes: Buffer
  #ack: Buffer | null = null
  #retransmit: Cancel | null = null
  #timer: Cancel | null = null

  constructor(port: TransactionPort, key: string, request: SipRequest, peer: Peer, handlers: ClientHandlers) {
    this.#port = port
    this.key = key
    this.request = request
    this.peer = peer
    this.#handlers = handlers
    this.#bytes = write(request)
  }

  get state(): State {
    return this.#state
  }

  start(): void {
    const { timers } = this.#port
    this.#transmit()
    if (!isReliable(this.peer)) this.#retransmit = timers.repeat(() => this.#transmit()) // timer A
    this.#timer = timers.after(64 * timers.timing.t1Ms, () => this.#fail('timeout')) // timer B
  }

  receive(response: SipResponse, peer: Peer): void {
    const { status } = response
    if (this.#state === 'completed') {
      if (status >= 300) this.#sendAck()
      return
    }
    if (this.#state === 'accepted') {
      if (status >= 200 && status < 300) this.#handlers.response(response, peer)
      return
    }
    if (this.#state === 'terminated') return
    const handlers = this.#handlers
    this.#stopTimers()
    if (status < 200) this.#state = 'proceeding'
    else if (status < 300) {
      this.#state = 'accepted'
      this.#endAfter(64 * this.#port.timers.timing.t1Ms) // timer M
    } else {
      this.#state = 'completed'
      this.#ack = write(ackFor(this.request, response))
      this.#sendAck()
      this.#endAfter(isReliable(this.peer) ? 0 : 64 * this.#port.timers.timing.t1Ms) // timer D
    }
    if (status >= 300) this.#handlers = nobody
    handlers.response(response, peer)
  }

  /** No answer is wanted any more: the transaction ends without a word to its user. */
  terminate(): void {
    if (this.#state === 'terminated') return
    this.#state = 'terminated'
    this.#handlers = nobody
    this.#stopTimers()
    this.#port.done(this.key)
  }

  unreachable(): void {
    this.#fail('unreachable')
  }

  #transmit(): void {
    this.#port.send(this.#bytes, this.peer).catch(() => this.#fail('unreachable'))
  }

  #sendAck(): void {
    if (this.#ack !== null) this.#port.send(this.#ack, this.peer).catch(() => {})
  }

  #fail(cause: 'timeout' | 'unreachable'): void {
    if (this.#state !== 'calling' && this.#state !== 'proceeding') return
    if (cause === 'unreachable' && this.#state === 'proceeding') return
    const handlers = this.#handlers
    this.terminate()
    handlers.failed(cause)
  }

  #endAfter(ms: number): void {
    if (ms === 0) this.terminate()
    else this.#timer = this.#port.timers.after(ms, () => this.terminate())
  }

  #stopTimers(): void {
    this.#retransmit?.()
    this.#timer?.()
    this.#retransmit = null
    this.#timer = null
  }
}

/** The ACK of a refused INVITE, of the same transaction (RFC 3261 17.1.1.3). */
export function ackFor(invite: SipRequest, response: SipResponse): SipRequest {
  return sameHop(invite, 'ACK', response.headers.get('to') ?? invite.headers.get('to') ?? '')
}

/** CANCEL of a pending INVITE (RFC 3261 9.1). */
export function cancelFor(invite: SipRequest, reason: string | null): SipRequest {
  const cancel = sameHop(invite, 'CANCEL', invite.headers.get('to') ?? '')
  if (reason !== null) cancel.headers.add('Reason', reason)
  return cancel
}

/** A request that goes the way of the INVITE and no further: the same top Via, request URI and Route. */
function sameHop(invite: SipRequest, method: string, to: string): SipRequest {
  const headers = new Headers()
  headers.add('Via', invite.headers.lines('via')[0] ?? '')
  for (const route of invite.headers.lines('route')) headers.add('Route', route)
  headers.add('Max-Forwards', '70')
  headers.add('From', invite.headers.get('from') ?? '')
  headers.add('To', to)
  headers.add('Call-ID', invite.headers.get('call-id') ?? '')
  headers.add('CSeq', `${cseq(invite).number} ${method}`)
  return newRequest(method, invite.uri, headers)
}
