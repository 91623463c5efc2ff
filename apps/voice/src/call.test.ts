import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from './testing/deadline.ts'
import { Party } from './testing/party.ts'
import { NUMBER, testConfig } from './testing/test-config.ts'
import { startTestNode, type TestNode } from './testing/test-node.ts'
import { TestServer } from './testing/test-server.ts'

const BASE = 23_000
const { config, ids } = testConfig({
  trunkPort: BASE + 1,
  change: tenant => {
    for (const queue of tenant.queues) queue.record = 'always'
  },
})
let server: TestServer
let node: TestNode
let caller: Party
let ana: Party
let ivo: Party

beforeAll(async () => {
  server = await new TestServer(config).start()
  node = await startTestNode(server, BASE)
  caller = await Party.open({ port: BASE + 1, mediaPorts: [BASE + 60, BASE + 75] })
  ana = await Party.open({ port: BASE + 2, mediaPorts: [BASE + 76, BASE + 85] })
  ivo = await Party.open({ port: BASE + 3, mediaPorts: [BASE + 86, BASE + 95] })
  await ana.register(BASE, 'ana')
  await ivo.register(BASE, 'ivo')
})
afterEach(async () => {
  await until(() => node.node.calls.size === 0, 'end of every call')
})
afterAll(async () => {
  await Promise.all([caller?.close(), ana?.close(), ivo?.close()])
  await node?.close()
  await server?.stop()
})

/** A customer in conversation with Ana's desk phone. */
async function talking() {
  const before = server.facts.size
  const customer = await caller.reach(BASE, NUMBER)
  await until(() => server.facts.size > before, 'call at the server')
  const { callId } = server
  await server.fact('queued')
  const rang = ana.lines.length
  expect(await server.command({ type: 'ring', callId, userId: ids.ana, seconds: 20 })).toMatchObject({ ok: true })
  await server.fact('legAnswered', fact => {
    const leg = server.of().find(other => other.type === 'legStarted' && other.legId === fact.legId)
    return leg?.type === 'legStarted' && leg.kind === 'agent'
  })
  const connect = { type: 'connect' as const, callId, userId: ids.ana, lineId: null, record: 'always' as const }
  expect(await server.command(connect)).toMatchObject({ ok: true })
  const agent = await until(() => ana.lines[rang], 'answered desk phone')
  return { callId, customer, agent }
}

describe('a call from a provider', () => {
  it('is answered, waits with music, rings the desk phone, and both hear each other until one hangs up', async () => {
    const customer = await caller.reach(BASE, NUMBER)
    await server.fact('queued', fact => fact.queueId === ids.queue)
    await until(() => customer.level > 0.01, 'music')
    const { callId } = server
    await server.command({ type: 'ring', callId, userId: ids.ana, seconds: 20 })
    const agent = await ana.line()
    await server.fact('legAnswered', fact => fact.legId !== node.node.calls.get(callId)?.customer?.id)
    await server.command({ type: 'connect', callId, userId: ids.ana, lineId: null, record: 'never' })
    customer.say(440)
    agent.say(700)
    await agent.hears(440)
    await customer.hears(700)
    await customer.hangUp()
    await agent.ended()
    await server.fact('ended', fact => fact.by === 'customer')
    expect(server.of().map(fact => fact.type)).toEqual([
      'started',
      'legStarted',
      'legAnswered',
      'queued',
      'legStarted',
      'legAnswered',
      'connected',
      'legEnded',
      'legEnded',
      'ended',
    ])
    expect(server.of()[0]).toMatchObject({ from: '+385911234567', to: NUMBER, trunkId: ids.trunk, private: false })
  })
})
