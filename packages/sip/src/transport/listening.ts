import type { Server } from 'node:net'
import { SipError } from '../errors.ts'
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

/** Takes no more callers. Connections are closed by their table. */
export function stopServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    if (!server.listening) return resolve()
    server.close(() => resolve())
  })
}
