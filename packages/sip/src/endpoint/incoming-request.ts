import { toTag } from '../message/accessors.ts'
import type { SipRequest } from '../message/message.ts'
import { randomToken, type ServerTransaction } from '../transaction/transactions.ts'
import type { Peer } from '../transport/transport.ts'
import type { ExtraHeaders, IncomingRequest, Refusal } from './endpoint.ts'
import type { Stack } from './stack.ts'

/** A request outside of dialogs with its server transaction. */
export class Incoming implements IncomingRequest {
  readonly stack: Stack
  readonly request: SipRequest
  readonly peer: Peer
  readonly transaction: ServerTransaction
  /** Our tag: the same in every response to this request. */
  readonly localTag: string
  protected answeredFinally = false

  constructor(stack: Stack, request: SipRequest, peer: Peer, transaction: ServerTransaction) {
    this.stack = stack
    this.transaction = transaction
    this.request = request
    this.peer = peer
    this.localTag = toTag(this.request) ?? randomToken(8)
  }

  respond(
    status: number,
    options: { reason?: string; headers?: ExtraHeaders; body?: string; contentType?: string } = {},
  ): boolean {
    if (this.answeredFinally) return false
    const { body, contentType, ...rest } = options
    const response = this.stack.response(this.request, status, this.localTag, rest)
    if (status >= 200) this.answeredFinally = true
    if (body === undefined) return this.transaction.respond(response)
    response.headers.set('Content-Type', contentType ?? 'text/plain')
    return this.transaction.respond({ ...response, body: Buffer.from(body) })
  }

  refuse(refusal: Refusal): boolean {
    if (this.answeredFinally) return false
    this.answeredFinally = true
    return this.transaction.respond(this.stack.response(this.request, refusal.status, this.localTag, refusal))
  }

  challenge(challenges: readonly string[], options: { proxy?: boolean } = {}): boolean {
    const headers = { [options.proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate']: challenges }
    return this.refuse({ status: options.proxy ? 407 : 401, headers })
  }
}
