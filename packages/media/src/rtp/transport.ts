/** Packets not accepted, by reason. */
export interface Dropped {
  foreign: number
  flood: number
  unauthentic: number
  malformed: number
}

/** Carries plain RTP and RTCP to and from one far end: a UDP port pair or a WebRTC track. */
export interface RtpTransport {
  readonly dropped: Readonly<Dropped>
  /** A whole RTP packet. The buffer may be reused as soon as `send` returns. */
  send(packet: Buffer): void
  sendRtcp(packet: Buffer): void
  /** The packet belongs to the receiver until it returns: it may write into it, and must copy what it keeps. `nowMs` is the monotonic arrival. */
  onRtp: ((packet: Buffer, nowMs: number) => void) | null
  onRtcp: ((packet: Buffer) => void) | null
  /** Housekeeping once a second. */
  second(nowMs: number, silent: boolean): void
  close(): Promise<void>
}
