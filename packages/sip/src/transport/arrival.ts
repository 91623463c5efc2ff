import { topVia } from '../message/accessors.ts'
import type { SipRequest } from '../message/message.ts'
import { writeVia } from '../message/via.ts'
import type { Peer, Protocol } from './transport.ts'

/**
 * Notes on the top Via where a request really came from (RFC 3261 section 18.2.1; RFC 3581 section 4), so that
 * the answer finds its way back through address translation.
 */
export function markArrival(request: SipRequest, peer: Peer): void {
  const via = topVia(request)
  if (via.rport !== null) {
    request.headers.replaceFirst('Via', writeVia({ ...via, received: peer.address, rport: peer.port }))
  } else if (via.host !== peer.address) {
    request.headers.replaceFirst('Via', writeVia({ ...via, received: peer.address }))
  }
}

/** Port of a protocol when none is named (RFC 3261 section 19.1.2, RFC 7118 section 5). */
export function defaultPort(protocol: Protocol): number {
  return { udp: 5060, tcp: 5060, tls: 5061, ws: 80, wss: 443 }[protocol]
}

/**
 * Where the responses to a request go, the first first (RFC 3261 section 18.2.2, RFC 3581).
 * On streams: the connection the request came by, and when that is gone a new one to the sent-by port.
 */
export function responseTargets(request: SipRequest, peer: Peer): Peer[] {
  const via = topVia(request)
  const port = via.port ?? defaultPort(peer.protocol)
  const { protocol, connection, serverName } = peer
  if (protocol === 'udp') {
    const back = typeof via.rport === 'number' ? peer.port : port
    return [connection === undefined ? { ...peer, port: back } : { ...peer, port: back, connection }]
  }
  if (protocol === 'ws' || protocol === 'wss') return [peer]
  const fresh = { protocol, address: peer.address, port }
  return [peer, serverName === undefined ? fresh : { ...fresh, serverName }]
}
