import type { SipResponse } from '../message/message.ts'
import { write } from '../message/write.ts'
import type { Peer } from '../transport/transport.ts'
import { isReliable, type Reply, type TransactionPort } from './port.ts'
import type { Cancel } from './timers.ts'

type State = 'trying' | 'proceeding' | 'completed' | 'terminated'

/** The server transaction of every request but INVITE and ACK: RFC 3261 17.2.2. */
export class OtherServer {
  readonly kind = 'other'
  readonly key: string
  readonly mergeKey: string | null
  readonly peer: Peer
  #state: State = 'trying'
  readonly #port: TransactionPort
  readonly #reply: Reply
  #last: Buffer | null = null
  #timer: Cancel | null = null

  constructor(port: TransactionPort, key: string, mergeKey: string | null, peer: Peer, reply: Reply) {
    this.#port = port
    this.key = key
    this.mergeKey = mergeKey
    this.peer = peer
    this.#reply = reply
    // A user who never answers must not keep the transaction for ever: the other side has given up by then (its timer F).
    this.#timer = port.timers.after(128 * port.timers.timing.t1Ms, () => this.terminate())
  }

  get state(): State {
    return this.#state
  }

  respond(response: SipResponse): boolean {
    if (this.#state !== 'trying' && this.#state !== 'proceeding') return false
    this.#last = write(response)
    this.#send()
    if (response.status < 200) {
      this.#state = 'proceeding'
      return true
    }
    this.#state = 'completed'
    this.#timer?.()
    const { timers } = this.#port
    if (isReliable(this.peer)) this.terminate()
    else this.#timer = timers.after(64 * timers.timing.t1Ms, () => this.terminate()) // timer J
    return true
  }

  /** A retransmission: answered as before, or not at all while nothing was. */
  receive(): void {
    this.#send()
  }

  terminate(): void {
    if (this.#state === 'terminated') return
    this.#state = 'terminated'
    this.#timer?.()
    this.#port.done(this.key)
  }

  #send(): void {
    if (this.#last !== null) this.#reply(this.#last)
  }
}
