import { readWav } from '@centrala/media/wav/read.ts'
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

  it('is held with music, consulted about and handed over, and the recording has each side on its channel', async () => {
    const { callId, customer, agent } = await talking()
    customer.say(440)
    agent.say(700)
    await agent.hears(440)
    await customer.hears(700)
    await customer.listens(1500)
    await server.command({ type: 'hold', callId })
    await server.fact('held')
    await agent.hearsNot(440)
    await customer.hearsNot(700)
    await until(() => customer.level > 0.01, 'music on hold')

    const consult = {
      type: 'consult' as const,
      callId,
      userId: ids.ana,
      target: { type: 'user' as const, userId: ids.ivo },
    }
    expect(await server.command(consult)).toEqual({ type: 'reply', id: expect.any(Number), ok: true })
    await server.fact('consulted', fact => fact.userId === ids.ivo)
    const colleague = await ivo.line()
    colleague.say(1000)
    await agent.hears(1000)
    await colleague.hears(700)
    await colleague.hearsNot(440)
    await customer.hearsNot(1000)

    expect(await server.command({ type: 'completeConsult', callId, userId: ids.ana })).toMatchObject({ ok: true })
    await agent.ended()
    await customer.hears(1000)
    await colleague.hears(440)
    await customer.listens(1500)
    await colleague.hangUp()
    await customer.ended()
    await server.fact('ended', fact => fact.by === 'agent')
    const recorded = await server.fact('recordingEnded')
    expect(recorded.peaks[0].some(peak => peak > 5) && recorded.peaks[1].some(peak => peak > 5)).toBe(true)
    const { left, right } = await stereo(server.recordings.get(recorded.recordingId))
    expect(loudest(left, 440)).toBeGreaterThan(0.05)
    expect(loudest(left, 700)).toBeLessThan(0.01)
    expect(loudest(right, 700)).toBeGreaterThan(0.05)
    expect(loudest(right, 1000)).toBeGreaterThan(0.05)
    expect(loudest(right, 440)).toBeLessThan(0.01)
    expect(
      server
        .of()
        .map(fact => fact.type)
        .filter(type => !type.startsWith('leg')),
    ).toEqual([
      'started',
      'queued',
      'connected',
      'recordingStarted',
      'held',
      'recordingPaused',
      'consulted',
      'consultEnded',
      'resumed',
      'connected',
      'recordingResumed',
      'ended',
      'recordingEnded',
    ])
  })

  it('goes back to the queue when a command says so, and comes to the next agent', async () => {
    const { callId, customer, agent } = await talking()
    expect(await server.command({ type: 'queue', callId, queueId: ids.queue })).toMatchObject({ ok: true })
    await agent.ended()
    await until(() => customer.level > 0.01, 'music')
    await server.command({ type: 'connect', callId, userId: ids.ivo, lineId: null, record: 'never' })
    const next = await until(() => ivo.lines.at(-1)?.session.state === 'established' && ivo.lines.at(-1), 'Ivo')
    next.say(1000)
    await customer.hears(1000)
    await customer.hangUp()
    await server.fact('ended')
  })

  it('is forwarded outside: the agent leaves, the customer talks with whoever answers there', async () => {
    const { callId, customer, agent } = await talking()
    const rang = caller.lines.length
    const number = '+385915555555'
    expect(await server.command({ type: 'forward', callId, userId: ids.ana, number, numberId: null })).toMatchObject({
      ok: true,
    })
    const partner = await until(() => caller.lines[rang], 'partner')
    expect(caller.invites.at(-1)?.uri.user).toBe(number)
    expect(caller.invites.at(-1)?.from.uri.user).toBe(NUMBER)
    await agent.ended()
    partner.say(1300)
    await customer.hears(1300)
    await partner.hangUp()
    await customer.ended()
  })

  it('to a number that is not allowed is refused, and nothing leaves the node', async () => {
    const { callId, customer, agent } = await talking()
    const before = caller.invites.length
    for (const number of ['+49301234567', '+1900123456']) {
      const reply = await server.command({ type: 'forward', callId, userId: ids.ana, number, numberId: null })
      expect(reply).toMatchObject({ ok: false, code: 'denied' })
      const consult = {
        type: 'consult' as const,
        callId,
        userId: ids.ana,
        target: { type: 'number' as const, number, numberId: null },
      }
      expect(await server.command(consult)).toMatchObject({ ok: false, code: 'denied' })
    }
    expect(caller.invites.length).toBe(before)
    agent.say(700)
    await customer.hears(700)
    await customer.hangUp()
    await server.fact('ended')
  })

  it('hears keys that the agent sends, and is muted', async () => {
    const { callId, customer, agent } = await talking()
    const keys: string[] = []
    customer.leg.onDigit(digit => keys.push(digit))
    await server.command({ type: 'digits', callId, digits: '12#' })
    await until(() => keys.join('') === '12#', `keys, not ${keys}`)
    agent.say(700)
    await customer.hears(700)
    await server.command({ type: 'mute', callId, userId: ids.ana, on: true })
    await customer.hearsNot(700)
    await server.command({ type: 'hangUp', callId, by: 'agent', userId: ids.ana })
    await customer.ended()
    await agent.ended()
    expect((await server.fact('ended')).by).toBe('agent')
  })

  it('is made by an agent: the desk phone first, then the customer', async () => {
    const callId = crypto.randomUUID()
    const rang = { agent: ana.lines.length, customer: caller.lines.length }
    const dial = {
      type: 'dial' as const,
      callId,
      tenantId: ids.tenant,
      interactionId: crypto.randomUUID(),
      userId: ids.ana,
      lineId: null,
      to: '+385916666666',
      numberId: ids.number,
      record: 'never' as const,
      timeoutSeconds: 20,
    }
    expect(await server.command({ ...dial, to: '+49123456789' })).toMatchObject({ ok: false, code: 'denied' })
    expect(await server.command(dial)).toMatchObject({ ok: true })
    const agent = await until(() => ana.lines[rang.agent], 'agent')
    const customer = await until(() => caller.lines[rang.customer], 'customer')
    agent.say(700)
    customer.say(440)
    await customer.hears(700)
    await agent.hears(440)
    await server.fact('connected', fact => fact.userId === ids.ana, { callId })
    await agent.hangUp()
    await customer.ended()
    expect(await server.fact('ended', undefined, { callId })).toMatchObject({ by: 'agent' })
  })

  it('that nobody answers ends truthfully', async () => {
    const answering = caller.answering
    caller.answering = invite => void invite.refuse({ status: 486, q850: 17 })
    try {
      const callId = crypto.randomUUID()
      await server.command({
        type: 'dial',
        callId,
        tenantId: ids.tenant,
        interactionId: crypto.randomUUID(),
        userId: ids.ana,
        lineId: null,
        to: '+385916666666',
        numberId: null,
        record: 'never',
        timeoutSeconds: 20,
      })
      expect(await server.fact('ended', undefined, { callId })).toMatchObject({ status: 486, reason: 'busy' })
    } finally {
      caller.answering = answering
    }
  })

  it('from a desk phone goes out by the dialling rules, and nowhere else', async () => {
    const rang = caller.lines.length
    const phone = await ana.reach(BASE, '+385917777777', { from: '<sip:ana@127.0.0.1>', username: 'ana' })
    const customer = await until(() => caller.lines[rang], 'customer')
    customer.say(440)
    await phone.hears(440)
    expect(server.of()[0]).toMatchObject({ direction: 'outbound', way: 'desk', userId: ids.ana, to: '+385917777777' })
    await phone.hangUp()
    await customer.ended()
    const refused = await ana.call(BASE, '+4930123456', { from: '<sip:ana@127.0.0.1>', username: 'ana' })
    expect(refused).toMatchObject({ ok: false, status: 403 })
  })

  it('to a number that nobody owns gets 404', async () => {
    expect(await caller.call(BASE, '+38519999999')).toMatchObject({ ok: false, status: 404 })
  })

  it('of a private caller shows no number', async () => {
    const customer = await caller.reach(BASE, NUMBER, {
      from: '"Anonymous" <sip:anonymous@anonymous.invalid>',
      headers: { 'P-Asserted-Identity': '<sip:+385911234567@provider.example>', Privacy: 'id' },
    })
    await server.fact('queued')
    expect(server.of()[0]).toMatchObject({ from: null, private: true })
    await customer.hangUp()
    await server.fact('ended')
  })

  it('leaves nothing behind when it is over', async () => {
    const { media, sip, journals } = node.node
    await until(() => media.counts().legs === 0 && sip.counts().dialogs === 0 && journals.size === 0, 'end of it all')
    expect(media.counts()).toMatchObject({ ports: 0, legs: 0, rooms: 0, recordings: 0, playbacks: 0, ticking: 0 })
    expect([...sip.sessions]).toEqual([])
  })
})

async function stereo(wav: Buffer | undefined): Promise<{ left: Int16Array; right: Int16Array }> {
  const read = readWav(wav ?? Buffer.alloc(0))
  if (!read.ok) throw new Error(read.reason)
  const [left, right] = read.audio.channels
  return { left: left ?? new Int16Array(), right: right ?? new Int16Array() }
}

/** The loudest half second of a tone, as a share of full scale. */
function loudest(pcm: Int16Array, hertz: number): number {
  let most = 0
  for (let from = 0; from + 4000 <= pcm.length; from += 1000) {
    let s1 = 0
    let s2 = 0
    const turn = 2 * Math.cos((2 * Math.PI * hertz) / 8000)
    for (let i = from; i < from + 4000; i++) [s1, s2] = [(pcm[i] ?? 0) + turn * s1 - s2, s1]
    most = Math.max(most, (2 * Math.sqrt(Math.max(0, s1 * s1 + s2 * s2 - turn * s1 * s2))) / 4000 / 32_768)
  }
  return most
}
