import { answerFault } from '../message/parse.ts'
import type { SipUri } from '../message/uri.ts'
import { write } from '../message/write.ts'
import { createResolver } from '../resolve/resolve.ts'
import { Timers } from '../transaction/timers.ts'
import { randomToken } from '../transaction/transactions.ts'
import { openTransports as openReal } from '../transport/open.ts'
import type { Peer } from '../transport/transport.ts'
import { uriOf } from './address.ts'
import { dispatch, type Handlers } from './dispatch.ts'
import type {
  Failure,
  InviteOptions,
  OutgoingInvite,
  RegisterOptions,
  RequestOptions,
  SipEndpoint,
  SipEndpointOptions,
  SipSession,
} from './endpoint.ts'
import { failureOf } from './failure.ts'
import { InviteOut } from './outgoing-invite.ts'
import { RegisterOut } from './registration.ts'
import { sendRequest } from './send-request.ts'
import { Stack } from './stack.ts'

/** How long closing waits for the answers to our BYEs and unregistrations. */
const farewellMs = 2_000

/**
 * Opens the listening places and begins to answer. Set the handlers in the same turn: messages come from the next one on.
 * Throws `SipError` when a place cannot be listened on.
 */
export async function createSipEndpoint(options: SipEndpointOptions): Promise<SipEndpoint> {
  const timers = new Timers(options.clock, {
    t1Ms: options.timing?.t1Ms ?? 500,
    t2Ms: options.timing?.t2Ms ?? 4000,
    t4Ms: options.timing?.t4Ms ?? 5000,
  })
  const handlers: Handlers = {
    guard: options.guard ?? null,
    invite: null,
    register: null,
    options: null,
    others: new Map(),
    drainSeconds: null,
  }
  const closedListeners: ((peer: Peer) => void)[] = []
  let stack: Stack | null = null
  const transports = await (options.openTransports ?? openReal)({
    listen: options.listen,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.isBanned === undefined ? {} : { isBanned: options.isBanned }),
    onMessage: (message, peer) => stack?.receive(message, peer),
    onFault: (fault, peer) => {
      options.log.debug({ fault: fault.detail, status: fault.status, peer }, 'A SIP message was refused')
      if (options.answerMalformed?.(peer) === false) return
      const response = answerFault(fault, randomToken(8))
      if (response !== null) transports.send(write(response), peer).catch(() => {})
    },
    onClosed: peer => {
      stack?.transactions.connectionClosed(peer)
      for (const listener of closedListeners) listener(peer)
    },
  })
  const resolver =
    options.resolver ??
    createResolver({
      protocols: [...new Set(transports.list.map(transport => transport.protocol))],
      now: () => timers.now(),
      ...(options.random === undefined ? {} : { random: options.random }),
    })
  const own: Stack = new Stack({
    timers,
    transports,
    resolver,
    options,
    onRequest: (request, peer) => dispatch(own, handlers, request, peer),
  })
  stack = own
  return new Endpoint(own, handlers, closedListeners)
}

class Endpoint implements SipEndpoint {
  readonly listening: SipEndpoint['listening']
  readonly #stack: Stack
  readonly #handlers: Handlers
  readonly #closedListeners: ((peer: Peer) => void)[]
  readonly #registrations = new Set<RegisterOut>()
  #closing: Promise<void> | null = null

  constructor(stack: Stack, handlers: Handlers, closedListeners: ((peer: Peer) => void)[]) {
    this.#stack = stack
    this.#handlers = handlers
    this.#closedListeners = closedListeners
    closedListeners.push(peer => {
      for (const registration of this.#registrations) registration.connectionClosed(peer)
    })
    this.listening = stack.transports.list.map(({ protocol, local }) => ({ protocol, ...local }))
  }

  onInvite(handler: Parameters<SipEndpoint['onInvite']>[0]): void {
    this.#handlers.invite = handler
  }

  onRegister(handler: Parameters<SipEndpoint['onRegister']>[0]): void {
    this.#handlers.register = handler
    this.#stack.allowMethod('REGISTER')
  }

  onOptions(handler: Parameters<SipEndpoint['onOptions']>[0]): void {
    this.#handlers.options = handler
  }

  onRequest(method: string, handler: Parameters<SipEndpoint['onRequest']>[1]): void {
    this.#handlers.others.set(method, handler)
    this.#stack.allowMethod(method)
  }

  onConnectionClosed(listener: (peer: Peer) => void): void {
    this.#closedListeners.push(listener)
  }

  invite(options: InviteOptions): OutgoingInvite {
    return new InviteOut(this.#stack, options, uriOf(options.uri))
  }

  register(options: RegisterOptions) {
    const registrar = uriOf(options.registrar)
    if (registrar === null) throw new TypeError(`“${options.registrar}” is no SIP address; write it as sip:host.`)
    const registration = new RegisterOut(this.#stack, options, registrar, () => {
      this.#registrations.delete(registration)
    })
    this.#registrations.add(registration)
    return registration
  }

  request(options: RequestOptions): ReturnType<SipEndpoint['request']> {
    const uri = uriOf(options.uri)
    return uri === null ? Promise.resolve(notAnAddress(options.uri)) : sendRequest(this.#stack, options, uri)
  }

  async options(
    uri: string | SipUri,
    options: Omit<RequestOptions, 'method' | 'uri'> = {},
  ): ReturnType<SipEndpoint['options']> {
    const { timers } = this.#stack
    const sentAt = timers.now()
    const result = await this.request({ ...options, uri, method: 'OPTIONS' })
    const response = result.response
    // Any answer but these shows that somebody is there (RFC 3261 11).
    if (response === null || response.status === 408 || response.status === 503) return result as Failure
    return { ok: true, response, roundTripMs: timers.now() - sentAt }
  }

  findByReplaces(replaces: string): SipSession | null {
    return this.#stack.findByReplaces(replaces)
  }

  get sessions(): Iterable<SipSession> {
    return this.#sessions()
  }

  counts() {
    const { transactions, dialogs, timers, transports } = this.#stack
    return {
      transactions: transactions.count,
      dialogs: dialogs.size,
      registrations: this.#registrations.size,
      timers: timers.count,
      connections: transports.counts().connections,
    }
  }

  async drain(options: { timeoutMs?: number; retryAfterSeconds?: number } = {}): Promise<boolean> {
    const { dialogs, invites, timers } = this.#stack
    this.#handlers.drainSeconds = options.retryAfterSeconds ?? 30
    const until = timers.now() + (options.timeoutMs ?? Number.POSITIVE_INFINITY)
    while (dialogs.size > 0 || invites.size > 0) {
      if (timers.now() >= until) return false
      await new Promise<void>(resolve => timers.after(100, resolve))
    }
    return true
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const { dialogs, invites, timers, transactions, transports } = this.#stack
    this.#handlers.drainSeconds ??= 30
    const stopped = [...this.#registrations].map(registration => registration.stop())
    for (const invite of [...invites]) invite.cancel({ text: 'The endpoint closes' })
    const byes = [...dialogs.values()].map(user => user.close())
    await Promise.race([
      Promise.all([...stopped, ...byes]),
      new Promise<void>(resolve => timers.after(farewellMs, resolve)),
    ])
    dialogs.clear()
    transactions.clear()
    timers.clear()
    await transports.close()
  }

  *#sessions(): Iterable<SipSession> {
    for (const user of this.#stack.dialogs.values()) if (user.session !== null) yield user.session
  }
}

function notAnAddress(uri: string | SipUri): Failure {
  return { ...failureOf('local', `“${String(uri)}” is no SIP address; write it as sip:user@host`), status: 484 }
}
