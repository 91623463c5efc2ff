import type { SipResponse } from '../message/message.ts'
import type { Peer } from '../transport/transport.ts'
import type { Timers } from './timers.ts'

/** What a transaction needs of the world. */
export interface TransactionPort {
  readonly timers: Timers
  /** Rejects when the bytes cannot be sent. */
  send(bytes: Buffer, to: Peer): Promise<void>
  /** The transaction is over and may be forgotten. */
  done(key: string): void
}

/** Sends a response on its way; what cannot be sent is repeated with the request. */
export type Reply = (bytes: Buffer) => void

export interface ClientHandlers {
  /** Provisional and final responses, each once; of an INVITE every 2xx, as forks and retransmissions bring them (RFC 6026). */
  response(response: SipResponse, peer: Peer): void
  /** `timeout`: timer B or F. `unreachable`: the transport could not send. Never after a final response. */
  failed(cause: 'timeout' | 'unreachable'): void
}

/** Put in place of the handlers when nothing more is told: a transaction that lingers must not hold its call in memory. */
export const nobody: ClientHandlers = { response() {}, failed() {} }

/** UDP repeats, streams do not. */
export function isReliable(peer: Peer): boolean {
  return peer.protocol !== 'udp'
}
