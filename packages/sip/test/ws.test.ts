import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { write } from '../src/message/write.ts'
import type { Listen } from '../src/transport/transport.ts'
import { closing, type Node, only, open, options, until } from './node.ts'

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

  test('a browser that says nothing is kept by pings', async () => {
    const server = await open([listen], { idleTimeoutMs: 2_200 })
    const { ws, state } = await socketOf(server, '/sip')
    ws.send(write(options('ws')))
    let pings = 0
    ws.on('ping', () => pings++)
    await until(() => pings === 2, 8_000)
    expect(state()).toBe('open')
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
