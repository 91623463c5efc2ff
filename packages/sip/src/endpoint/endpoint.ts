/**
 * What a program that speaks SIP uses: an endpoint that makes and takes calls, registers and is registered with. It knows RFC 3261 and its extensions, and no domain.
 *
 * Habits of the whole surface:
 * - SDP passes through as text; nobody here reads it.
 * - Refusals of the other side are values (`Failure`), never throws. A method called in a state where it has no meaning (answer after cancel) does nothing and says so in its result.
 * - `onX(listener)` of something that has already happened (a cancelled invite, an ended session) calls the listener at once, so no event can be missed by subscribing late in the same turn.
 * - Request handlers (`onInvite`, `onReinvite`, `onRefer`, …) are one per object: the last one set counts. Plain listeners (`onEnd`, `onRinging`, …) may be several.
 */
import type { Credentials } from '../digest/client.ts'
import type { Headers } from '../message/headers.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import type { NameAddr } from '../message/name-addr.ts'
import type { SipUri } from '../message/uri.ts'
import type { SipResolver } from '../resolve/resolve.ts'
import type { Clock } from '../transaction/clock.ts'
import type { Listen, Peer, Protocol, TransportLimits, TransportOptions, Transports } from '../transport/transport.ts'

export { createSipEndpoint } from './create-endpoint.ts'

export interface SipEndpointOptions {
  /** Where to listen: protocol, address, port (0: any free one), and key and certificate for tls and wss. */
  listen: readonly Listen[]
  /**
   * The address we write in Contact and Via when it is not the one we listen on (NAT, 0.0.0.0): one for all, or chosen by peer (null: the local one). The port stays the listening one unless given.
   */
  publicAddress?: PublicAddress | ((peer: Peer) => PublicAddress | null)
  /** User-Agent and Server header. */
  userAgent: string
  log: SipLog
  /** Asked once for every request outside of a dialog that is not a retransmission, before anything is created for it. */
  guard?: Guard
  /** Whether a malformed request, which the guard cannot judge, gets its 400. False: silence. Default: always. */
  answerMalformed?: (peer: Peer) => boolean
  /** Asked of every datagram and connection before it is parsed; true: silence, running calls from there included. Must be quick. */
  isBanned?: (address: string) => boolean
  /** What becomes of a request over 1300 bytes to a UDP target: `udp` sends it there; `tcp` tries TCP at the same address first, as RFC 3261 18.1.1 asks, where providers answer it. Default `udp`. */
  largeRequests?: 'udp' | 'tcp'
  /** Targets of a URI (RFC 3263); DNS by default. */
  resolver?: SipResolver
  /** TLS, WebSocket and connection limits as the transports take them. */
  limits?: Partial<TransportLimits>
  /** Sessions we ask for by default refresh within so many seconds (RFC 4028); 0 asks for none. Default 1800. */
  sessionExpiresSeconds?: number
  /** The shortest session interval we accept; shorter ones get 422. Default 90. */
  minSessionExpiresSeconds?: number
  /** RFC 3261 T1, T2, T4; default 500, 4000, 5000. */
  timing?: { t1Ms?: number; t2Ms?: number; t4Ms?: number }
  /** For tests: virtual time, seeded chance, transports in memory. */
  clock?: Clock
  random?: () => number
  openTransports?: (options: TransportOptions) => Promise<Transports>
}

export interface PublicAddress {
  readonly address: string
  readonly port?: number
}

export interface SipLog {
  debug(fields: Record<string, unknown>, text: string): void
  info(fields: Record<string, unknown>, text: string): void
  warn(fields: Record<string, unknown>, text: string): void
  error(fields: Record<string, unknown>, text: string): void
}

/** Extra headers for a message we send: name → value, or several values (each its own line). Names the stack itself owns (Via, From, To, Call-ID, CSeq, Max-Forwards, Content-Length) are refused. */
export type ExtraHeaders = Readonly<Record<string, string | readonly string[]>>

