import type { SipRequest, SipResponse } from '../message/message.ts'
import { write } from '../message/write.ts'
import type { Peer } from '../transport/transport.ts'
import { type ClientHandlers, isReliable, nobody, type TransactionPort } from './port.ts'
import type { Cancel } from './timers.ts'

type State = 'trying' | 'proceeding' | 'completed' | 'terminated'

/** The client transaction of every request but INVITE and ACK: RFC 3261 17.1.2. */
export class OtherClient {
  readonly key: string
  readonly peer: Peer
  #state: State = 'trying'
  readonly #port: TransactionPort
  #handlers: ClientHandlers
  readonly #bytes: Buffer
  #retransmit: Cancel | null = null
  #timer: Cancel | null = null

  constructor(port: TransactionPort, key: string, request: SipRequest, peer: Peer, handlers: ClientHandlers) {
    this.#port = port
    this.key = key
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
    if (!isReliable(this.peer)) this.#retransmit = timers.repeat(() => this.#transmit(), timers.timing.t2Ms) // timer E
    this.#timer = timers.after(64 * timers.timing.t1Ms, () => this.#fail('timeout')) // timer F
  }

  receive(response: SipResponse, peer: Peer): void {
    if (this.#state === 'completed' || this.#state === 'terminated') return
    const handlers = this.#handlers
    if (response.status < 200) {
      if (this.#state === 'trying') {
        this.#state = 'proceeding'
        // While proceeding the request is repeated every T2 (17.1.2.2): a lost final response is only sent again on asking.
        this.#retransmit?.()
        this.#retransmit = isReliable(this.peer) ? null : this.#everyT2()
      }
    } else {
      this.#stopTimers()
      this.#state = 'completed'
      const { timers } = this.#port
      if (isReliable(this.peer)) this.terminate()
      else this.#timer = timers.after(timers.timing.t4Ms, () => this.terminate()) // timer K
    }
    if (this.#state !== 'proceeding') this.#handlers = nobody
    handlers.response(response, peer)
  }

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

  #everyT2(): Cancel {
    const { timers } = this.#port
    let cancel = () => {}
    const again = () => {
      cancel = timers.after(timers.timing.t2Ms, () => {
        again()
        this.#transmit()
      })
    }
    again()
    return () => cancel()
  }

  #transmit(): void {
    this.#port.send(this.#bytes, this.peer).catch(() => this.#fail('unreachable'))
  }

  #fail(cause: 'timeout' | 'unreachable'): void {
    if (this.#state !== 'trying' && this.#state !== 'proceeding') return
    const handlers = this.#handlers
    this.terminate()
    handlers.failed(cause)
  }

  #stopTimers(): void {
    this.#retransmit?.()
    this.#timer?.()
    this.#retransmit = null
    this.#timer = null
  }
}
