import type { DigestClient } from '../digest/client.ts'
import { SipError } from '../errors.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { write } from '../message/write.ts'
import type { Cancel } from '../transaction/timers.ts'
import type { ClientTransaction } from '../transaction/transactions.ts'
import { newBranch } from '../transaction/transactions.ts'
import type { Peer } from '../transport/transport.ts'
import type { Failure } from './endpoint.ts'
import { failureOf, refusedBy } from './failure.ts'
import type { Stack } from './stack.ts'

export interface JourneyHandlers {
  provisional?(response: SipResponse, peer: Peer, request: SipRequest): void
  /** A final response the journey itself has no answer for. `again`: the user changed what `build` makes, send it once more to the same target. Of an INVITE every 2xx comes here, later ones too. */
  final(response: SipResponse, peer: Peer, request: SipRequest): 'done' | 'again'
  /** No final response came from any target. */
  failed(failure: Failure): void
  /** A 2xx or provisional from a target that was given up for another. */
  late?(response: SipResponse, peer: Peer, request: SipRequest, transaction: ClientTransaction): void
}

/** Bytes of a request that certainly fit one packet (RFC 3261 18.1.1). */
const largestDatagram = 1300

/** A server may call each nonce stale for ever. */
const maxChallenges = 4

/**
 * One request on its way: from target to target until one answers (RFC 3263 4.3: on 503, silence and failure to send), with 401 and 407 answered on the way. Each try is a transaction with a branch and CSeq of its own.
 * A target that says nothing at all is left after 8·T1 when there is another to try.
 */
export class Journey {
  readonly #stack: Stack
  readonly #build: (peer: Peer) => SipRequest
  readonly #auth: DigestClient
  readonly #handlers: JourneyHandlers
  #targets: readonly Peer[] = []
  #index = 0
  #transaction: ClientTransaction | null = null
  #impatience: Cancel | null = null
  #over = false
  #last = false
  #challenges = 0
  #lastRefusal: Failure | null = null

  constructor(stack: Stack, build: (peer: Peer) => SipRequest, auth: DigestClient, handlers: JourneyHandlers) {
    this.#stack = stack
    this.#build = build
    this.#auth = auth
    this.#handlers = handlers
  }

  /** The transaction under way; null before the first and when all is over. */
  get transaction(): ClientTransaction | null {
    return this.#transaction
  }

  get over(): boolean {
    return this.#over
  }

  /** Sends it; also with new targets after a redirect. */
  async start(targets: Promise<readonly Peer[]> | readonly Peer[]): Promise<void> {
    let found: readonly Peer[]
    try {
      found = Array.isArray(targets) ? targets : await targets
    } catch (error) {
      const cause = error instanceof SipError && error.code === 'host.notFound' ? 'unknownHost' : 'unreachable'
      this.#end(failureOf(cause, error instanceof Error ? error.message : 'No address was found for the target'))
      return
    }
    if (this.#over) return
    this.#targets = found
    this.#index = 0
    this.#attempt()
  }

  /** No try after the one under way: the user wants to take the request back. */
  lastTry(): void {
    this.#last = true
    this.#impatience?.()
  }

  /** Nothing is told any more; what is under way runs out by itself. */
  stop(): void {
    this.#over = true
    this.#impatience?.()
  }

  #attempt(): void {
    const peer = this.#targets[this.#index]
    if (peer === undefined) {
      this.#end(this.#lastRefusal ?? failureOf('unreachable', 'None of the target’s addresses can be reached'))
      return
    }
    const via = this.#stack.via(peer)
    if (via === null) {
      this.#lastRefusal ??= failureOf('unreachable', `Nothing is listened on for ${peer.protocol} to ${peer.address}`)
      this.#index++
      this.#attempt()
      return
    }
    const request = this.#build(peer)
    request.headers.prepend('Via', `${via};branch=${newBranch()};rport`)
    this.#auth.authorize(request)
    const larger = this.#streamFirst(request, peer)
    if (larger !== null) {
      this.#targets = this.#targets.toSpliced(this.#index, 0, larger)
      this.#attempt()
      return
    }
    let current = true
    const transaction: ClientTransaction = this.#stack.transactions.send(request, peer, {
      response: (response, from) => {
        if (!current || this.#over) {
          this.#handlers.late?.(response, from, request, transaction)
          return
        }
        this.#impatience?.()
        if (response.status < 200) this.#handlers.provisional?.(response, from, request)
        else if (!this.#onFinal(response, from, request)) current = false
      },
      failed: cause => {
        if (!current || this.#over) return
        current = false
        this.#next(failureOf(cause), peer)
      },
    })
    this.#transaction = transaction
    if (this.#index + 1 < this.#targets.length) {
      this.#impatience = this.#stack.timers.after(8 * this.#stack.timers.timing.t1Ms, () => {
        if (!current || this.#over) return
        current = false
        this.#next(failureOf('timeout'), peer)
      })
    }
  }

  /** Where a request too large for UDP is tried first (RFC 3261 18.1.1); null: it may go as it is. */
  #streamFirst(request: SipRequest, peer: Peer): Peer | null {
    if (peer.protocol !== 'udp' || peer.connection !== undefined || this.#stack.largeRequests !== 'tcp') return null
    const stream: Peer = { protocol: 'tcp', address: peer.address, port: peer.port }
    const before = this.#targets[this.#index - 1]
    const tried = before?.protocol === 'tcp' && before.address === peer.address && before.port === peer.port
    if (tried || this.#stack.via(stream) === null) return null
    return write(request).length > largestDatagram ? stream : null
  }

  /** True while the transaction's further responses (2xx of forks) still concern us. */
  #onFinal(response: SipResponse, peer: Peer, request: SipRequest): boolean {
    const { status } = response
    if (this.#last) {
      this.#handlers.final(response, peer, request)
      return request.method === 'INVITE' && status < 300
    }
    if ((status === 401 || status === 407) && ++this.#challenges <= maxChallenges && this.#auth.accept(response)) {
      this.#attempt()
      return false
    }
    if (status === 503 && this.#index + 1 < this.#targets.length) {
      this.#next(refusedBy(response), peer)
      return false
    }
    if (this.#handlers.final(response, peer, request) === 'again') {
      this.#attempt()
      return false
    }
    return request.method === 'INVITE' && status < 300
  }

  #next(failure: Failure, peer: Peer): void {
    this.#impatience?.()
    this.#stack.markFailed(peer)
    this.#lastRefusal = failure
    this.#index++
    if (this.#index < this.#targets.length && !this.#last) this.#attempt()
    else this.#end(failure)
  }

  #end(failure: Failure): void {
    if (this.#over) return
    this.stop()
    this.#handlers.failed(failure)
  }
}
