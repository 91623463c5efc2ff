import { topVia } from '../message/accessors.ts'
import type { SipRequest } from '../message/message.ts'
import type { Peer } from '../transport/transport.ts'

/**
 * Where the responses to a request go (RFC 3261 18.2.2, RFC 3581 4). Streams: back over the connection. UDP: to the source when the sender asked for it by rport, or when its Via names another host than the packet came from (behind NAT
 * its own port is worth nothing); else to the port its Via names.
 */
export function returnPeer(request: SipRequest, peer: Peer): Peer {
  if (peer.protocol !== 'udp') return peer
  const via = topVia(request)
  if (via.rport !== null || via.host.toLowerCase() !== peer.address.toLowerCase()) return peer
  const port = via.port ?? 5060
  return port === peer.port ? peer : { protocol: 'udp', address: peer.address, port }
}
