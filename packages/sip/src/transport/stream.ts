import type { Socket } from 'node:net'
import { SipError } from '../errors.ts'
import type { ParseResult } from '../message/parse.ts'
import { type Connection, type Connections, connectionError } from './connections.ts'
import { Framer } from './framing.ts'
import type { Peer } from './transport.ts'

const pong = Buffer.from('\r\n')

export type OnResult = (result: ParseResult, peer: Peer, bytes: Buffer) => void

/** Makes a TCP or TLS socket, connected or about to be, a connection of the table. */
export function addStream(
  socket: Socket,
  peer: Peer & { readonly connection: string },
  how: 'made' | 'came',
  table: Connections,
  onResult: OnResult,
): Connection {
  const { connection: id } = peer
  let failure: Error | null = null
  let spoke = false
  const framer = new Framer(table.limits, {
    onResult: (result, bytes) => {
      if (result.kind !== 'fault') spoke = true
      onResult(result, peer, bytes)
    },
    onPing: () => write(pong).catch(() => {}),
    onBroken: () => {
      // The answer leaves, then the end; a peer that goes on talking is cut off.
      socket.end()
      socket.resume()
      setTimeout(() => socket.destroy(), 1_000).unref()
    },
  })
  const write = (bytes: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      if (socket.destroyed || socket.writableEnded) return reject(connectionError(peer, failure))
      if (socket.writableLength + bytes.length > table.limits.maxUnsentBytes) {
        socket.destroy()
        const text = `${peer.address} port ${peer.port} takes nothing more; its connection was cut. Try another target.`
        return reject(new SipError('connection.slow', text))
      }
      socket.write(bytes, error => {
        if (error === null || error === undefined) {
          table.sent(id)
          resolve()
        } else reject(connectionError(peer, failure ?? error))
      })
    })
  const connection: Connection = {
    peer,
    unsent: () => socket.writableLength,
    partial: () => framer.buffered,
    write,
    destroy: () => socket.destroy(),
  }
  socket.setNoDelay(true)
  socket.setKeepAlive(true, 60_000)
  socket.on('data', (chunk: Buffer) => {
    if (table.isBanned(peer.address)) return void socket.destroy()
    spoke = false
    framer.push(chunk)
    table.touch(id, spoke)
  })
  socket.on('error', error => {
    failure ??= error
  })
  socket.on('end', () => socket.end())
  socket.once('close', () => table.remove(id))
  table.add(connection, how)
  return connection
}