/** Why a request of ours had no success. */
export interface Failure {
  readonly ok: false
  /** `refused`: a final response said no. `timeout`: nobody answered in time (408). `unreachable`: no target could be reached (503). `unknownHost`: DNS knows no address for the name (503). `cancelled`: we took it back (487). `redirected`: 3xx that was not followed. `ended`: the session is over (481). `local`: asked at the wrong moment (491). */
  readonly cause: 'refused' | 'timeout' | 'unreachable' | 'unknownHost' | 'cancelled' | 'redirected' | 'ended' | 'local'
  /** The SIP status, or the nearest one when no response came. */
  readonly status: number
  readonly reason: string
  /** Q.850 cause from the Reason header (RFC 3326), null when none was given. */
  readonly q850: number | null
  readonly retryAfterSeconds: number | null
  /** Contacts of a 3xx, best q first. */
  readonly contacts: readonly NameAddr[]
  readonly response: SipResponse | null
}

/** How a refusal of ours looks. */
export interface Refusal {
  readonly status: number
  /** The phrase; the RFC's own when left out. */
  readonly reason?: string
  /** Q.850 cause for the Reason header. */
  readonly q850?: number
  readonly retryAfterSeconds?: number
  readonly headers?: ExtraHeaders
}

/** Who calls, as far as the network says so. None of it is proved unless the peer is trusted: that is the caller's to judge. */
export interface CallerIdentity {
  readonly from: NameAddr
  readonly to: NameAddr
  /** P-Asserted-Identity (RFC 3325), in order: usually a sip: and a tel: one. */
  readonly asserted: readonly NameAddr[]
  /** Privacy values (RFC 3323), lower case: `id`, `header`, `user`, `session`, `critical`, `none`. */
  readonly privacy: readonly string[]
  /** Where the call was diverted, latest first: Diversion (RFC 5806), else History-Info entries that carry a cause (RFC 7044). */
  readonly diversions: readonly {
    readonly uri: SipUri
    readonly reason: string | null
    readonly counter: number | null
  }[]
}

/** A request that came in outside of any dialog and waits for its one final answer. */
export interface IncomingRequest {
  readonly request: SipRequest
  /** Where it came from, and the way back: pass it as `peer` to reach that very flow again. */
  readonly peer: Peer
  /** Sends a final response. False when one was sent before. */
  respond(
    status: number,
    options?: { reason?: string; headers?: ExtraHeaders; body?: string; contentType?: string },
  ): boolean
  refuse(refusal: Refusal): boolean
  /** 401 (or 407) with these WWW-Authenticate (Proxy-Authenticate) values, as the digest server made them. */
  challenge(challenges: readonly string[], options?: { proxy?: boolean }): boolean
}

/** How a session or an unanswered invite ended. */
export interface SessionEnd {
  /** `remote`: their BYE (or refusal of a refresh). `local`: our bye(). `timeout`: no ACK, no refresh in time, or no answer to an in-dialog request. `replaced`: another session took its place. `closed`: the endpoint closed. */
  readonly by: 'remote' | 'local' | 'timeout' | 'replaced' | 'closed'
  readonly reason: string
  readonly q850: number | null
  /** With `replaced`: the session that took over. */
  readonly replacedBy?: SipSession
}

/** A call that comes in. The endpoint has sent 100 Trying already. */
export interface IncomingInvite extends IncomingRequest {
  readonly callId: string
  /** The request URI: what was dialled. */
  readonly uri: SipUri
  readonly from: NameAddr
  readonly to: NameAddr
  readonly identity: CallerIdentity
  /** The offer, or null when the caller wants ours (late offer). */
  readonly offer: string | null
  /** The session this call is to take the place of (Replaces, RFC 3891); it is ended as `replaced` when this call is answered. */
  readonly replaces: SipSession | null
  readonly state: 'waiting' | 'answering' | 'answered' | 'refused' | 'cancelled'
  /** Whether the caller can acknowledge provisional responses (100rel in Supported or Require). */
  readonly reliable: boolean
  /** 100 again; needed only to keep a proxy patient. */
  trying(): void
  /**
   * 180, or 183 when SDP is given (early media), or the given status. Reliable (PRACK, RFC 3262) when the caller requires it, or supports it and `reliable` is not false and SDP is given.
   * Resolves true when it is sent and, if reliable, acknowledged; false when the invite is over or the PRACK never came (the call is then refused with 504).
   */
  ringing(options?: { sdp?: string; status?: number; reliable?: boolean; headers?: ExtraHeaders }): Promise<boolean>
  /**
   * 200 with our answer (or our offer, when there was none). Resolves on the ACK with the session, whose `remoteSdp` is then complete; fails when the call was cancelled first, or no ACK came within 64·T1 (32 s; the session is
   * then ended by BYE as RFC 3261 13.3.1.4 asks). `credentials`: for providers that challenge requests inside calls they made. Media may be sent as soon as this is called.
   */
  answer(
    sdp: string,
    options?: { headers?: ExtraHeaders; credentials?: CredentialsOf },
  ): Promise<{ ok: true; session: SipSession } | Failure>
  /** 302 (or another 3xx) to these targets. */
  redirect(contacts: readonly string[], status?: number): boolean
  /** The caller hung up before the answer. Reason is what the CANCEL says (for instance "Call completed elsewhere"). */
  onCancel(listener: (end: { reason: string; q850: number | null }) => void): void
}

