import { connect, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { write } from '../src/message/write.ts'
import { openTransports } from '../src/transport/open.ts'
import type { Listen } from '../src/transport/transport.ts'
import { cert, closing, key, open, options, peerOf, rawTcp, until } from './node.ts'

describe('TLS', () => {
  const tls = (extra: { ca?: string } = {}): Listen => ({
    protocol: 'tls',
    address: '127.0.0.1',
    port: 0,
    key,
    cert,
    ...extra,
  })

  test('a certificate nobody trusts is refused', async () => {
    const server = await open([tls()])
    const client = await open([tls()])
    await expect(client.transports.send(write(options('tls')), peerOf(server))).rejects.toMatchObject({
      code: 'connection.failed',
    })
  })

  test('the name asked for must be in it', async () => {
    const server = await open([tls()])
    const client = await open([tls({ ca: cert })])
    const peer = peerOf(server)
    await client.transports.send(write(options('tls')), { ...peer, serverName: 'sip.test' })
    await until(() => client.messages[0])
    const other = client.transports.send(write(options('tls')), { ...peer, serverName: 'other.test' })
    await expect(other).rejects.toMatchObject({ code: 'connection.failed' })
  })

  test('callers who never finish the handshake are limited, and given up at the end', async () => {
    const server = await openTransports({
      listen: [tls()],
      limits: { maxConnectionsPerAddress: 2 },
      onMessage: () => {},
      onFault: () => {},
    })
    const port = server.list[0]!.local.port
    const sockets = Array.from({ length: 3 }, () => connect(port, '127.0.0.1'))
    const ended = new Set<Socket>()
    for (const socket of sockets) {
      closing.push(() => socket.destroy())
      socket.on('error', () => {})
      socket.on('close', () => ended.add(socket)).resume()
    }
    await until(() => ended.size === 1)
    await server.close()
    await until(() => ended.size === 3)
  })

  test('plain text on a TLS port hurts nobody', async () => {
    const server = await open([tls()])
    const { socket, ended } = await rawTcp(server)
    socket.write(write(options('tcp')))
    await until(ended)
    const client = await open([tls({ ca: cert })])
    await client.transports.send(write(options('tls')), peerOf(server))
    await until(() => client.messages[0])
  })
})
