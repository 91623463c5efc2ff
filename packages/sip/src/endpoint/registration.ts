import { DigestClient } from '../digest/client.ts'
import { contacts } from '../message/accessors.ts'
import { Headers } from '../message/headers.ts'
import { request as newRequest, type SipRequest, type SipResponse } from '../message/message.ts'
import { type NameAddr, parseNameAddr, writeNameAddr } from '../message/name-addr.ts'
import type { SipUri } from '../message/uri.ts'
import { deltaSeconds, expiresSeconds } from '../message/value.ts'
import type { Cancel } from '../transaction/timers.ts'
import { randomToken } from '../transaction/transactions.ts'
import type { Peer } from '../transport/transport.ts'
import { addressOf, withTag } from './address.ts'
import type { Failure, RegisterOptions, Registration, RegistrationState } from './endpoint.ts'
import { introduce } from './exchange.ts'
import { addExtra } from './extra-headers.ts'
import { refusedBy } from './failure.ts'
import { Journey } from './journey.ts'
import type { Stack } from './stack.ts'

/** Pauses after failures: doubled each time, with up to half of chance added so that a restarted registrar is not met by all at once. */
const firstPauseMs = 2_000
const longestPauseMs = 300_000
/** When the registrar knows us and says no, trying often only earns a ban. */
const deniedPauseMs = 600_000
/** A registrar may ask for more patience than this, and gets no more. */
const longestAskedMs = 3_600_000
const denials = new Set([401, 403, 404, 407])

