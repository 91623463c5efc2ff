import { lookup } from 'node:dns/promises'
import { StateError, type StatePhrase, statePhrase } from '@centrala/core/phrase/state-phrase.ts'
import ipaddr from 'ipaddr.js'

export interface Address {
  address: string
  family: 4 | 6
}

/** What lets an installation connect to private addresses. */
const SETTING = 'ALLOW_PRIVATE_ADDRESSES=true'

/** Finds every address of a host name. */
export type Resolve = (host: string) => Promise<Address[]>

/** Why a host may not be connected to, for whoever set it up. */
export class AddressRefused extends StateError {
  readonly code: 'address.private' | 'address.unknown'
  constructor(code: AddressRefused['code'], params: StatePhrase['params']) {
    super(statePhrase(code, params))
    this.name = 'AddressRefused'
    this.code = code
  }
}

/**
 * Whether an address belongs to the public internet. Refused are all ranges that IANA keeps for special purposes (RFC 6890 and
 * its registries): loopback, private, link-local with the cloud's metadata service, carrier NAT, multicast, documentation and
 * so on; and of the IPv6 ranges that wrap an IPv4 address (mapped, NAT64, 6to4) those whose inner address is refused. Teredo and
 * IPv4-compatible addresses are refused whole.
 */
export function isPublicAddress(text: string): boolean {
  // A zone ("fe80::1%eth0") names an interface of ours.
  if (text.includes('%') || !ipaddr.isValid(text)) return false
  const address = ipaddr.parse(text)
  if (address.kind() === 'ipv4') return address.range() === 'unicast'
  const ipv6 = address as ipaddr.IPv6
  const bytes = ipv6.toByteArray()
  const inner = (at: number) => isPublicAddress(bytes.slice(at, at + 4).join('.'))
  switch (ipv6.range()) {
    case 'ipv4Mapped':
      return isPublicAddress(ipv6.toIPv4Address().toString())
    case 'rfc6052': // 64:ff9b::/96
      return inner(12)
    case '6to4': // 2002::/16
      return inner(2)
    case 'unicast':
      // What is not assigned yet (all but 2000::/3) is nobody's public server.
      return bytes[0] !== undefined && (bytes[0] & 0xe0) === 0x20
    default:
      return false
  }
}

const byDns: Resolve = async host =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address, family }) => ({
    address,
    family: family === 6 ? 6 : 4,
  }))

/**
 * Every address of a host, all of them checked: one that is private refuses the host, since a name with both would be a way in.
 * Connect to one of these and do not resolve again, or the name may answer differently the second time.
 * @throws AddressRefused
 */
export async function resolvePublic(
  host: string,
  { allowPrivate, resolve = byDns }: { allowPrivate: boolean; resolve?: Resolve },
): Promise<[Address, ...Address[]]> {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  const addresses: Address[] = ipaddr.isValid(bare)
    ? [{ address: bare, family: ipaddr.parse(bare).kind() === 'ipv6' ? 6 : 4 }]
    : await resolve(bare).catch(() => [])
  const [first, ...others] = addresses
  if (!first) throw new AddressRefused('address.unknown', { host: bare })
  const refused = allowPrivate ? undefined : addresses.find(({ address }) => !isPublicAddress(address))
  if (refused) throw new AddressRefused('address.private', { host: bare, address: refused.address, setting: SETTING })
  return [first, ...others]
}