export interface Ringing {
  readonly status: number
  readonly reason: string
  /** Early media, when the response carries SDP. */
  readonly sdp: string | null
  /** Which branch of a forked call rings (its To tag). */
  readonly fork: string
  readonly response: SipResponse
}

/** Who we are in a realm: user name with password, or with HA1 digests in hex; null gives up. */
export type CredentialsOf = (realm: string) => Credentials | null

export interface InviteOptions {
  /** Whom to call: becomes the request URI. */
  uri: string | SipUri
  from: string | NameAddr
  /** Defaults to `uri`. */
  to?: string | NameAddr
  headers?: ExtraHeaders
  /** Our offer; null asks the other side for theirs, and `onOffer` answers it. */
  sdp: string | null
  /** Answers an offer made before the session is established: their offer in a 200 to our offerless INVITE, or in an early UPDATE. */
  onOffer?: (offer: string) => string | Promise<string>
  credentials?: CredentialsOf
  /** Route header values in order (a loose-routing outbound proxy is the first). */
  route?: readonly string[]
  /** Send to exactly this flow and nowhere else (a registered phone behind NAT). */
  peer?: Peer
  /** The transport to prefer when the URI does not say. */
  protocol?: Protocol
  /** User part of our Contact; defaults to From's. */
  contactUser?: string
  /** From the INVITE until the final answer; then it is cancelled and fails as `timeout`. Default 180 s. */
  timeoutMs?: number
  signal?: AbortSignal
  /** Follow 3xx, at most this often. Default 0. */
  followRedirects?: number
  /** Ask for a session timer of so many seconds; default 1800, 0 asks for none (theirs is honoured all the same). */
  sessionExpiresSeconds?: number
  /** Ask for reliable provisional responses: offered by default when there is an offer. */
  reliable?: 'supported' | 'required' | 'no'
  /** Take this session's place at the other side (attended transfer). */
  replaces?: SipSession
}

export interface OutgoingInvite {
  readonly callId: string
  readonly state: 'calling' | 'ringing' | 'answered' | 'failed'
  onRinging(listener: (ringing: Ringing) => void): void
  /** Resolves once, always. */
  readonly answered: Promise<{ ok: true; session: SipSession } | Failure>
  /** Takes the call back: CANCEL, or BYE when the answer crosses it; `answered` then fails as `cancelled`. */
  cancel(reason?: { q850?: number; text?: string; status?: number }): void
}

/** A change of the session the other side asks for by re-INVITE or UPDATE. */
export interface SessionChange {
  readonly method: 'INVITE' | 'UPDATE'
  /** Their offer; null when a re-INVITE asks for ours. */
  readonly offer: string | null
  readonly request: SipRequest
  /** Their answer to the offer we return, when `offer` is null; null when the ACK brought none. */
  readonly answered: Promise<string | null>
}

export type SdpResult = { readonly ok: true; readonly sdp: string | null; readonly response: SipResponse } | Failure

