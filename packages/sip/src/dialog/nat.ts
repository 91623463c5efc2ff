import { isIP } from 'node:net'
import type { SipUri } from '../message/uri.ts'
import type { Via } from '../message/via.ts'
import type { Peer } from '../transport/transport.ts'

/**
 * Whether a Contact cannot be reached as written, so that requests must go back the way the messages came (RFC 5626 in spirit, for devices that do not ask for it):
 * browsers (RFC 7118 `.invalid`), the other end of an open connection itself, private addresses seen from a public one, and senders whose only Via shows that their address was translated.
 */
export function isBehindNat(contact: SipUri, peer: Peer, vias: readonly Via[]): boolean {
  if (contact.host.toLowerCase().endsWith('.invalid') || peer.protocol === 'ws' || peer.protocol === 'wss') return true
  if (isIP(contact.host) === 0) return false
  if (contact.host === peer.address) return peer.protocol !== 'udp'
  if (isPrivateAddress(contact.host) && !isPrivateAddress(peer.address)) return true
  const [only, ...others] = vias
  if (only === undefined || others.length > 0) return false
  return only.host === contact.host && only.received !== null && only.received !== only.host
}

/** RFC 1918, 6598, 3927, 4193, 4291: addresses that mean nothing elsewhere. */
export function isPrivateAddress(address: string): boolean {
  if (address.includes(':')) return /^(?:::1$|f[cd]|fe[89ab])/i.test(address)
  const [a = 0, b = 0] = address.split('.').map(Number)
  if (a === 10 || a === 127 || (a === 192 && b === 168) || (a === 169 && b === 254)) return true
  return (a === 172 && b >= 16 && b < 32) || (a === 100 && b >= 64 && b < 128)
}
