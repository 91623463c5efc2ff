import { createSocket, type Socket } from 'node:dgram'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from './testing/deadline.ts'
import { Party } from './testing/party.ts'
import { NUMBER, testConfig } from './testing/test-config.ts'
import { startTestNode, type TestNode } from './testing/test-node.ts'
import { TestServer } from './testing/test-server.ts'

const BASE = 23_100
const { config } = testConfig({ trunkPort: BASE + 1 })
let server: TestServer
let node: TestNode
let provider: Party

beforeAll(async () => {
  server = await new TestServer(config).start()
  node = await startTestNode(server, BASE)
  provider = await Party.open({ port: BASE + 1, mediaPorts: [BASE + 60, BASE + 79] })
})
afterAll(async () => {
  await provider?.close()
  await node?.close()
  await server?.stop()
})

/** Somebody at another address of the loop: not the provider's. */
class Stranger {
  readonly answers: string[] = []
  readonly socket: Socket = createSocket('udp4')
  readonly address: string
  #sent = 0

  constructor(address: string) {
    this.address = address
    this.socket.on('message', bytes => this.answers.push(String(bytes)))
  }
  async open(): Promise<this> {
    await new Promise<void>(resolve => this.socket.bind(0, this.address, resolve))
    return this
  }
  send(method: string, uri: string, headers: string[] = []): void {
    const n = ++this.#sent
    const { port } = this.socket.address()
    this.socket.send(
      [
        `${method} ${uri} SIP/2.0`,
        `Via: SIP/2.0/UDP ${this.address}:${port};branch=z9hG4bK${this.address}-${n}`,
        'Max-Forwards: 70',
        `From: <sip:100@centrala>;tag=t${n}`,
        `To: <${uri}>`,
        `Call-ID: ${n}@${this.address}`,
        `CSeq: 1 ${method}`,
        `Contact: <sip:100@${this.address}:${port}>`,
        ...headers,
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
      BASE,
      '127.0.0.1',
    )
  }
  statuses(): number[] {
    return this.answers.map(answer => Number(answer.split(' ')[1])).filter(status => status >= 200)
  }
}

const credentials = (username: string) =>
  `Authorization: Digest username="${username}", realm="centrala", nonce="x", uri="sip:centrala", response="${'0'.repeat(32)}", algorithm=MD5`

describe('strangers', () => {
  it('get the same answer whether a user exists or not, and silence after a few failures', async () => {
    const known = await new Stranger('127.0.0.2').open()
    const unknown = await new Stranger('127.0.0.3').open()
    known.send('REGISTER', 'sip:centrala', [credentials('ana')])
    unknown.send('REGISTER', 'sip:centrala', [credentials('nobody')])
    await until(() => known.answers.length > 0 && unknown.answers.length > 0, 'answer')
    const plain = (text: string | undefined) =>
      (text ?? '').replace(/nonce="[^"]+"|127\.0\.0\.\d|tag=[^;\r]+|\d+@|rport=\d+|:\d{4,5}/g, '')
    expect(plain(known.answers[0])).toBe(plain(unknown.answers[0]))
    expect(known.answers[0]).toContain('401')
    for (let tries = 0; tries < 12; tries++) unknown.send('REGISTER', 'sip:centrala', [credentials(`user${tries}`)])
    await until(() => node.node.guarding.dropped > 0, 'silence')
    expect(unknown.statuses().length).toBeLessThanOrEqual(7)
    expect(node.node.guarding.banned).toBe(1)
    known.socket.close()
    unknown.socket.close()
  })

  it('who are scanners hear nothing at all', async () => {
    const scanner = await new Stranger('127.0.0.4').open()
    const before = node.node.guarding.dropped
    scanner.send('OPTIONS', 'sip:100@centrala', ['User-Agent: friendly-scanner'])
    scanner.send('INVITE', 'sip:100@centrala', ['User-Agent: sipvicious'])
    scanner.send('REGISTER', 'sip:centrala', ['User-Agent: friendly-scanner'])
    await until(() => node.node.guarding.dropped >= before + 3, 'three dropped')
    expect(scanner.answers).toEqual([])
    scanner.socket.close()
  })

  it('who call an outside number never reach the provider, nor make a call', async () => {
    const thief = await new Stranger('127.0.0.5').open()
    thief.send('INVITE', 'sip:+385911234567@centrala')
    thief.send('INVITE', 'sip:+38515550100@centrala')
    thief.send('INVITE', 'sip:900385911234567@centrala', [credentials('ana')])
    await until(() => thief.statuses().length >= 3, 'three answers')
    expect(thief.statuses().every(status => status === 401)).toBe(true)
    expect(provider.invites).toEqual([])
    expect(server.facts.size).toBe(0)
    thief.socket.close()
  })

  it('do not hurt calls while they knock two hundred times a second', async () => {
    const customer = await provider.reach(BASE, NUMBER)
    await server.fact('queued')
    const flood = await new Stranger('127.0.0.6').open()
    const began = performance.now()
    for (let n = 0; n < 200; n++) flood.send('REGISTER', 'sip:centrala', [credentials(`u${n}`)])
    const frames = customer.framesHeard
    await until(() => customer.framesHeard > frames + 25, 'music that goes on')
    expect(performance.now() - began).toBeLessThan(3000)
    const second = await provider.reach(BASE, NUMBER)
    await second.hangUp()
    await customer.hangUp()
    await until(() => node.node.calls.size === 0, 'end')
    flood.socket.close()
  })
})