/** An established call. */
export interface SipSession {
  /** Call-ID, local tag and remote tag, joined: unique in this endpoint. */
  readonly dialogId: string
  readonly callId: string
  readonly direction: 'incoming' | 'outgoing'
  readonly localTag: string
  readonly remoteTag: string
  readonly local: NameAddr
  readonly remote: NameAddr
  readonly identity: CallerIdentity
  /** Where requests to the other side go (their Contact). */
  readonly remoteTarget: SipUri
  readonly peer: Peer
  /** The methods the other side said it allows, empty when it did not say. */
  readonly remoteAllows: readonly string[]
  readonly remoteUserAgent: string | null
  /** The last SDP each side sent in an agreed exchange. */
  readonly localSdp: string | null
  readonly remoteSdp: string | null
  readonly state: 'established' | 'ended'
  /**
   * A new offer by re-INVITE. Glare (491) is resolved inside by the random wait of RFC 3261 14.1, so the result is final. With null the other side makes the offer, and `onOffer` answers.
   * A refusal leaves the session as it was, except 481 and 408, which end it.
   */
  reinvite(
    sdp: string | null,
    options?: { headers?: ExtraHeaders; onOffer?: (offer: string) => string | Promise<string> },
  ): Promise<SdpResult>
  /** A new offer by UPDATE (RFC 3311), for sides that must not disturb a user; falls to re-INVITE when the other side does not allow it. */
  update(sdp: string, options?: { headers?: ExtraHeaders }): Promise<SdpResult>
  /** Answers changes with SDP (our answer, or our offer when theirs is null) or a refusal. Without a handler they are refused with 488. */
  onReinvite(handler: (change: SessionChange) => string | Refusal | Promise<string | Refusal>): void
  /** Asks the other side to call `to` (blind), or to call and take `replaces`' place (attended). */
  refer(
    to: string | SipUri,
    options?: { replaces?: SipSession; referredBy?: string; headers?: ExtraHeaders },
  ): OutgoingRefer
  onRefer(handler: (refer: IncomingRefer) => void): void
  info(
    contentType: string,
    body: string,
    options?: { headers?: ExtraHeaders },
  ): Promise<{ ok: true; response: SipResponse } | Failure>
  /** INFO from the other side (DTMF relay …): answered 200 before the listener is called. */
  onInfo(listener: (info: { contentType: string; body: string; request: SipRequest }) => void): void
  message(contentType: string, body: string): Promise<{ ok: true; response: SipResponse } | Failure>
  onMessage(listener: (message: { contentType: string; body: string; request: SipRequest }) => void): void
  /** Hangs up. Resolves when the other side confirmed or cannot any more; calling it again does nothing. The session is `ended` at once. */
  bye(reason?: { q850?: number; text?: string; headers?: ExtraHeaders }): Promise<void>
  onEnd(listener: (end: SessionEnd) => void): void
}

export interface OutgoingRefer {
  /** Whether the other side took the task (2xx). */
  readonly accepted: Promise<{ ok: true } | Failure>
  /** Each NOTIFY's status line (RFC 3515): 100 while trying, 180 ringing, 200 reached, 4xx–6xx failed. */
  onProgress(listener: (progress: { status: number; reason: string }) => void): void
  /** The last progress: a final status, or null when the other side never told (no NOTIFY, subscription ended, session over). Resolves once, always. */
  readonly outcome: Promise<{ status: number; reason: string } | null>
}

export interface IncomingRefer {
  readonly request: SipRequest
  readonly to: SipUri
  readonly referTo: NameAddr
  /** Our session it names to be replaced, when it is one of this endpoint; `replacesHeader` when it is named at all. */
  readonly replaces: SipSession | null
  readonly replacesHeader: string | null
  readonly referredBy: NameAddr | null
  /** 202, then NOTIFY "100 Trying"; tell how it goes by `notify`. A status ≥ 200 is the last one. False when refused before. */
  accept(): boolean
  notify(status: number, reason?: string): Promise<void>
  refuse(refusal: Refusal): boolean
}

export interface RegisterOptions {
  /** `sip:host[:port][;transport=…]` */
  registrar: string | SipUri
  /** The address of record: `sip:user@domain`. */
  aor: string
  credentials?: CredentialsOf
  /** Default 300. */
  expiresSeconds?: number
  /** User part of the Contact; defaults to the AOR's. */
  contactUser?: string
  /** `urn:uuid:…` (RFC 5626). */
  instanceId?: string
  route?: readonly string[]
  protocol?: Protocol
  headers?: ExtraHeaders
}

export interface RegistrationState {
  readonly state: 'registering' | 'registered' | 'failed' | 'stopped'
  /** Set while registered (epoch ms). */
  readonly expiresAt: number | null
  /** What went wrong last; it is tried again at `retryAt` (epoch ms) with growing pauses. Null retryAt: it will not be (wrong credentials, forbidden) before ten minutes have passed. */
  readonly failure: Failure | null
  readonly retryAt: number | null
  /** Service-Route (RFC 3608) for calls through this registrar. */
  readonly serviceRoute: readonly string[]
  /** Where the registrar answered from: calls by this trunk may come from there. */
  readonly peer: Peer | null
}