/** Keeps one contact registered (RFC 3261 10.2) until stopped. */
export class RegisterOut implements Registration {
  readonly #stack: Stack
  readonly #options: RegisterOptions
  readonly #registrar: SipUri
  readonly #aor: NameAddr
  readonly #from: NameAddr
  readonly #auth: DigestClient
  readonly #callId = randomToken(16)
  readonly #listeners: ((state: RegistrationState) => void)[] = []
  readonly #over: () => void
  #number = 0
  #asked: number
  #failures = 0
  #timer: Cancel | null = null
  #journey: Journey | null = null
  #stopping: Promise<void> | null = null
  #state: RegistrationState = {
    state: 'registering',
    expiresAt: null,
    failure: null,
    retryAt: null,
    serviceRoute: [],
    peer: null,
  }

  constructor(stack: Stack, options: RegisterOptions, registrar: SipUri, over: () => void) {
    this.#stack = stack
    this.#options = options
    this.#registrar = registrar
    this.#aor = addressOf(options.aor)
    this.#from = withTag(this.#aor, randomToken(8))
    this.#asked = options.expiresSeconds ?? 300
    this.#auth = new DigestClient(options.credentials ?? (() => null))
    this.#over = over
    this.#register()
  }

  get current(): RegistrationState {
    return this.#state
  }

  onState(listener: (state: RegistrationState) => void): void {
    this.#listeners.push(listener)
    listener(this.#state)
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    const registered = this.#state.state === 'registered' || this.#state.expiresAt !== null
    this.#timer?.()
    this.#journey?.stop()
    this.#set({ state: 'stopped', expiresAt: null, retryAt: null })
    if (registered)
      await new Promise<void>(resolve => this.#send(0, { done: () => resolve(), failed: () => resolve() }))
    this.#over()
  }

  /** The connection it was made over is gone, and with it the way calls would come: it is made again at once. */
  connectionClosed(peer: Peer): void {
    if (this.#state.state !== 'registered' || peer.connection === undefined) return
    if (this.#state.peer?.connection !== peer.connection) return
    this.#timer?.()
    this.#set({ state: 'registering' })
    this.#again(1000 * this.#stack.random())
  }

  #register(): void {
    this.#send(this.#asked, {
      done: (response, peer) => this.#registered(response, peer),
      failed: failure => this.#failed(failure),
    })
  }

  #send(seconds: number, on: { done(response: SipResponse, peer: Peer): void; failed(failure: Failure): void }): void {
    const options = this.#options
    const stack = this.#stack
    const hop = options.route?.[0] === undefined ? this.#registrar : addressOf(options.route[0]).uri
    this.#journey = new Journey(stack, peer => this.#build(peer, seconds > 0 ? this.#asked : 0), this.#auth, {
      final: (response, peer) => {
        if (response.status < 300) on.done(response, peer)
        else if (response.status === 423 && this.#longer(response)) return 'again'
        else on.failed(refusedBy(response))
        return 'done'
      },
      failed: on.failed,
    })
    void this.#journey.start(stack.targets(hop, options.protocol))
  }

  #build(peer: Peer, seconds: number): SipRequest {
    const options = this.#options
    const headers = new Headers()
    for (const route of options.route ?? []) headers.add('Route', route)
    headers.add('Max-Forwards', '70')
    headers.add('From', writeNameAddr(this.#from))
    headers.add('To', writeNameAddr(this.#aor))
    headers.add('Call-ID', this.#callId)
    headers.add('CSeq', `${++this.#number} REGISTER`)
    const contact = this.#stack.contact(peer, options.contactUser ?? this.#aor.uri.user)
    const instance = options.instanceId === undefined ? '' : `;+sip.instance="<${options.instanceId}>"`
    headers.add('Contact', `${contact}${instance};expires=${seconds}`)
    headers.add('Expires', seconds)
    headers.add('Allow', this.#stack.allow)
    headers.add('Supported', 'path')
    introduce(this.#stack, headers, 'REGISTER', peer, null)
    addExtra(headers, options.headers)
    return newRequest('REGISTER', this.#registrar, headers)
  }

  #registered(response: SipResponse, peer: Peer): void {
    this.#failures = 0
    const seconds = this.#granted(response, peer)
    this.#set({
      state: 'registered',
      expiresAt: this.#stack.timers.now() + seconds * 1000,
      failure: null,
      retryAt: null,
      serviceRoute: response.headers.all('Service-Route'),
      peer,
    })
    // Well before the end: a registrar that fails then leaves time for several tries.
    this.#again(Math.max(5000, seconds > 120 ? (seconds - 60) * 1000 : seconds * 500))
  }

  /** How long the registrar keeps our contact: its expires there, else Expires, else what we asked for. */
  #granted(response: SipResponse, peer: Peer): number {
    const list = contacts(response)
    const own = parseNameAddr(this.#stack.contact(peer, this.#options.contactUser ?? this.#aor.uri.user))?.uri
    const ours =
      list === '*'
        ? undefined
        : (list.find(one => one.uri.user === own?.user && one.uri.host === own?.host && one.uri.port === own?.port) ??
          (list.length === 1 ? list[0] : undefined))
    return deltaSeconds(ours?.params.get('expires') ?? '') ?? expiresSeconds(response) ?? this.#asked
  }

  #failed(failure: Failure): void {
    const { timers, random } = this.#stack
    this.#failures++
    const grown = Math.min(longestPauseMs, firstPauseMs * 2 ** (this.#failures - 1))
    const asked = Math.min((failure.retryAfterSeconds ?? 0) * 1000, longestAskedMs)
    const denied = denials.has(failure.status)
    const pause = denied ? deniedPauseMs : Math.max(asked, grown * (1 + random() / 2))
    const until = this.#state.expiresAt
    this.#set({
      state: 'failed',
      // The old binding stands until it runs out.
      expiresAt: until !== null && until > timers.now() && !denied ? until : null,
      failure,
      retryAt: timers.now() + pause,
    })
    this.#again(pause)
  }

  #again(ms: number): void {
    this.#timer = this.#stack.timers.after(ms, () => this.#register())
  }

  #longer(response: SipResponse): boolean {
    const least = expiresSeconds(response, 'Min-Expires')
    if (least === null || least <= this.#asked) return false
    this.#asked = least
    return true
  }

  #set(change: Partial<RegistrationState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener(this.#state)
  }
}
