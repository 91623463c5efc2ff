import type { Server, Socket } from 'node:net'
import { SipError } from '../errors.ts'
import { type Connections, plainAddress } from './connections.ts'
import type { Listen, LocalAddress } from './transport.ts'

/** Starts a server; resolves with where it listens, rejects with `address.inUse` when it cannot. */
export async function listening(server: Server, listen: Listen): Promise<LocalAddress> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error): void => reject(listenError(listen, error))
    server.once('error', refuse)
    server.listen({ host: listen.address, port: listen.port, ipv6Only: listen.address.includes(':') }, () => {
      server.off('error', refuse)
      resolve()
    })
  })
  // Out of file descriptors and the like: this caller is lost, the next may come.
  server.on('error', () => {})
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new TypeError('A server on a port has an address.')
  return { address: bound.address, port: bound.port }
}

export function listenError(listen: Listen, error: Error): SipError {
  const place = `${listen.protocol} ${listen.address} port ${listen.port}`
  return new SipError('address.inUse', `Cannot listen on ${place}: ${error.message}. Choose another port.`, error)
}

/** Callers whose handshake (TLS, WebSocket) goes on: limited like connections, given up after `handshakeMs`. */
export interface Handshakes {
  /** Takes the caller out: it is now a connection of the table, or gone. */
  settle(address: string, port: number): void
  /** Gives all up. */
  close(): void
}

const handshakeMs = 10_000

export function countHandshakes(server: Server, table: Connections): Handshakes {
  const waiting = new Map<string, { socket: Socket; timer: NodeJS.Timeout }>()
  const settle = (address: string, port: number): void => {
    const found = waiting.get(`${address} ${port}`)
    if (found === undefined) return
    waiting.delete(`${address} ${port}`)
    clearTimeout(found.timer)
    table.release(address)
  }
  server.prependListener('connection', (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress)
    const port = socket.remotePort ?? 0
    if (address === '' || !table.reserve(address)) return void socket.destroy()
    const timer = setTimeout(() => socket.destroy(), handshakeMs).unref()
    waiting.set(`${address} ${port}`, { socket, timer })
    socket.once('close', () => settle(address, port))
  })
  return {
    settle,
    close: () => {
      for (const { socket } of [...waiting.values()]) socket.destroy()
    },
  }
}

/** Takes no more callers. Connections are closed by their table. */
export function stopServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    if (!server.listening) return resolve()
    server.close(() => resolve())
  })
}
