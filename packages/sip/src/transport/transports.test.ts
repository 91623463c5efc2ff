import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { callId, topVia } from '../message/accessors.ts'
import { request, responseTo, type SipMessage, type SipRequest } from '../message/message.ts'
import { answerFault, type MessageFault } from '../message/parse.ts'
import { parseUri } from '../message/uri.ts'
import { write } from '../message/write.ts'
import { responseTargets } from './arrival.ts'
import { openTransports } from './open.ts'
import type { Listen, Peer, Protocol, Transport, TransportOptions, Transports } from './transport.ts'

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
const key = fixture('key.pem')
const cert = fixture('cert.pem')

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function until<T>(what: () => T | undefined | false | null, ms = 3000): Promise<T> {
  const deadline = performance.now() + ms
  for (;;) {
    const value = what()
    if (value !== undefined && value !== false && value !== null) return value
    if (performance.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

interface Node {
  transports: Transports
  messages: { message: SipMessage; peer: Peer }[]
  faults: { fault: MessageFault; peer: Peer }[]
  closed: Peer[]
}

/** Opens transports that answer every request with 200 and every fault as it is due. */
async function open(listen: Listen[], limits: TransportOptions['limits'] = {}): Promise<Node> {
  const node: Omit<Node, 'transports'> = { messages: [], faults: [], closed: [] }
  const transports = await openTransports({
    listen,
    limits,
    onMessage: (message, peer) => {
      node.messages.push({ message, peer })
      if (message.kind === 'request') send(write(responseTo(message, 200, { toTag: 't' })), peer)
    },
    onFault: (fault, peer) => {
      node.faults.push({ fault, peer })
      const answer = answerFault(fault, 't')
      if (answer !== null) send(write(answer), peer)
    },
    onClosed: peer => node.closed.push(peer),
  })
  const send = (bytes: Buffer, peer: Peer): void => void transports.send(bytes, peer).catch(() => {})
  closing.push(() => transports.close())
  return { ...node, transports }
}

const tcp: Listen = { protocol: 'tcp', address: '127.0.0.1', port: 0 }
const udp: Listen = { protocol: 'udp', address: '127.0.0.1', port: 0 }
const only = (node: Node): Transport => node.transports.list[0]!
const peerOf = (node: Node, index = 0): Peer => {
  const { protocol, local } = node.transports.list[index]!
  return { protocol, ...local }
}

let count = 0
function options(protocol: Protocol, via = 'client.invalid;rport'): SipRequest {
  count++
  return request('OPTIONS', parseUri('sip:a@127.0.0.1')!, [
    ['Via', `SIP/2.0/${protocol.toUpperCase()} ${via};branch=z9hG4bK${count}`],
    ['From', '<sip:a@b>;tag=1'],
    ['To', '<sip:a@b>'],
    ['Call-ID', `call-${count}`],
    ['CSeq', '1 OPTIONS'],
  ])
}

async function rawTcp(node: Node): Promise<{ socket: Socket; text: () => string; ended: () => boolean }> {
  const socket = connect(only(node).local.port, '127.0.0.1')
  closing.push(() => socket.destroy())
  let text = ''
  let ended = false
  socket.on('data', chunk => {
    text += chunk
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    ended = true
  })
  socket.on('end', () => {
    ended = true
  })
  await new Promise(resolve => socket.once('connect', resolve))
  return { socket, text: () => text, ended: () => ended }
}

describe('a request is carried there and its answer back', () => {
  const six = { address: '::1', port: 0 }
  test.each<[string, Listen]>([
    ['UDP', udp],
    ['UDP over IPv6', { protocol: 'udp', ...six }],
    ['TCP', tcp],
    ['TCP over IPv6', { protocol: 'tcp', ...six }],
    ['TLS', { protocol: 'tls', address: '127.0.0.1', port: 0, key, cert, ca: cert }],
    ['WebSocket', { protocol: 'ws', address: '127.0.0.1', port: 0 }],
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

describe('streams', () => {
  test('one-byte pieces, pings, and several messages in a piece', async () => {
    const server = await open([tcp])
    const { socket, text } = await rawTcp(server)
    for (const byte of write(options('tcp'))) socket.write(Buffer.from([byte]))
    await until(() => server.messages.length === 1)
    socket.write('\r\n\r\n')
    await until(() => text().endsWith('\r\n\r\n\r\n'))
    socket.write(Buffer.concat([write(options('tcp')), write(options('tcp'))]))
    await until(() => server.messages.length === 3)
  })

  test('a peer that spoke first is reached by its connection, and gone when that is gone', async () => {
    const server = await open([tcp])
    const { socket, text } = await rawTcp(server)
    socket.write(write(options('tcp')))
    const { peer } = await until(() => server.messages[0])
    await server.transports.send(Buffer.from('by id\r\n'), peer)
    await server.transports.send(Buffer.from('by address\r\n'), {
      protocol: 'tcp',
      address: peer.address,
      port: peer.port,
    })
    await until(() => text().includes('by id\r\nby address\r\n'))
    socket.destroy()
    await until(() => server.closed[0])
    expect(server.closed[0]).toEqual(peer)
    await expect(server.transports.send(Buffer.from('x'), peer)).rejects.toMatchObject({ code: 'connection.gone' })
    expect(server.transports.counts()).toEqual({ connections: 0, bufferedBytes: 0 })
  })

  test('what cannot be framed is answered, then the connection ends', async () => {
    const server = await open([tcp])
    const { socket, text, ended } = await rawTcp(server)
    socket.write(write(options('tcp')).toString().replace('Content-Length: 0', 'Content-Length: 4000000000'))
    await until(ended)
    expect(text()).toMatch(/^SIP\/2.0 413 /)
    await until(() => server.transports.counts().connections === 0)
  })

  test('connections of one address are limited, others of the server go on', async () => {
    const server = await open([tcp], { maxConnectionsPerAddress: 3 })
    const first = await rawTcp(server)
    for (let i = 0; i < 2; i++) await rawTcp(server)
    await until(() => server.transports.counts().connections === 3)
    const fourth = await rawTcp(server)
    await until(fourth.ended)
    first.socket.write(write(options('tcp')))
    await until(() => first.text().includes('200 OK'))
  })

  test('a message that does not end, and silence, are cut off; who speaks stays', async () => {
    const server = await open([tcp], { partialTimeoutMs: 300, idleTimeoutMs: 60_000 })
    const silent = await rawTcp(server)
    const slow = await rawTcp(server)
    const good = await rawTcp(server)
    good.socket.write(write(options('tcp')))
    slow.socket.write(write(options('tcp')))
    await until(() => server.messages.length === 2)
    slow.socket.write('OPTIONS sip:')
    const drip = setInterval(() => slow.socket.write('a'), 50)
    closing.push(() => clearInterval(drip))
    await until(() => silent.ended() && slow.ended(), 5000)
    expect(good.ended()).toBe(false)
  })

  test('a caller who only pings has not spoken', async () => {
    const server = await open([tcp], { partialTimeoutMs: 300 })
    const pinging = await rawTcp(server)
    const ping = setInterval(() => pinging.socket.write('\r\n\r\n'), 50)
    closing.push(() => clearInterval(ping))
    await until(pinging.ended, 5000)
    expect(pinging.text()).toContain('\r\n')
  })

  test('half messages of all callers together are limited; a whole one still comes through', async () => {
    const server = await open([tcp], { maxPartialBytes: 10_000 })
    const half = `OPTIONS sip:a@b SIP/2.0\r\nX: ${'y'.repeat(4_000)}`
    const callers = []
    for (let i = 0; i < 3; i++) {
      const caller = await rawTcp(server)
      caller.socket.write(half)
      callers.push(caller)
      await until(() => caller.ended() || server.transports.counts().bufferedBytes === half.length * (i + 1))
    }
    expect(callers.map(caller => caller.ended())).toEqual([false, false, true])
    const whole = await rawTcp(server)
    whole.socket.write(write(options('tcp')))
    await until(() => whole.text().includes('200 OK'))
  })

  test('idle connections are closed', async () => {
    const server = await open([tcp], { idleTimeoutMs: 200 })
    const client = await rawTcp(server)
    client.socket.write(write(options('tcp')))
    await until(client.ended)
    expect(client.text()).toContain('200 OK')
  })

  test('a reader that stops reading is cut off before it fills the memory', async () => {
    const server = await open([tcp], { maxUnsentBytes: 1 << 18 })
    const { socket } = await rawTcp(server)
    socket.write(write(options('tcp')))
    const { peer } = await until(() => server.messages[0])
    socket.pause()
    const piece = Buffer.alloc(60_000)
    const sends = Array.from({ length: 400 }, () =>
      server.transports.send(piece, peer).then(
        () => 'sent',
        error => error.code,
      ),
    )
    const results = await Promise.all(sends)
    expect(results).toContain('connection.slow')
    await until(() => server.transports.counts().connections === 0)
    expect(server.transports.counts().bufferedBytes).toBe(0)
  })

  test('nobody there: the send fails, and may be tried elsewhere', async () => {
    const client = await open([tcp], { connectTimeoutMs: 500 })
    const gone = await open([tcp])
    const peer = peerOf(gone)
    await gone.transports.close()
    await expect(client.transports.send(Buffer.from('x'), peer)).rejects.toMatchObject({
      code: 'connection.failed',
      retryable: true,
    })
    expect(client.transports.counts().connections).toBe(0)
  })
})

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

describe('WebSocket', () => {
  async function socketOf(
    node: Node,
    path = '/',
    protocols: string | string[] = 'sip',
    origin = 'https://a.test',
  ): Promise<{ ws: WebSocket; got: string[]; state: () => string }> {
    const ws = new WebSocket(`ws://127.0.0.1:${only(node).local.port}${path}`, protocols, { origin })
    closing.push(() => ws.terminate())
    const got: string[] = []
    let state = 'connecting'
    ws.on('open', () => {
      state = 'open'
    })
    ws.on('error', error => {
      state = error.message
    })
    ws.on('close', () => {
      if (state === 'open') state = 'closed'
    })
    ws.on('message', data => got.push(String(data)))
    await until(() => state !== 'connecting')
    return { ws, got, state: () => state }
  }
  const listen: Listen = { protocol: 'ws', address: '127.0.0.1', port: 0, path: '/sip', origins: ['https://a.test'] }

  test('text and binary messages are taken, the keep-alive is answered', async () => {
    const server = await open([listen])
    const { ws, got } = await socketOf(server, '/sip')
    expect(ws.protocol).toBe('sip')
    ws.send(write(options('ws')).toString())
    ws.send(write(options('ws')))
    ws.send('\r\n\r\n')
    await until(() => got.length === 3)
    expect(got.map(text => text.slice(0, 14))).toEqual(['SIP/2.0 200 OK', 'SIP/2.0 200 OK', '\r\n'])
  })

  test.each<[string, string, string | string[], string]>([
    ['another subprotocol', '/sip', 'chat', '400'],
    ['another path', '/other', 'sip', '404'],
  ])('%s is turned away', async (_name, path, protocols, status) => {
    const server = await open([listen])
    expect((await socketOf(server, path, protocols)).state()).toContain(status)
  })

  test('another origin is turned away', async () => {
    const server = await open([listen])
    expect((await socketOf(server, '/sip', 'sip', 'https://evil.test')).state()).toContain('403')
  })

  test('a message too large ends the connection and nothing else', async () => {
    const server = await open([listen])
    const big = await socketOf(server, '/sip')
    big.ws.send('x'.repeat(70_000))
    await until(() => big.state() === 'closed')
    const good = await socketOf(server, '/sip')
    good.ws.send(write(options('ws')))
    await until(() => good.got.length === 1)
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
