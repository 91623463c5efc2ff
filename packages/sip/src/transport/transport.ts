import type { SipMessage } from '../message/message.ts'
import { type MessageFault, type ParseLimits, parseLimits } from '../message/parse.ts'

export type Protocol = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss'

/** The other end of a hop. */
export interface Peer {
  readonly protocol: Protocol
  /** Numeric; IPv6 without brackets. */
  readonly address: string
  readonly port: number
  /**
   * Names an open connection, or for UDP the socket the bytes came in on: with it they leave by that one or fail with `connection.gone`.
   * Without it an open connection to the address is taken, else a new one is made.
   */
  readonly connection?: string
  /** Name the certificate must carry when a TLS connection is made; without it the address. */
  readonly serverName?: string
}

export interface LocalAddress {
  readonly address: string
  readonly port: number
}

/** One listening place. */
export interface Transport {
  readonly protocol: Protocol
  readonly local: LocalAddress
  /** Resolves when the bytes are handed to the system; rejects with a `SipError` (`retryable` says whether another target may do). */
  send(bytes: Buffer, to: Peer): Promise<void>
  close(): Promise<void>
}

/** All listening places of an endpoint. What sends needs only this, so that a test can put a memory in its place. */
export interface Transports {
  readonly list: readonly Transport[]
  /** The one to use for a peer: of its connection when named, else of its protocol and address family; null when there is none. */
  find(to: Peer): Transport | null
  send(bytes: Buffer, to: Peer): Promise<void>
  /** Open stream connections and bytes held for them, both ways. */
  counts(): { connections: number; bufferedBytes: number }
  close(): Promise<void>
}

export interface ListenUdp {
  readonly protocol: 'udp'
  readonly address: string
  /** 0: any free one. */
  readonly port: number
}

export interface ListenTcp {
  readonly protocol: 'tcp'
  readonly address: string
  readonly port: number
}

export interface ListenTls {
  readonly protocol: 'tls'
  readonly address: string
  readonly port: number
  /** PEM. */
  readonly key: string | Buffer
  readonly cert: string | Buffer
  /** PEM of authorities trusted for connections we make; the system's when absent. */
  readonly ca?: string | Buffer
  /** Ask callers for a certificate and refuse those without a valid one. */
  readonly clientCertificates?: boolean
}

export interface ListenWs {
  readonly protocol: 'ws'
  readonly address: string
  readonly port: number
  /** Answer only this path; any when absent. */
  readonly path?: string
  /** Origins of pages that may connect; any when absent. */
  readonly origins?: readonly string[]
}

export interface ListenWss extends Omit<ListenWs, 'protocol'> {
  readonly protocol: 'wss'
  readonly key: string | Buffer
  readonly cert: string | Buffer
  /** PEM of authorities trusted for connections we make; the system's when absent. */
  readonly ca?: string | Buffer
}

export type Listen = ListenUdp | ListenTcp | ListenTls | ListenWs | ListenWss

export interface TransportLimits extends ParseLimits {
  /** Open stream connections from or to one address. */
  readonly maxConnectionsPerAddress: number
  readonly maxConnections: number
  /** Unsent bytes a slow reader may pile up before its connection is cut. */
  readonly maxUnsentBytes: number
  /** Bytes of messages begun and not complete, of all connections together; who adds to more is cut. */
  readonly maxPartialBytes: number
  /** A connection on which nothing came or went this long is closed. Longer than a registration lives. */
  readonly idleTimeoutMs: number
  /** A message once begun, and the first message of a connection, must be complete after this. */
  readonly partialTimeoutMs: number
  readonly connectTimeoutMs: number
}

export interface TransportOptions {
  readonly listen: readonly Listen[]
  /** A well-formed message. Of a request the top Via already carries received and rport (RFC 3581). `bytes` is what came. */
  readonly onMessage: (message: SipMessage, peer: Peer, bytes: Buffer) => void
  /** Something that is no acceptable message. `answerFault` makes the response when one is due. */
  readonly onFault: (fault: MessageFault, peer: Peer) => void
  /** A stream connection ended; registrations bound to it are gone. */
  readonly onClosed?: (peer: Peer) => void
  /** Asked, before anything is parsed, of every datagram and every new connection, and of what comes by an open one. True: silence. */
  readonly isBanned?: (address: string) => boolean
  readonly limits?: Partial<TransportLimits>
}

export const transportLimits: TransportLimits = {
  ...parseLimits,
  maxConnectionsPerAddress: 256,
  maxConnections: 10_000,
  maxUnsentBytes: 1 << 20,
  maxPartialBytes: 1 << 26,
  idleTimeoutMs: 65 * 60_000,
  partialTimeoutMs: 32_000,
  connectTimeoutMs: 4_000,
}
