import { hash } from 'node:crypto'
import { dialogKey, keyOfRequest, keyOfResponse } from '../dialog/dialog.ts'
import { callId, topVia, toTag } from '../message/accessors.ts'
import { responseTo, type SipMessage, type SipRequest, type SipResponse } from '../message/message.ts'
import { parseReplaces } from '../message/replaces.ts'
import type { SipUri } from '../message/uri.ts'
import { optionTags } from '../message/value.ts'
import type { SipResolver } from '../resolve/resolve.ts'
import type { Timers } from '../transaction/timers.ts'
import { randomToken, Transactions } from '../transaction/transactions.ts'
import type { Peer, Protocol, Transports } from '../transport/transport.ts'
import type { DialogUser } from './dialog-user.ts'
import type { Refusal, SipEndpointOptions, SipLog, SipSession } from './endpoint.ts'
import { addExtra } from './extra-headers.ts'
import { q850Header } from './failure.ts'
import type { InviteOut } from './outgoing-invite.ts'
import { Place } from './place.ts'

/** Extensions this endpoint has: what it lists in Supported and accepts in Require. */
export const extensions: readonly string[] = ['100rel', 'timer', 'replaces', 'norefersub', 'path']

/** Methods it answers inside a dialog. */
const ownMethods = [
  'INVITE',
  'ACK',
  'CANCEL',
  'BYE',
  'OPTIONS',
  'PRACK',
  'UPDATE',
  'INFO',
  'MESSAGE',
  'REFER',
  'NOTIFY',
]

/** What every call, registration and request of an endpoint shares. */
export class Stack {
  readonly timers: Timers
  readonly transactions: Transactions
  readonly transports: Transports
  readonly userAgent: string
  readonly log: SipLog
  readonly random: () => number
  readonly largeRequests: 'udp' | 'tcp'
  readonly sessionExpiresSeconds: number
  readonly minSessionExpiresSeconds: number
  readonly dialogs = new Map<string, DialogUser>()
  /** Calls of ours without a final answer. */
  readonly invites = new Set<InviteOut>()
  readonly #resolver: SipResolver
  readonly #place: Place
  readonly #methods = new Set(ownMethods)
  readonly #secret = randomToken(16)
  #allow: string

  constructor(parts: {
    timers: Timers
    transports: Transports
    resolver: SipResolver
    options: SipEndpointOptions
    onRequest: (request: SipRequest, peer: Peer) => void
  }) {
    const { options, transports, timers } = parts
    this.timers = timers
    this.transports = transports
    this.userAgent = options.userAgent
    this.log = options.log
    this.random = options.random ?? Math.random
    this.largeRequests = options.largeRequests ?? 'udp'
    this.sessionExpiresSeconds = options.sessionExpiresSeconds ?? 1800
    this.minSessionExpiresSeconds = options.minSessionExpiresSeconds ?? 90
    this.#resolver = parts.resolver
    this.#place = new Place(transports, options.publicAddress)
    this.#allow = [...this.#methods].join(', ')
    this.transactions = new Transactions(timers, (bytes, to) => transports.send(bytes, to), {
      request: parts.onRequest,
      ack: (request, peer) => {
        const key = keyOfRequest(request)
        if (key !== null) this.dialogs.get(key)?.takeAck(request, peer)
      },
      strayOk: (response, peer) => this.dialogs.get(keyOfResponse(response))?.takeOkAgain(response, peer),
    })
  }

  /** A message from the wire. A fault of ours while handling it hurts nothing else. */
  receive(message: SipMessage, peer: Peer): void {
    try {
      this.transactions.receive(message, peer)
    } catch (error) {
      this.log.error({ error, peer, callId: message.headers.get('call-id') }, 'A SIP message could not be handled')
      if (message.kind === 'request' && message.method !== 'ACK') this.answer(message, peer, { status: 500 })
    }
  }

  get allow(): string {
    return this.#allow
  }

  allowMethod(method: string): void {
    this.#methods.add(method)
    this.#allow = [...this.#methods].join(', ')
  }

  knows(method: string): boolean {
    return this.#methods.has(method)
  }

  via(peer: Peer): string | null {
    return this.#place.via(peer)
  }

  contact(peer: Peer, user: string | null): string {
    return this.#place.contact(peer, user)
  }

  /** Where a request to this URI may go, best first. */
  targets(uri: SipUri, protocol?: Protocol): Promise<readonly Peer[]> {
    if (protocol === undefined || uri.params.has('transport')) return this.#resolver.resolve(uri)
    return this.#resolver.resolve({ ...uri, params: new Map([...uri.params, ['transport', protocol]]) })
  }

  markFailed(peer: Peer): void {
    this.#resolver.markFailed(peer)
  }

  /** A response as this endpoint writes it; `toTag` on every one but 100. */
  response(request: SipRequest, status: number, localTag: string | null, refusal: Partial<Refusal> = {}): SipResponse {
    const response = responseTo(request, status, {
      ...(refusal.reason === undefined ? {} : { reason: refusal.reason }),
      ...(localTag === null ? {} : { toTag: localTag }),
    })
    response.headers.add('Server', this.userAgent)
    if (status === 405 || status === 501) response.headers.set('Allow', this.#allow)
    if (refusal.q850 !== undefined) response.headers.set('Reason', q850Header(refusal.q850))
    if (refusal.retryAfterSeconds !== undefined) response.headers.set('Retry-After', refusal.retryAfterSeconds)
    addExtra(response.headers, refusal.headers)
    return response
  }

  /** The refusal of a request that requires extensions we lack (RFC 3261 8.2.2.3); null: it requires none. */
  lacking(request: SipRequest): Refusal | null {
    const unknown = [...optionTags(request, 'Require')].filter(tag => !extensions.includes(tag))
    return unknown.length === 0 ? null : { status: 420, headers: { Unsupported: unknown.join(', ') } }
  }

  /** A refusal without a transaction; the same request gets the same To tag again (RFC 3261 8.2.7). */
  answer(request: SipRequest, peer: Peer, refusal: Refusal): void {
    const tag = hash('sha1', `${this.#secret}${callId(request)}${topVia(request).branch}`).slice(0, 16)
    this.transactions.answer(request, peer, this.response(request, refusal.status, toTag(request) ?? tag, refusal))
  }

  /** The session a Replaces value names: its to-tag is ours (RFC 3891 3). */
  findByReplaces(text: string): SipSession | null {
    const replaces = parseReplaces(text)
    if (replaces === null) return null
    return this.dialogs.get(dialogKey(replaces.callId, replaces.toTag, replaces.fromTag))?.session ?? null
  }
}
