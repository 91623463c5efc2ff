import { SipError } from '../errors.ts'
import type { ParseResult } from '../message/parse.ts'
import { markArrival } from './arrival.ts'
import { Connections } from './connections.ts'
import { listenError } from './listening.ts'
import { openTcp } from './tcp.ts'
import {
  type Listen,
  type Peer,
  type Transport,
  type TransportOptions,
  type Transports,
  transportLimits,
} from './transport.ts'
import { openUdp } from './udp.ts'
import { openWs } from './ws.ts'

/**
 * Opens every listening place, or none.
 * Throws `address.inUse` when one cannot be had.
 */
export async function openTransports(options: TransportOptions): Promise<Transports> {
  const limits = { ...transportLimits, ...options.limits }
  const isBanned = options.isBanned ?? (() => false)
  const table = new Connections(limits, peer => options.onClosed?.(peer), isBanned)
  const list: Transport[] = []
  const onResult = (result: ParseResult, peer: Peer, bytes: Buffer): void => {
    if (result.kind === 'request') markArrival(result, peer)
    if (result.kind === 'fault') options.onFault(result, peer)
    else options.onMessage(result, peer, bytes)
  }
  const open = (listen: Listen): Promise<Transport> => {
    if (listen.protocol === 'udp') {
      return openUdp(listen, limits, isBanned, onResult).catch(error => Promise.reject(listenError(listen, error)))
    }
    if (listen.protocol === 'tcp' || listen.protocol === 'tls') return openTcp(listen, table, onResult)
    return openWs(listen, table, onResult)
  }
  const close = async (): Promise<void> => {
    table.close()
    await Promise.all(list.map(transport => transport.close()))
  }
  try {
    for (const listen of options.listen) list.push(await open(listen))
  } catch (error) {
    await close()
    throw error
  }
  const find = (to: Peer): Transport | null => {
    const fitting = list.filter(transport => transport.protocol === to.protocol && sameFamily(transport, to))
    return fitting.find(transport => to.connection === udpName(transport)) ?? fitting[0] ?? null
  }
  return {
    list,
    find,
    send: async (bytes, to) => {
      const transport = find(to)
      if (transport !== null) return transport.send(bytes, to)
      const text = `No ${to.protocol} transport is open for ${to.address}. Listen on one of its family.`
      throw new SipError('transport.none', text)
    },
    counts: () => table.counts(),
    close,
  }
}

function sameFamily(transport: Transport, to: Peer): boolean {
  return transport.local.address.includes(':') === to.address.includes(':')
}

/** How a peer names the UDP socket its datagram came in on. */
function udpName(transport: Transport): string | undefined {
  const { protocol, local } = transport
  return protocol === 'udp' ? `udp ${local.address} ${local.port}` : undefined
}
