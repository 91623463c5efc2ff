/**
 * The public surface of the media engine: legs (one party's audio each), rooms (who hears whom), playbacks and recordings.
 * It knows no call, queue or agent: the caller gives ids and labels, and reads them back.
 *
 * Life: `createMedia` (endpoint/create-media.ts) → `rtpLeg` / `browserLeg` → `room().join(leg)` → `leg.close()` → `media.close()`. Who closes whom: closing a leg takes it out of its room, stops its playbacks
 * and returns its ports; closing a room stops its playbacks and recordings, the legs live on; closing the media closes everything.
 *
 * Listeners: every `on…` returns a function that takes the listener away. Listeners run synchronously on the media thread: do little.
 */
import type { Source } from '../play/source.ts'

export type AudioCodec = 'PCMU' | 'PCMA' | 'G722'

/** The sixteen keys of RFC 4733 section 3.2. */
export type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#' | 'A' | 'B' | 'C' | 'D'

export type Off = () => void

export interface MediaOptions {
  /** Address the RTP sockets bind to: an IPv4 or IPv6 address of this machine, `0.0.0.0` or `::`. Its family is that of all RTP legs: the other's SDP is refused (`sdp.badAddress`). */
  listenAddress: string
  /** Address written into SDP when it differs from the bound one (NAT). Needed when `listenAddress` is a wildcard. */
  publicAddress?: string
  /** UDP ports for RTP legs, both ends included; taken in even/odd pairs (RFC 3550 section 11). */
  ports: { from: number; to: number }
  ice?: IceOptions
  /** Most legs at a time; beyond it `rtpLeg` and `browserLeg` throw `media.full`. Default: what the port range allows. */
  maxLegs?: number
  /** Use the sockets of Node.js even where system calls of our own would cost half (IPv4 on Linux). */
  portableSockets?: boolean
  log?: MediaLog
  /** Called with faults nobody awaits: a socket error, a recording that cannot be written. Never with bad input. */
  onFault?: (fault: MediaFault) => void
}

export interface IceOptions {
  /** STUN and TURN URLs as browsers write them: `stun:host:port`, `turn:user:password@host:port?transport=udp`. */
  servers?: string[]
  /** Local address to bind. Default: the media's `listenAddress`, unless that is a wildcard. */
  bindAddress?: string
  /** Address added as a host candidate when the machine is behind 1:1 NAT. */
  publicAddress?: string
  portRange?: { from: number; to: number }
  /** Also offer TCP candidates (RFC 6544) for agents behind firewalls without UDP. */
  tcp?: boolean
}

export interface MediaLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  debug(fields: object, message: string): void
}

export interface MediaFault {
  code: 'socket' | 'record' | 'webrtc' | 'listener'
  message: string
  legId?: string
  recordingId?: string
  cause?: unknown
}

export interface Media {
  /** Takes a port pair and binds it. Throws MediaError `media.full` or `media.noPorts` (both 503, retryable), `media.bind`. */
  rtpLeg(options: RtpLegOptions): Promise<RtpLeg>
  /** Throws MediaError `media.full`. */
  browserLeg(options: BrowserLegOptions): BrowserLeg
  room(options?: RoomOptions): Room
  counts(): MediaCounts
  readonly capacity: MediaCapacity
  /** Closes every room (recordings are finished and kept) and leg, and waits until the sockets are closed. */
  close(): Promise<void>
}

export interface MediaCounts {
  /** UDP ports bound now (two a leg, one with RTCP mux). */
  ports: number
  legs: number
  rooms: number
  recordings: number
  playbacks: number
  /** Members that the 20 ms tick generates packets for; relayed members cost no tick. */
  ticking: number
  timers: number
}

export interface MediaCapacity {
  maxLegs: number
  freePortPairs: number
}

// ---------------------------------------------------------------------------------------------------------------- legs

export interface AudioLeg {
  readonly kind: 'rtp' | 'browser'
  readonly id: string
  /** The caller's word for whose audio this is: `customer`, `agent`, `supervisor`. Recordings choose sides by it. */
  side: string
  /** Negotiated audio codec; null until an answer is made or accepted. */
  readonly codec: AudioCodec | null
  readonly closed: boolean
  readonly muted: boolean

  /**
   * A key the far end pressed, once each, when it ends: by RFC 4733 event, by tones in the audio when no telephone-event was negotiated, or fed through `digit`. `durationMs` is 0 when unknown.
   */
  onDigit(listener: (digit: Digit, durationMs: number) => void): Off
  /** Feeds a digit that came by another road (SIP INFO) to the `onDigit` listeners. */
  digit(digit: Digit, durationMs?: number): void
  /** Presses keys towards the far end (RFC 4733 when negotiated, tones otherwise); `,` waits 500 ms. Resolves when the last is sent. Other characters throw MediaError `media.badDigit`. */
  sendDigits(digits: string, options?: { durationMs?: number; gapMs?: number }): Promise<void>

