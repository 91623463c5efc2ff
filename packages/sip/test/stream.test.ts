import { describe, expect, test } from 'vitest'
import { write } from '../src/message/write.ts'
import { closing, open, options, peerOf, rawTcp, tcp, until } from './node.ts'

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
