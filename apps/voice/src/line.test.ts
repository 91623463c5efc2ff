import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Browser } from './testing/browser.ts'
import { until } from './testing/deadline.ts'
import { Party } from './testing/party.ts'
import { NUMBER, testConfig } from './testing/test-config.ts'
import { startTestNode, type TestNode } from './testing/test-node.ts'
import { TestServer } from './testing/test-server.ts'

const BASE = 23_400
const { config, ids } = testConfig({ trunkPort: BASE + 1 })
const browsers: Browser[] = []
let server: TestServer
let node: TestNode
let caller: Party

beforeAll(async () => {
  server = await new TestServer(config).start()
  node = await startTestNode(server, BASE, { LINE_GRACE_SECONDS: '5' })
  caller = await Party.open({ port: BASE + 1, mediaPorts: [BASE + 60, BASE + 89] })
})
afterEach(async () => {
  for (const browser of browsers.splice(0)) browser.vanish()
  for (const line of caller.lines.splice(0)) void line.hangUp()
  await until(() => node.node.calls.size === 0, 'end of every call')
})
afterAll(async () => {
  await caller?.close()
  await node?.close()
  await server?.stop()
})

async function openLine(userId: string, lineId: string): Promise<Browser> {
  const browser = await Browser.open(async sdp => {
    const reply = await server.command({ type: 'openLine', tenantId: ids.tenant, userId, lineId, sdp })
    return reply.ok ? reply.sdp : undefined
  })
  browsers.push(browser)
  await until(() => server.state?.lines.find(line => line.lineId === lineId)?.connected, 'line at the server')
  return browser
}

async function queued() {
  const known = server.facts.size
  const customer = await caller.reach(BASE, NUMBER)
  await until(() => server.facts.size > known, 'call at the server')
  await server.fact('queued')
  return { customer, callId: server.callId }
}

async function talking(lineId = crypto.randomUUID()) {
  const agent = await openLine(ids.ana, lineId)
  const { customer, callId } = await queued()
  const connect = { type: 'connect' as const, callId, userId: ids.ana, lineId, record: 'never' as const }
  expect(await server.command(connect)).toMatchObject({ ok: true })
  customer.say(440)
  agent.say(700)
  await agent.hears(440)
  await customer.hears(700)
  return { agent, customer, callId, lineId }
}