  /** Text from the far end: T.140 (RFC 4103) where `m=text` was negotiated, otherwise Baudot tones once `tty` is on or `detect(['tty'])` asked for. Backspace is U+0008, a lost stretch U+FFFD. */
  onText(listener: (text: string) => void): Off
  /** Sends text the same way. False when there is neither: nothing was sent. */
  sendText(text: string): boolean
  /** How `sendText` would travel now. */
  readonly textMode: 't140' | 'tty' | 'none'
  /** Turns Baudot tones on or off; 45.45 baud (North America) unless told. Being detected does not turn it on by itself: what is typed is told by `onText`, what `sendText` writes needs this. */
  tty(on: boolean, options?: { baud?: 45.45 | 50 }): void

  /** Listens for these in the far end's audio from now on (each costs CPU: ask only while the call's state needs it); `[]` turns all off. */
  detect(kinds: readonly Detection[]): void
  onDetect(listener: (detection: Detection, at: Detected) => void): Off

  /** The far end's decoded audio as it arrives, in order, 160 samples of 8 kHz (for speech recognition). The array is reused: copy it to keep it. */
  onAudio(listener: (pcm: Int16Array) => void): Off

  /** Muted: nothing this leg says is heard or recorded. It still hears. */
  mute(on: boolean): void

  quality(): Quality
  /** Called once when no RTP came for `ms`, and again after audio has come back and stopped again. A leg on hold by its far end (sendonly/inactive) is not silent. */
  onSilence(ms: number, listener: (silentMs: number) => void): Off
  /** The first audio packet was accepted (now, if it already was). */
  onFirstPacket(listener: () => void): Off

  onClose(listener: () => void): Off
  /** Sends an RTCP BYE, leaves the room, returns the ports. Idempotent; safe at any time. */
  close(): Promise<void>
}

/** `fax`: a machine calls or answers; `beep`: it is time to speak to the answering machine; `sit`: an operator's "number not in service"; `tty`: a text telephone types. */
export type Detection =
  | 'dial'
  | 'busy'
  | 'congestion'
  | 'ringback'
  | 'sit'
  | 'fax'
  | 'voice'
  | 'beep'
  | 'silence'
  | 'tty'

export interface Detected {
  /** Since `detect` was called, in the far end's audio. */
  positionMs: number
  /** With `silence`: how long it has been quiet, and how long was spoken before (0 when nothing was). */
  quietMs?: number
  spokenMs?: number
}

export interface Quality {
  packetsReceived: number
  packetsSent: number
  lost: number
  /** 0–1 over the whole call, as received here. */
  lossRatio: number
  jitterMs: number
  /** From RTCP; null until the far end reported. */
  roundTripMs: number | null
  /** Loss of what we send, 0–1, as the far end reports it; null until it did. */
  remoteLossRatio: number | null
  /** Listening quality estimate 1.0–4.5 (ITU-T G.107). */
  mos: number
  bytesReceived: number
  bytesSent: number
  /** Packets not accepted: from a foreign address, over the rate, unauthentic or not RTP. */
  dropped: { foreign: number; flood: number; unauthentic: number; malformed: number }
  /** Epoch ms; null before the first packet. */
  lastPacketAt: number | null
}

export interface LegOptions {
  id?: string
  side?: string
}

