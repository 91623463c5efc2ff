import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallCommand } from '@centrala/api/call-command.ts'
import type { VoiceConfig } from '@centrala/api/voice-config.ts'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../testing/deadline.ts'
import { TestServer, TOKEN } from '../testing/test-server.ts'
import { Journals } from './journals.ts'
import { KnownServers } from './known-servers.ts'
import { Links } from './links.ts'

const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
const configOf = (revision: string): VoiceConfig => ({ revision, tenants: [] })
const held: CallCommand = { type: 'hold', callId: randomUUID() }

let folder: string
let journals: Journals
let first: TestServer
let second: TestServer
let links: Links
let revision: string
let keeping: Promise<void>
let commands: CallCommand[]
const callId = randomUUID()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'centrala-links-'))
  journals = new Journals(folder, log)
  first = await new TestServer(configOf('of the first')).start()
  second = await new TestServer(configOf('of the second')).start()
  Object.assign(first, { name: 'first', others: [{ name: 'second', url: second.url }] })
  Object.assign(second, { name: 'second', others: [{ name: 'first', url: first.url }] })
  commands = []
  revision = ''
})
afterEach(async () => {
  links?.close()
  await Promise.all([first.stop(), second.stop()])
  await journals.close()
  await rm(folder, { recursive: true, force: true })
})

function link(serverUrl: string): Links {
  const known = new KnownServers(folder)
  links = new Links({
    serverUrl,
    known: known.urls,
    onKnown: urls => {
      known.keep(urls)
      keeping = known.flushed()
    },
    token: TOKEN,
    log,
    hello: () => ({
      type: 'hello',
      nodeId: 'voice-1',
      publicAddress: '127.0.0.1',
      sipPorts: { udp: 5060, tcp: null, tls: null, ws: null, wss: null },
      maxCalls: 10,
      configRevision: null,
      calls: [],
      lines: [],
    }),
    state: () => [{ type: 'state', draining: false, load: 0, calls: [], lines: [], trunks: [], deskPhones: [] }],
    unsent: () => journals.unsent(),
    settled: id => journals.settled(id),
    onConfig: config => {
      revision = config.revision
    },
    onAck: (id, n) => journals.acknowledge(id, n),
    onCommand: async command => {
      commands.push(command)
      if ('callId' in command) journals.tell(command.callId, { type: 'held' })
      return { ok: true }
    },
  })
  journals.send = (id, fact) => links.fact(id, fact)
  return links
}

async function both(): Promise<void> {
  await until(() => first.state && second.state, 'the node at both servers')
}

test('facts and questions go to one server and the configuration comes from it; state goes to all, and all command', async () => {
  link(first.url)
  await both()
  expect([first.hello?.main, second.hello?.main]).toEqual([true, false])
  await until(() => revision === 'of the first', 'the configuration of the first')
  journals.begin(callId)
  journals.tell(callId, { type: 'parked' })
  await first.fact('parked', undefined, { callId })
  expect(await links.askPlace(callId)).toEqual(first.place)
  for (const server of [first, second]) expect(await server.command({ ...held, callId })).toMatchObject({ ok: true })
  expect(commands).toHaveLength(2)
  expect(first.of(callId).map(({ type }) => type)).toEqual(['parked', 'held', 'held'])
  expect(second.facts.size).toBe(0)
  links.typing(callId, 'customer', 'hello')
  await until(() => first.typed.length + second.typed.length === 2, 'the letters at both')
})

test('a command of another server is answered when what it led to is stored', async () => {
  link(first.url)
  await both()
  journals.begin(callId)
  first.acknowledging = false
  let answered = false
  const reply = second.command({ ...held, callId }).then(() => {
    answered = true
  })
  await first.fact('held', undefined, { callId })
  await second.command({ type: 'tryLine', sdp: '' }) // answered after the other, were that not waiting
  expect(answered).toBe(false)
  journals.acknowledge(callId, 1)
  await reply
})

test('when its server is gone another gets the facts at once, again from the first that was not acknowledged', async () => {
  link(first.url)
  await both()
  journals.begin(callId)
  journals.tell(callId, { type: 'held' })
  await until(() => journals.unsent()[Symbol.iterator]().next().done, 'the first fact to be stored')
  first.acknowledging = false
  journals.tell(callId, { type: 'resumed' })
  await first.fact('resumed', undefined, { callId })
  second.facts.set(callId, [{ n: 1, at: Date.now(), fact: { type: 'held' } }]) // what the database holds
  await first.stop()
  await second.fact('resumed', undefined, { callId })
  expect(second.hello?.main).toBe(true)
  await until(() => revision === 'of the second', 'the configuration of the second')
  expect(links.serverUrl).toBe(second.url)
  journals.tell(callId, { type: 'parked' })
  await second.fact('parked', undefined, { callId })
  expect(await second.command({ ...held, callId })).toMatchObject({ ok: true })

  // The one that comes back is one of the others now.
  first.acknowledging = true
  first.state = null
  await first.start()
  await until(() => first.hello && first.state, 'the server that came back')
  expect(first.hello?.main).toBe(false)
  expect(await first.command({ ...held, callId })).toMatchObject({ ok: true })
})

test('an address that leads to any of the servers makes no second link to the same one', async () => {
  // Another address of the first server: as if a balancer led there.
  const balancer = await new TestServer(configOf('of the first')).start()
  Object.assign(balancer, { name: 'first', others: first.others })
  second.others = [{ name: 'first', url: first.url }]
  link(balancer.url)
  await until(() => second.state && balancer.state, 'both servers')
  second.tellServers()
  expect(await second.command({ ...held, callId })).toMatchObject({ ok: true })
  expect(first.hellos).toBe(0)
  // The balancer leads to the second one now, which is linked already; the first is reached by its own address.
  await balancer.stop()
  balancer.name = 'second'
  await balancer.start()
  second.tellServers()
  await until(() => first.state, 'the first server by its own address')
  await until(() => second.hello?.main, 'the second to be the main one')
  expect([first.hello?.main, balancer.hello]).toEqual([false, null])
  await balancer.stop()
})

test('a node that starts while the server it was told of is away finds the others that it knew before', async () => {
  link(first.url)
  await both()
  await keeping
  links.close()
  await until(() => !links.up, 'the node to be gone')
  await first.stop()
  second.hello = null
  link(first.url)
  await until(() => second.hello?.main, 'the other server to be the main one')
})

test('an address without TLS is no server of a node that came by TLS', async () => {
  const said: unknown[] = []
  links = new Links({
    serverUrl: 'https://127.0.0.1:1',
    known: [second.url],
    onKnown: () => {},
    token: TOKEN,
    log: pino({ level: 'warn' }, { write: line => said.push(JSON.parse(line)) }),
    hello: () => {
      throw new Error('said hello without TLS')
    },
    state: () => [],
    unsent: () => [],
    settled: async () => {},
    onConfig: () => {},
    onAck: () => {},
    onCommand: async () => ({ ok: true }),
  })
  await until(() => said.length > 1, 'the warnings')
  expect(said).toMatchObject([{ url: second.url }, { serverUrl: 'https://127.0.0.1:1' }])
  expect(second.hellos).toBe(0)
})

test('where all servers are gone the first that is there again is the main one', async () => {
  link(first.url)
  await both()
  await Promise.all([first.stop(), second.stop()])
  await until(() => !links.up, 'both to be gone')
  journals.begin(callId)
  journals.tell(callId, { type: 'held' })
  await second.start()
  await second.fact('held', undefined, { callId })
  expect(second.hello?.main).toBe(true)
})
