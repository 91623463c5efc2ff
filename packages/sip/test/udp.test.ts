import { createSocket } from 'node:dgram'
import { describe, expect, test } from 'vitest'
import { write } from '../src/message/write.ts'
import { closing, only, open, options, peerOf, udp, until } from './node.ts'

describe('UDP', () => {
  test('requests leave by the listening socket, answers by the socket that was asked', async () => {
    const server = await open([udp, udp])
    const client = await open([udp])
    await client.transports.send(write(options('udp')), peerOf(server, 1))
    const answer = await until(() => client.messages[0])
    expect(answer.peer.port).toBe(server.transports.list[1]?.local.port)
    expect(server.messages[0]?.peer.port).toBe(only(client).local.port)
  })

  test('a port where nobody listens hurts nothing', async () => {
    const free = createSocket('udp4').bind(0, '127.0.0.1')
    await new Promise(resolve => free.once('listening', resolve))
    const { port } = free.address()
    free.close()
    const server = await open([udp])
    const client = await open([udp])
    for (let i = 0; i < 20; i++)
      await client.transports.send(write(options('udp')), { protocol: 'udp', address: '127.0.0.1', port })
    await client.transports.send(write(options('udp')), peerOf(server))
    await until(() => client.messages[0])
  })

  test('a message too large for a datagram is refused, not lost', async () => {
    const client = await open([udp])
    const send = client.transports.send(Buffer.alloc(65_508), peerOf(client))
    await expect(send).rejects.toMatchObject({ code: 'message.tooLarge' })
  })

  test('keep-alives are silent', async () => {
    const server = await open([udp])
    const socket = createSocket('udp4')
    closing.push(() => socket.close())
    for (const bytes of ['\r\n\r\n', '\0\0\0\0', '', 'jaK']) socket.send(bytes, only(server).local.port, '127.0.0.1')
    socket.send(write(options('udp')), only(server).local.port, '127.0.0.1')
    await until(() => server.messages[0])
    expect(server.faults).toEqual([])
  })
})
