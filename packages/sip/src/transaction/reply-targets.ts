import { topVia } from '../message/accessors.ts'
import type { SipRequest } from '../message/message.ts'
import { responseTargets } from '../transport/arrival.ts'
import type { Peer } from '../transport/transport.ts'

/**
 * Where the responses to a request go (RFC 3261 18.2.2, RFC 3581 4), with one kindness: a UDP sender whose Via names another host than its packet came from is behind NAT, and its own port is worth nothing there,
 * so it is answered where it came from even without asking for it by rport.
 */
export function replyTargets(request: SipRequest, peer: Peer): readonly Peer[] {
  if (peer.protocol === 'udp' && topVia(request).host.toLowerCase() !== peer.address.toLowerCase()) return [peer]
  return responseTargets(request, peer)
}