export interface RtpLegOptions extends LegOptions {
  /** Offered or accepted codecs, best first. Default PCMA, PCMU, G722. */
  codecs?: AudioCodec[]
  /** `never` default for offers; `optional`: taken when offered; `required`: anything else is refused. Default `optional`. */
  srtp?: 'never' | 'optional' | 'required'
  /** Offer or accept real-time text (`m=text`, RFC 4103). Default: accepted when offered. */
  text?: 'never' | 'accept' | 'offer'
  telephoneEvent?: boolean
  /** Packets a second accepted before the rest is dropped and counted. Default 250. */
  maxPacketsPerSecond?: number
  /** Where the far end's SDP is known to come from (the SIP peer): an SDP address that is private while this is not is not believed. */
  signallingAddress?: string
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

export type Answer = { ok: true; sdp: string } | SdpRefusal
export type Accepted = { ok: true } | SdpRefusal
/** SIP answers 488 Not Acceptable Here with `reason` as its warning text. */
export interface SdpRefusal {
  ok: false
  status: 488
  code:
    | 'sdp.malformed'
    | 'sdp.noAudio'
    | 'sdp.noCommonCodec'
    | 'sdp.srtpRequired'
    | 'sdp.srtpNotAllowed'
    | 'sdp.badAddress'
  reason: string
}

/** An RTP/UDP leg. Offer/answer of RFC 3264: `offer` then `accept`, or `answer`; both again at any time (hold, codec or address change). */
export interface RtpLeg extends AudioLeg {
  readonly kind: 'rtp'
  /** Address and port the far end is told. */
  readonly local: { address: string; port: number }
  /** Where audio is sent now; null before the far end is known. */
  readonly remote: { address: string; port: number } | null
  readonly secure: boolean
  /** What we do as last negotiated, seen from here: `recvonly` or `inactive` when the far end put us on hold. */
  readonly direction: Direction
  /** The far end holds (it sends `sendonly` or `inactive`, or RFC 2543's c=0.0.0.0). */
  readonly heldByPeer: boolean
  onHeldByPeer(listener: (held: boolean) => void): Off
  /** Our SDP for an INVITE, or a re-INVITE with `direction` (`sendonly` to hold). Keeps the ports and the session id, raises the version. */
  offer(options?: { direction?: Direction }): string
  accept(answerSdp: string): Accepted
  /** Answers an offer, first or later, and applies it. A refused re-offer leaves the running session as it was. */
  answer(offerSdp: string, options?: { direction?: Direction }): Answer
}

export interface BrowserLegOptions extends LegOptions {
  /** Default: PCMA, PCMU. */
  codecs?: ('PCMU' | 'PCMA')[]
}

export type BrowserState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed'

/** A browser's WebRTC audio. A browser that reloads makes a new leg: join it with `room.replace(old, new)`. */
export interface BrowserLeg extends AudioLeg {
  readonly kind: 'browser'
  readonly state: BrowserState
  /** Answers the browser's offer with all our candidates inside; the browser may send its own in the offer, later through `candidate`, or never. Once a leg: a later offer needs a new leg. Rejects with MediaError `media.badOffer` or `media.webrtc`. */
  answer(offerSdp: string): Promise<string>
  /** A trickled candidate of the browser. Ones we cannot use are ignored. */
  candidate(candidate: string, mid?: string): void
  onState(listener: (state: BrowserState) => void): Off
}

// --------------------------------------------------------------------------------------------------------------- rooms

export interface RoomOptions {
  id?: string
  /** What becomes of a member's RFC 4733 digits towards those who hear it. `consume`: only `onDigit` sees them (card numbers). Default `relay`. */
  digits?: 'relay' | 'consume'
}

/** Whom a member hears, or by whom it is heard: both must agree. `all` is everybody else; `hears` may name the member itself (echo test). */
export interface MemberRules {
  hears?: 'all' | readonly string[]
  heardBy?: 'all' | readonly string[]
}

/**
 * Who hears whom. A member that hears exactly one other of the same G.711 family and no playback is relayed packet by packet without decoding; everyone else is mixed at 8 kHz on the tick. Switching is
 * silent for the receiver: its sequence numbers and timestamps go on.
 *
 * Hold: `rules(customer, { hears: [], heardBy: [] })` and `play(customer, music, { loop: true })`. Listen: join with `{ hears: 'all', heardBy: [] }`. Whisper: `{ hears: 'all', heardBy: [agent] }`. Barge: `{}`.
 */
export interface Room {
  readonly id: string
  readonly closed: boolean
  readonly members: readonly AudioLeg[]
  /** A leg is in one room at a time: joining another leaves the first. */
  join(leg: AudioLeg, rules?: MemberRules): void
  leave(leg: AudioLeg | string): void
  /** Puts `leg` in the place of `old` with its rules (ids in the others' rules and in sides follow), playbacks and recording go on. */
  replace(old: AudioLeg | string, leg: AudioLeg): void
  /** Replaces the rules of a member; absent fields are `all`. */
  rules(memberId: string, rules: MemberRules): void
  digits(mode: 'relay' | 'consume'): void
  /** How a member is fed now, for tests and metrics. */
  feed(memberId: string): Feed
  /** Plays to one member, several, or the whole room (members that join later hear it too). Several sources play one after the other. */
  play(target: 'room' | string | readonly string[], source: Source | readonly Source[], options?: PlayOptions): Playback
  /** One recording at a time a room is usual, more are possible. Rejects with MediaError `media.record` when the folder cannot be written. */
  record(options: RecordOptions): Promise<Recording>
  close(): Promise<void>
}

export type Feed = 'none' | 'relay' | 'play' | 'mix'

export interface PlayOptions {
  loop?: boolean
  /** 0–1, linear. Default 1. */
  gain?: number
  /** The targets hear this alone, no voices. Default false: it is mixed with them. */
  only?: boolean
}

export interface Playback {
  readonly id: string
  /** Never rejects. `stopped` also when the target left or the room closed. */
  readonly done: Promise<'finished' | 'stopped'>
  /** Played so far. */
  readonly positionMs: number
  stop(): void
}

export interface RecordOptions {
  /** Existing folder; `<id>.g711` and `<id>.jsonl` are written into it. */
  folder: string
  id: string
  /** Who is on the left: `side` labels or leg ids. Default `['customer']`. */
  left?: readonly string[]
  /** Default: `['agent']`. Members on neither are not recorded. */
  right?: readonly string[]
}

/** What each side says, placed by time; at most one second is lost when the process is killed. `record/assemble.ts` makes the WAV, also after a crash. */
export interface Recording {
  readonly id: string
  readonly paused: boolean
  pause(): void
  resume(): void
  /** Writes what is left and closes the file. Idempotent; the room's closing does the same. */
  stop(): Promise<RecordedFile>
  /** The disk refused. The recording goes on trying; the call is not touched. */
  onFault(listener: (fault: MediaFault) => void): Off
}

export interface RecordedFile {
  file: string
  durationMs: number
  /** Stretches in which nothing was written (silence in the file), in ms from the start. */
  pauses: { fromMs: number; toMs: number }[]
  bytes: number
}