describe('an agent in the browser', () => {
  it('and a customer hear each other; the end of the call leaves the line open for the next', async () => {
    const { agent, customer, callId, lineId } = await talking()
    await server.command({ type: 'hold', callId })
    await customer.hearsNot(700)
    await server.command({ type: 'resume', callId })
    await customer.hears(700)
    await server.command({ type: 'hangUp', callId, by: 'agent', userId: ids.ana })
    await customer.ended()
    expect(await server.fact('connected')).toMatchObject({ userId: ids.ana })

    const next = await queued()
    await server.command({ type: 'connect', callId: next.callId, userId: ids.ana, lineId, record: 'never' })
    next.customer.say(440)
    await agent.hears(440)
    await next.customer.hangUp()
    await server.fact('ended')
  })

  it('whose page reloads has the audio back within three seconds, and the customer hears music meanwhile', async () => {
    const { agent, customer, callId } = await talking()
    agent.vanish()
    await until(() => customer.loudness(700) < 0.004 && customer.level > 0.01, 'music')
    const began = customer.framesHeard
    const again = await openLine(ids.ana, crypto.randomUUID())
    again.say(1000)
    await customer.hears(1000)
    await again.hears(440)
    // As the customer counts it: where the machine stands still, so do they.
    expect((customer.framesHeard - began) * 20).toBeLessThan(3000)
    expect(server.of(callId).filter(fact => fact.type === 'legEnded')).toEqual([])
    await customer.hangUp()
    await server.fact('ended')
  })

  it('is there all the while when the node stood still: what came meanwhile is read before anybody is called gone', async () => {
    const { agent, customer, lineId } = await talking()
    const line = node.node.lines.get(lineId)
    // Behind the loop's turn to read: the timers come next.
    await new Promise(setImmediate)
    for (let i = 0; i < 100; i++) {
      agent.speak()
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
    const seen = new Set<boolean | undefined>()
    const heard = customer.framesHeard
    await until(() => {
      seen.add(line?.wasConnected)
      return customer.framesHeard > heard + 25
    }, 'half a second of conversation')
    expect([...seen]).toEqual([true])
    await customer.hangUp()
    await server.fact('ended')
  })

  it('who does not come back is told as lost, and the customer waits on with music for somebody else', async () => {
    const { agent, customer, callId } = await talking()
    agent.vanish()
    await server.fact('legEnded', fact => fact.reason === 'lost', { ms: 10_000 })
    expect(customer.session.state).toBe('established')
    await until(() => customer.level > 0.01, 'music')
    const lineId = crypto.randomUUID()
    const ivo = await openLine(ids.ivo, lineId)
    await server.command({ type: 'connect', callId, userId: ids.ivo, lineId, record: 'never' })
    ivo.say(1000)
    await customer.hears(1000)
    await customer.hangUp()
    await server.fact('ended')
  })

  it('is listened to, whispered to and joined by a supervisor', async () => {
    const { agent, customer, callId } = await talking()
    const lineId = crypto.randomUUID()
    const ivo = await openLine(ids.ivo, lineId)
    ivo.say(1000)
    const monitor = { type: 'monitor' as const, callId, userId: ids.ivo, lineId }
    expect(await server.command({ ...monitor, mode: 'listen' })).toMatchObject({ ok: true })
    await ivo.hears(440)
    await ivo.hears(700)
    expect(agent.loudness(1000)).toBeLessThan(0.004)
    await server.command({ ...monitor, mode: 'whisper' })
    await agent.hears(1000)
    expect(customer.loudness(1000)).toBeLessThan(0.004)
    await customer.hears(700)
    await server.command({ ...monitor, mode: 'barge' })
    await customer.hears(1000)
    await server.command({ ...monitor, mode: 'off' })
    await customer.hearsNot(1000)
    expect(server.of().flatMap(fact => (fact.type === 'monitored' ? [fact.mode] : []))).toEqual([
      'listen',
      'whisper',
      'barge',
      'off',
    ])
    await customer.hangUp()
    await server.fact('ended')
  })

  it('is consulted at the desktop, answers there, and takes the call over', async () => {
    const { agent, customer, callId } = await talking()
    const lineId = crypto.randomUUID()
    const ivo = await openLine(ids.ivo, lineId)
    const target = { type: 'user' as const, userId: ids.ivo }
    expect(await server.command({ type: 'consult', callId, userId: ids.ana, target })).toMatchObject({ ok: true })
    await customer.hearsNot(700)
    ivo.say(1000)
    expect(agent.loudness(1000)).toBeLessThan(0.004)
    await server.command({ type: 'connect', callId, userId: ids.ivo, lineId, record: 'never' })
    await agent.hears(1000)
    await ivo.hears(700)
    expect(await server.command({ type: 'conference', callId })).toMatchObject({ ok: true })
    await customer.hears(700)
    await customer.hears(1000)
    const leg = server.of().find(fact => fact.type === 'legStarted' && fact.userId === ids.ana)
    await server.command({ type: 'removeLeg', callId, legId: leg?.type === 'legStarted' ? leg.legId : '' })
    await customer.hearsNot(700)
    await customer.hears(1000)
    await customer.hangUp()
    await server.fact('ended')
  })

  it('declines a consultation, and the agent is back with the customer', async () => {
    const { customer, callId } = await talking()
    await openLine(ids.ivo, crypto.randomUUID())
    const target = { type: 'user' as const, userId: ids.ivo }
    await server.command({ type: 'consult', callId, userId: ids.ana, target })
    await server.fact('consulted')
    await server.command({ type: 'stopRinging', callId, userId: ids.ivo })
    await server.fact('consultEnded', fact => fact.how === 'failed')
    await customer.hears(700)
    await customer.hangUp()
    await server.fact('ended')
  })

  it('hears itself in the echo test', async () => {
    const lineId = crypto.randomUUID()
    const agent = await openLine(ids.ana, lineId)
    agent.say(900)
    expect(await server.command({ type: 'echo', lineId, on: true })).toMatchObject({ ok: true })
    await agent.hears(900)
    await server.command({ type: 'echo', lineId, on: false })
    await until(() => agent.loudness(900) < 0.004, 'end of the echo')
  })

  it('calls out and hears it ring', async () => {
    const lineId = crypto.randomUUID()
    const agent = await openLine(ids.ana, lineId)
    const answering = caller.answering
    const rang = caller.lines.length
    const ringing = Promise.withResolvers<() => void>()
    caller.answering = invite => {
      void invite.ringing()
      ringing.resolve(() => void caller.take(invite))
    }
    const callId = crypto.randomUUID()
    await server.command({
      type: 'dial',
      callId,
      tenantId: ids.tenant,
      interactionId: crypto.randomUUID(),
      userId: ids.ana,
      lineId,
      to: '+385916666666',
      numberId: null,
      record: 'never',
      timeoutSeconds: 20,
    })
    await until(() => agent.loudness(425) > 0.01, 'ringing')
    await server.fact('legRinging', undefined, { callId })
    const pickUp = await ringing.promise
    pickUp()
    const customer = await until(() => caller.lines[rang], 'customer')
    caller.answering = answering
    customer.say(440)
    agent.say(700)
    await agent.hears(440)
    await customer.hears(700)
    await server.command({ type: 'hangUp', callId, by: 'agent', userId: ids.ana })
    await customer.ended()
  })
})

describe('lines', () => {
  it('of one person are eight at most: the one opened first gives way', async () => {
    const lineIds = Array.from({ length: 9 }, () => crypto.randomUUID())
    for (const lineId of lineIds) await openLine(ids.ivo, lineId)
    const open = () => server.state?.lines.filter(({ userId }) => userId === ids.ivo).map(({ lineId }) => lineId)
    await until(() => open()?.length === 8, 'end of the first line')
    expect(open()?.sort()).toEqual(lineIds.slice(1).sort())
  })

  it('leave no leg behind when their pages are gone', async () => {
    await until(() => server.state?.lines.every(line => !line.connected), 'end of the lines', 45_000)
    for (const { lineId } of server.state?.lines ?? []) await server.command({ type: 'closeLine', lineId })
    await until(() => node.node.media.counts().legs === 0, 'end of every leg')
    expect(node.node.media.counts()).toMatchObject({ legs: 0, rooms: 0, playbacks: 0 })
  }, 60_000)
})

describe('a visitor who calls from the web page', () => {
  it('waits with music, is answered, reloads the page and goes on', async () => {
    const callId = crypto.randomUUID()
    const visit = {
      type: 'webCall' as const,
      callId,
      tenantId: ids.tenant,
      interactionId: crypto.randomUUID(),
      queueId: ids.queue,
      flowId: null,
      name: 'Marija',
      language: 'hr',
    }
    const web = async () => {
      const browser = await Browser.open(async sdp => {
        const reply = await server.command({ ...visit, sdp })
        return reply.ok ? reply.sdp : undefined
      })
      browsers.push(browser)
      return browser
    }
    const visitor = await web()
    await server.fact('queued', undefined, { callId })
    await until(() => visitor.level > 0.01, 'music')
    const lineId = crypto.randomUUID()
    const agent = await openLine(ids.ana, lineId)
    await server.command({ type: 'connect', callId, userId: ids.ana, lineId, record: 'never' })
    visitor.say(440)
    agent.say(700)
    await agent.hears(440)
    await visitor.hears(700)
    visitor.vanish()
    const again = await web()
    again.say(520)
    await agent.hears(520)
    await again.hears(700)
    await server.command({ type: 'hangUp', callId, by: 'agent', userId: ids.ana })
    expect(server.of(callId)[0]).toMatchObject({ way: 'web', fromName: 'Marija' })

    await until(() => node.node.calls.size === 0, 'end of the call')
    const late = new Browser()
    browsers.push(late)
    expect(await server.command({ ...visit, sdp: await late.offer() })).toMatchObject({ ok: false, code: 'ended' })
  })
})