export interface Registration {
  readonly current: RegistrationState
  onState(listener: (state: RegistrationState) => void): void
  /** Unregisters (Expires: 0) and ends. Resolves when that is answered or has timed out. */
  stop(): Promise<void>
}

export interface RegisterContact {
  readonly uri: SipUri
  /** As asked for: contact's expires, else the Expires header, else 3600; 0 removes it. */
  readonly expiresSeconds: number
  readonly q: number | null
  /** +sip.instance and reg-id (RFC 5626). */
  readonly instance: string | null
  readonly regId: number | null
  readonly value: NameAddr
}

export interface IncomingRegister extends IncomingRequest {
  readonly aor: SipUri
  readonly callId: string
  readonly cseq: number
  readonly contacts: readonly RegisterContact[]
  /** `Contact: *` with Expires 0: remove all. */
  readonly all: boolean
  readonly path: readonly string[]
  readonly userAgent: string | null
  /** The Authorization header values, raw, for the digest server. */
  readonly authorization: readonly string[]
  /** 200 with every current binding of the address of record. */
  accept(
    bindings: readonly { uri: string; expiresSeconds: number; q?: number | null; instance?: string | null }[],
    headers?: ExtraHeaders,
  ): boolean
  /** 423 with Min-Expires. */
  tooBrief(minExpiresSeconds: number): boolean
}

export interface RequestOptions {
  method: string
  uri: string | SipUri
  from?: string | NameAddr
  to?: string | NameAddr
  headers?: ExtraHeaders
  body?: string
  contentType?: string
  credentials?: CredentialsOf
  route?: readonly string[]
  peer?: Peer
  protocol?: Protocol
  signal?: AbortSignal
}

/** What the guard says of a request nobody has seen before: `pass`, `drop` (silence, nothing is created), or a refusal answered without state. */
export type Verdict = 'pass' | 'drop' | Refusal
export type Guard = (request: SipRequest, peer: Peer) => Verdict

export interface EndpointCounts {
  readonly transactions: number
  readonly dialogs: number
  readonly registrations: number
  readonly timers: number
  readonly connections: number
}

export interface SipEndpoint {
  /** What is really listened on (ports filled in). */
  readonly listening: readonly { protocol: Protocol; address: string; port: number }[]
  /** Without a handler calls are refused with 480. */
  onInvite(handler: (invite: IncomingInvite) => void): void
  /** Without a handler: 405. */
  onRegister(handler: (register: IncomingRegister) => void): void
  /** Without a handler OPTIONS is answered 200 with what we can; while draining 503. */
  onOptions(handler: (options: IncomingRequest) => void): void
  /** Any other method outside of a dialog (MESSAGE, SUBSCRIBE, PUBLISH, NOTIFY …): it is then listed in Allow. Without one: 405. */
  onRequest(method: string, handler: (request: IncomingRequest) => void): void
  /** A stream connection ended: what was registered over it cannot be reached by `peer` any more. */
  onConnectionClosed(listener: (peer: Peer) => void): void
  invite(options: InviteOptions): OutgoingInvite
  register(options: RegisterOptions): Registration
  /** Any request outside of a dialog; 401 and 407 answered when credentials are given. */
  request(options: RequestOptions): Promise<{ ok: true; response: SipResponse; peer: Peer } | Failure>
  /** Keep-alive: any final response but 408 and 503 shows life. `roundTripMs` by the endpoint's clock. */
  options(
    uri: string | SipUri,
    options?: Omit<RequestOptions, 'method' | 'uri'>,
  ): Promise<{ ok: true; response: SipResponse; roundTripMs: number } | Failure>
  /** The session a Replaces header value names ("callid;to-tag=…;from-tag=…"). */
  findByReplaces(replaces: string): SipSession | null
  readonly sessions: Iterable<SipSession>
  counts(): EndpointCounts
  /** From now on new calls get 503 with Retry-After; resolves when the last session is over or the time is up (false). */
  drain(options?: { timeoutMs?: number; retryAfterSeconds?: number }): Promise<boolean>
  /** Hangs up what is left, unregisters, closes every socket. */
  close(): Promise<void>
}

export type { Credentials, Headers, NameAddr, Peer, Protocol, SipRequest, SipResponse, SipUri }
