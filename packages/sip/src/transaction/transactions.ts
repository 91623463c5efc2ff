import { randomBytes } from 'node:crypto'
import { callId, cseq, topVia, toTag, vias } from '../message/accessors.ts'
import { responseTo, type SipMessage, type SipRequest, type SipResponse } from '../message/message.ts'
import { branchCookie } from '../message/via.ts'
import { write } from '../message/write.ts'
import type { Peer } from '../transport/transport.ts'
import { cancelFor, InviteClient } from './client-invite.ts'
import { OtherClient } from './client-other.ts'
import { clientKey, mergeKey, responseKey, serverKey } from './keys.ts'
import { type ClientHandlers, isReliable, nobody, type TransactionPort } from './port.ts'
import { replyTargets } from './reply-targets.ts'
import { InviteServer } from './server-invite.ts'
import { OtherServer } from './server-other.ts'
import type { Timers } from './timers.ts'

export type ClientTransaction = InviteClient | OtherClient
export type ServerTransaction = InviteServer | OtherServer

/** Who gets what no transaction takes. */
export interface TransactionUser {
  /** A request of no transaction, never ACK. Nothing exists for it yet: `serve` makes its transaction, `answer` answers without one, doing neither is silence. A CANCEL here found no INVITE. */
  request(request: SipRequest, peer: Peer): void
  /** The ACK of a 2xx, or a stray one. */
  ack(request: SipRequest, peer: Peer): void
  /** A 2xx to an INVITE whose transaction is over: its ACK was lost. */
  strayOk(response: SipResponse, peer: Peer): void
}

/** A branch nobody can guess (RFC 3261 8.1.1.7). */
export function newBranch(): string {
  return `${branchCookie}${randomToken(16)}`
}

let pool = Buffer.alloc(0)
let used = 0

/** `bytes` of chance in hex, from a pool: a call to the system for each would cost more than the rest of a request. */
export function randomToken(bytes: number): string {
  if (used + bytes > pool.length) {
    pool = randomBytes(4096)
    used = 0
  }
  used += bytes
  return pool.toString('hex', used - bytes, used)
}

/** All transactions of an endpoint: finds the one a message belongs to, and forgets it when it is over. */
export class Transactions {
  readonly #clients = new Map<string, ClientTransaction>()
  /** Clients by the other end of their connection, so that its closing costs no look at all the others. */
  readonly #overStream = new Map<string, Set<ClientTransaction>>()
  readonly #servers = new Map<string, ServerTransaction>()
  /** Merge key → server key of the first to come. */
  readonly #firsts = new Map<string, string>()
  readonly #user: TransactionUser
  readonly #timers: Timers
  readonly #clientPort: TransactionPort
  readonly #serverPort: TransactionPort
  readonly #send: (bytes: Buffer, to: Peer) => Promise<void>

  constructor(timers: Timers, send: (bytes: Buffer, to: Peer) => Promise<void>, user: TransactionUser) {
    this.#timers = timers
    this.#send = send
    this.#user = user
    this.#clientPort = { timers, send, done: key => this.#forgetClient(key) }
    this.#serverPort = { timers, send, done: key => this.#forgetServer(key) }
  }

  get count(): number {
    return this.#clients.size + this.#servers.size
  }

  receive(message: SipMessage, peer: Peer): void {
    if (message.kind === 'response') this.#receiveResponse(message, peer)
    else this.#receiveRequest(message, peer)
  }

  /** Sends a request whose top Via carries a fresh branch, and gives its responses to the handlers. */
  send(request: SipRequest, peer: Peer, handlers: ClientHandlers): ClientTransaction {
    const key = clientKey(topVia(request).branch ?? '', request.method)
    const transaction =
      request.method === 'INVITE'
        ? new InviteClient(this.#clientPort, key, request, peer, handlers)
        : new OtherClient(this.#clientPort, key, request, peer, handlers)
    this.#clients.set(key, transaction)
    if (isReliable(peer)) {
      const name = streamName(peer)
      this.#overStream.set(name, (this.#overStream.get(name) ?? new Set()).add(transaction))
    }
    transaction.start()
    return transaction
  }

  /** CANCEL of an INVITE that has had a provisional response. When even that brings no final one the INVITE is forgotten after 64·T1 (RFC 3261 9.1). */
  cancel(invite: InviteClient, reason: string | null): void {
    this.send(cancelFor(invite.request, reason), invite.peer, nobody)
    this.#timers.after(64 * this.#timers.timing.t1Ms, () => {
      if (invite.state === 'proceeding') invite.terminate()
    })
  }

