import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { escapeUser, writeHostPort } from '../message/uri.ts'
import type { Peer, Protocol, Transports } from '../transport/transport.ts'
import type { SipEndpointOptions } from './endpoint.ts'

/** How this endpoint names itself towards a peer: sent-by of Via and host of Contact. */
export class Place {
  readonly #transports: Transports
  readonly #public: SipEndpointOptions['publicAddress']
  readonly #known = new Map<string, string>()

  constructor(transports: Transports, publicAddress: SipEndpointOptions['publicAddress']) {
    this.#transports = transports
    this.#public = publicAddress
  }

  /** `SIP/2.0/UDP host:port`; null when nothing is listened on that could reach the peer. */
  via(peer: Peer): string | null {
    const host = this.#hostPort(peer)
    return host === null ? null : `SIP/2.0/${peer.protocol.toUpperCase()} ${host}`
  }

  contact(peer: Peer, user: string | null): string {
    const host = this.#hostPort(peer) ?? 'invalid.invalid'
    return `<sip:${user === null || user === '' ? '' : `${escapeUser(user)}@`}${host}${transportParam[peer.protocol]}>`
  }

  #hostPort(peer: Peer): string | null {
    const transport = this.#transports.find(peer)
    if (transport === null) return null
    const { address, port } = transport.local
    const open = address === '0.0.0.0' || address === '::'
    const byPeer = typeof this.#public === 'function' || open
    const key = `${peer.protocol}|${address}|${port}`
    const known = byPeer ? undefined : this.#known.get(key)
    if (known !== undefined) return known
    const shown = typeof this.#public === 'function' ? this.#public(peer) : (this.#public ?? null)
    const host = shown?.address ?? (open ? ownAddress(peer.address) : address)
    const text = writeHostPort(host, shown?.port ?? port)
    if (!byPeer) this.#known.set(key, text)
    return text
  }
}

const transportParam: Readonly<Record<Protocol, string>> = {
  udp: '',
  tcp: ';transport=tcp',
  tls: ';transport=tls',
  ws: ';transport=ws',
  wss: ';transport=wss',
}

/** An address of this machine for a peer of the same family, when all are listened on. */
function ownAddress(peer: string): string {
  const six = isIPv6(peer)
  const loopback = six ? '::1' : '127.0.0.1'
  if (peer === '::1' || peer.startsWith('127.')) return loopback
  for (const list of Object.values(networkInterfaces())) {
    for (const one of list ?? []) {
      if (!one.internal && (one.family === 'IPv6') === six && !one.address.startsWith('fe80')) return one.address
    }
  }
  return loopback
}
