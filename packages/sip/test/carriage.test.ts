import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { callId, topVia } from '../src/message/accessors.ts'
import { write } from '../src/message/write.ts'
import { responseTargets } from '../src/transport/arrival.ts'
import { openTransports } from '../src/transport/open.ts'
import type { Listen, Peer } from '../src/transport/transport.ts'
import { cert, closing, key, only, open, options, peerOf, tcp, udp, until } from './node.ts'

describe('a request is carried there and its answer back', () => {
  const six = { address: '::1', port: 0 }
  test.each<[string, Listen]>([
    ['UDP', udp],
    ['UDP over IPv6', { protocol: 'udp', ...six }],
    ['TCP', tcp],
    ['TCP over IPv6', { protocol: 'tcp', ...six }],
    ['TLS', { protocol: 'tls', address: '127.0.0.1', port: 0, key, cert, ca: cert }],
    ['WebSocket', { protocol: 'ws', address: '127.0.0.1', port: 0 }],
    ['WebSocket over TLS', { protocol: 'wss', address: '127.0.0.1', port: 0, key, cert, ca: cert }],
  ])('%s', async (_name, listen) => {
    const server = await open([listen])
    const client = await open([listen])
    for (let i = 0; i < 3; i++) {
      const message = options(listen.protocol)
      await client.transports.send(write(message), peerOf(server))
      await until(() => client.messages.some(got => callId(got.message) === callId(message)))
    }
    expect(server.messages).toHaveLength(3)
    expect(client.messages.map(got => got.message)).toMatchObject([{ status: 200 }, { status: 200 }, { status: 200 }])
    // One connection serves all.
    expect(server.transports.counts().connections).toBe(listen.protocol === 'udp' ? 0 : 1)
  })
})

describe('the top Via says where the request came from (RFC 3581)', () => {
  test.each<[string, string, { received: string | null; rport: 'port' | null }]>([
    ['rport asked', 'client.invalid:5099;rport', { received: '127.0.0.1', rport: 'port' }],
    ['a name', 'client.invalid', { received: '127.0.0.1', rport: null }],
    ['another address', '10.1.2.3', { received: '127.0.0.1', rport: null }],
    ['the very address', '127.0.0.1:9', { received: null, rport: null }],
  ])('%s', async (_name, via, expected) => {
    const server = await open([udp])
    const client = await open([udp])
    await client.transports.send(write(options('udp', via)), peerOf(server))
    const got = await until(() => server.messages[0])
    const { received, rport } = topVia(got.message)
    expect({ received, rport }).toEqual({ ...expected, rport: expected.rport && only(client).local.port })
  })

  test('responses go to the source port with rport, else to the sent-by port', async () => {
    const peer: Peer = { protocol: 'udp', address: '192.0.2.1', port: 40000, connection: 'udp 0.0.0.0 5060' }
    expect(responseTargets(options('udp', '10.0.0.1:5099;received=192.0.2.1;rport=40000'), peer)).toEqual([peer])
    expect(responseTargets(options('udp', '10.0.0.1:5099;received=192.0.2.1'), peer)).toEqual([{ ...peer, port: 5099 }])
    expect(responseTargets(options('udp', '10.0.0.1'), peer)).toEqual([{ ...peer, port: 5060 }])
    const stream: Peer = { protocol: 'tcp', address: '192.0.2.1', port: 40000, connection: 'c1' }
    expect(responseTargets(options('tcp', '10.0.0.1:5099'), stream)).toEqual([
      stream,
      { protocol: 'tcp', address: '192.0.2.1', port: 5099 },
    ])
  })
})

test('whom we have banned hears nothing: no datagram, no connection, not even an open one', async () => {
  let banned = false
  let seen = 0
  const server = await openTransports({
    listen: [udp, tcp],
    isBanned: () => banned,
    onMessage: () => seen++,
    onFault: () => seen++,
  })
  closing.push(() => server.close())
  const [byUdp, byTcp] = server.list.map(({ protocol, local }): Peer => ({ protocol, ...local }))
  const client = await open([udp, tcp])
  await client.transports.send(write(options('tcp')), byTcp!)
  await client.transports.send(write(options('udp')), byUdp!)
  await until(() => seen === 2)
  banned = true
  await client.transports.send(write(options('udp')), byUdp!)
  await client.transports.send(Buffer.from('nonsense'), byUdp!)
  await client.transports.send(write(options('tcp')), byTcp!)
  await until(() => server.counts().connections === 0)
  const again = connect(byTcp!.port, '127.0.0.1')
  closing.push(() => again.destroy())
  again.on('error', () => {})
  await new Promise(resolve => again.once('close', resolve))
  banned = false
  await client.transports.send(write(options('udp')), byUdp!)
  await until(() => seen === 3)
})

test('a port in use is said so, and nothing stays open', async () => {
  const first = await open([tcp])
  const { port } = only(first).local
  const second = openTransports({
    listen: [udp, { protocol: 'tcp', address: '127.0.0.1', port }],
    onMessage: () => {},
    onFault: () => {},
  })
  await expect(second).rejects.toMatchObject({ code: 'address.inUse' })
})

test('without a transport of the protocol and family the send fails in words', async () => {
  const node = await open([udp])
  await expect(
    node.transports.send(Buffer.from('x'), { protocol: 'tls', address: '127.0.0.1', port: 1 }),
  ).rejects.toMatchObject({ code: 'transport.none' })
  await expect(
    node.transports.send(Buffer.from('x'), { protocol: 'udp', address: '::1', port: 1 }),
  ).rejects.toMatchObject({ code: 'transport.none' })
})

test('after closing nothing is sent and nothing is left', async () => {
  const server = await open([udp, tcp])
  const client = await open([udp, tcp])
  await client.transports.send(write(options('tcp')), peerOf(server, 1))
  await until(() => client.messages[0])
  await client.transports.close()
  await until(() => server.transports.counts().connections === 0)
  expect(client.transports.counts()).toEqual({ connections: 0, bufferedBytes: 0 })
  for (const index of [0, 1]) {
    await expect(client.transports.send(Buffer.from('x'), peerOf(server, index))).rejects.toMatchObject({
      code: 'transport.closed',
    })
  }
})