  /** Makes the server transaction of a request just received. */
  serve(request: SipRequest, peer: Peer): ServerTransaction {
    const key = serverKey(request)
    const merge = mergeKey(request)
    const targets = replyTargets(request, peer)
    const reply = (bytes: Buffer) => void this.#reply(bytes, targets)
    const transaction =
      request.method === 'INVITE'
        ? new InviteServer(this.#serverPort, key, merge, request, peer, reply)
        : new OtherServer(this.#serverPort, key, merge, peer, reply)
    this.#servers.set(key, transaction)
    if (merge !== null && !this.#firsts.has(merge)) this.#firsts.set(merge, key)
    return transaction
  }

  /** A response without a transaction: the same request gets the same answer again. */
  answer(request: SipRequest, peer: Peer, response: SipResponse): void {
    void this.#reply(write(response), replyTargets(request, peer))
  }

  /** Whether the same request has come by another way already (482). */
  isMerged(request: SipRequest): boolean {
    const merge = mergeKey(request)
    return merge !== null && this.#firsts.has(merge)
  }

  /** A connection is gone: what waits for an answer over it need not wait longer. */
  connectionClosed(peer: Peer): void {
    for (const transaction of [...(this.#overStream.get(streamName(peer)) ?? [])]) transaction.unreachable()
  }

  clear(): void {
    for (const transaction of [...this.#clients.values(), ...this.#servers.values()]) transaction.terminate()
  }

  #receiveResponse(response: SipResponse, peer: Peer): void {
    if (vias(response).length !== 1) return
    const transaction = this.#clients.get(responseKey(response))
    if (transaction !== undefined) transaction.receive(response, peer)
    else if (response.status >= 200 && response.status < 300 && cseq(response).method === 'INVITE') {
      this.#user.strayOk(response, peer)
    }
  }

  #receiveRequest(request: SipRequest, peer: Peer): void {
    const transaction = this.#servers.get(serverKey(request))
    if (request.method === 'ACK') {
      if (transaction?.kind === 'invite' && transaction.state !== 'accepted') transaction.receive(request)
      else this.#user.ack(request, peer)
      return
    }
    if (transaction !== undefined) {
      transaction.receive(request)
      return
    }
    if (request.method === 'CANCEL' && this.#cancelled(request, peer)) return
    this.#user.request(request, peer)
  }

  #cancelled(cancel: SipRequest, peer: Peer): boolean {
    const invite = this.#servers.get(serverKey(cancel, 'INVITE'))
    if (invite?.kind !== 'invite' || invite.callId !== callId(cancel)) return false
    if (invite.number !== cseq(cancel).number) return false
    this.serve(cancel, peer).respond(responseTo(cancel, 200, { toTag: toTag(cancel) ?? randomToken(8) }))
    if (invite.state === 'proceeding') invite.handlers.cancelled?.(cancel)
    return true
  }

  async #reply(bytes: Buffer, targets: readonly Peer[]): Promise<void> {
    for (const target of targets) {
      try {
        return await this.#send(bytes, target)
      } catch {}
    }
  }

  #forgetClient(key: string): void {
    const transaction = this.#clients.get(key)
    if (transaction === undefined) return
    this.#clients.delete(key)
    if (!isReliable(transaction.peer)) return
    const name = streamName(transaction.peer)
    const others = this.#overStream.get(name)
    others?.delete(transaction)
    if (others?.size === 0) this.#overStream.delete(name)
  }

  #forgetServer(key: string): void {
    const merge = this.#servers.get(key)?.mergeKey
    this.#servers.delete(key)
    if (merge !== null && merge !== undefined && this.#firsts.get(merge) === key) this.#firsts.delete(merge)
  }
}

function streamName({ protocol, address, port }: Peer): string {
  return `${protocol} ${address} ${port}`
}
