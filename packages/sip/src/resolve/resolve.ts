import { isIP } from 'node:net'
import { SipError } from '../errors.ts'
import type { SipUri } from '../message/uri.ts'
import { defaultPort } from '../transport/arrival.ts'
import type { Peer, Protocol } from '../transport/transport.ts'
import { type Dns, DnsCache, systemDns } from './dns.ts'
import { orderSrv } from './srv-order.ts'

export interface ResolverOptions {
  readonly dns?: Dns
  /** What we can send over, in order of preference; NAPTR and SRV of others are passed over. */
  readonly protocols?: readonly Protocol[]
  /** Address families we can send to. */
  readonly families?: readonly (4 | 6)[]
  readonly cacheMs?: number
  /** How long a peer that failed is tried last. */
  readonly avoidMs?: number
  readonly now?: () => number
  readonly random?: () => number
}

export interface SipResolver {
  /** Where to send a request for this URI, the first first; at least one. Throws `host.notFound` when there is none. */
  resolve(uri: SipUri): Promise<Peer[]>
  /** The peer did not answer or refused with 503: others come first for a while. */
  markFailed(peer: Peer): void
  /** The peer answered. */
  markAlive(peer: Peer): void
}

interface Place {
  readonly protocol: Protocol
  readonly host: string
  readonly port: number
}

const services: Readonly<Record<string, Protocol>> = {
  'SIP+D2U': 'udp',
  'SIP+D2T': 'tcp',
  'SIPS+D2T': 'tls',
  'SIP+D2W': 'ws',
  'SIPS+D2W': 'wss',
}
const srvPrefix: Readonly<Record<Protocol, string>> = {
  udp: '_sip._udp.',
  tcp: '_sip._tcp.',
  tls: '_sips._tcp.',
  ws: '_sip._ws.',
  wss: '_sips._ws.',
}
const maxPlaces = 10
const maxFailed = 10_000

/** Finds the next hop (RFC 3263): NAPTR, then SRV, then addresses, in the order to try them. */
export function createResolver(options: ResolverOptions = {}): SipResolver {
  const now = options.now ?? Date.now
  const random = options.random ?? Math.random
  const protocols = options.protocols ?? ['udp', 'tcp', 'tls']
  const families = options.families ?? [4, 6]
  const avoidMs = options.avoidMs ?? 30_000
  const cache = new DnsCache(options.dns ?? systemDns(), now, options.cacheMs ?? 30_000)
  const failed = new Map<string, number>()

  const places = async (uri: SipUri, host: string): Promise<Place[]> => {
    const secure = uri.scheme === 'sips'
    const asked = askedProtocol(uri)
    const fallback: Protocol =
      asked ?? (secure ? 'tls' : (protocols.find(protocol => protocol === 'udp') ?? protocols[0] ?? 'udp'))
    const plain = [{ protocol: fallback, host, port: uri.port ?? defaultPort(fallback) }]
    if (isIP(host) !== 0 || uri.port !== null) return plain
    if (asked !== null) return srvPlaces([{ protocol: asked, name: srvPrefix[asked] + host }], plain)
    const usable = protocols.filter(protocol => !secure || protocol === 'tls' || protocol === 'wss')
    const naptr = (await cache.naptr(host))
      .map(record => ({ ...record, protocol: services[record.service.toUpperCase()] }))
      .filter(record => record.flags.toLowerCase() === 's' && record.protocol !== undefined)
      .filter(record => usable.some(protocol => protocol === record.protocol))
      .sort((a, b) => a.order - b.order || a.preference - b.preference)
    if (naptr.length > 0) {
      const names = naptr.map(record => ({ protocol: record.protocol ?? fallback, name: record.replacement }))
      return srvPlaces(names.slice(0, maxPlaces), plain)
    }
    return srvPlaces(
      usable.map(protocol => ({ protocol, name: srvPrefix[protocol] + host })),
      plain,
    )
  }

  /** The servers of the SRV names in turn; `plain` when no name has any. */
  const srvPlaces = async (names: { protocol: Protocol; name: string }[], plain: Place[]): Promise<Place[]> => {
    const answers = await Promise.all(names.map(({ name }) => cache.srv(name)))
    const found: Place[] = []
    names.forEach(({ protocol }, index) => {
      for (const record of orderSrv(answers[index] ?? [], random)) {
        // A single dot: the service is decidedly not there (RFC 2782).
        if (record.name !== '.' && record.name !== '') found.push({ protocol, host: record.name, port: record.port })
      }
    })
    return answers.some(answer => answer.length > 0) ? found.slice(0, maxPlaces) : plain
  }

  const addressesOf = async (host: string): Promise<readonly string[]> => {
    if (isIP(host) !== 0) return [host]
    const found = (await Promise.all(families.map(family => cache.addresses(host, family)))).flat()
    if (found.length > 0) return found
    return (await cache.hosts(host)).filter(address => families.some(family => family === isIP(address)))
  }

  const isFailed = (peer: Peer): boolean => {
    const until = failed.get(peerName(peer))
    return until !== undefined && until > now()
  }

  return {
    resolve: async uri => {
      const host = uri.params.get('maddr') ?? uri.host
      if (host === '') throw notFound(uri, 'it names no host')
      const peers: Peer[] = []
      for (const place of await places(uri, host)) {
        const { protocol, port } = place
        // The certificate must carry the name asked for, not what DNS made of it (RFC 5922 section 4).
        const named = (protocol === 'tls' || protocol === 'wss') && isIP(host) === 0 ? { serverName: host } : {}
        for (const address of await addressesOf(place.host)) peers.push({ protocol, address, port, ...named })
      }
      if (peers.length === 0) throw notFound(uri, 'DNS knows no address for it')
      return [...peers.filter(peer => !isFailed(peer)), ...peers.filter(isFailed)]
    },
    markFailed: peer => {
      if (failed.size >= maxFailed) for (const [name, until] of failed) if (until <= now()) failed.delete(name)
      if (failed.size < maxFailed) failed.set(peerName(peer), now() + avoidMs)
    },
    markAlive: peer => {
      failed.delete(peerName(peer))
    },
  }
}

/** The protocol a URI demands; null when it leaves the choice. `sips` over TCP is TLS (RFC 3261 section 26.2.2). */
function askedProtocol(uri: SipUri): Protocol | null {
  const transport = uri.params.get('transport')?.toLowerCase()
  const secure = uri.scheme === 'sips'
  switch (transport) {
    case 'udp':
      return secure ? null : 'udp'
    case 'tcp':
      return secure ? 'tls' : 'tcp'
    case 'tls':
      return 'tls'
    case 'ws':
      return secure ? 'wss' : 'ws'
    case 'wss':
      return 'wss'
    default:
      return null
  }
}

function peerName(peer: Peer): string {
  return `${peer.protocol} ${peer.address} ${peer.port}`
}

function notFound(uri: SipUri, why: string): SipError {
  const shown = uri.host === '' ? `${uri.scheme}:` : uri.host
  return new SipError('host.notFound', `Nowhere to send for ${shown}: ${why}. Check the address and the name server.`)
}
