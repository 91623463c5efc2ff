import { randomUUID } from 'node:crypto'
import type { IncomingRegister } from '@centrala/sip/endpoint/endpoint.ts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from './testing/deadline.ts'
import { Party } from './testing/party.ts'
import { NUMBER, testConfig } from './testing/test-config.ts'
import { startTestNode, type TestNode } from './testing/test-node.ts'
import { TestServer } from './testing/test-server.ts'

const BASE = 23_900
const second = randomUUID()
/** The first provider is registered at; the second is known by its address, and comes after it. */
const { config, ids, tenant } = testConfig({
  trunkPort: BASE + 1,
  change: company => {
    const first = company.trunks[0]
    if (!first) return
    Object.assign(first, { mode: 'register', username: 'adria', password: 'secret', maxCalls: 1 })
    company.trunks.push({
      ...first,
      id: second,
      name: 'Second',
      mode: 'address',
      port: BASE + 2,
      priority: 2,
      username: null,
      password: null,
      maxCalls: 0,
      callerId: { default: '+38515550199', header: 'pai', allowed: [] },
    })
  },
})
const registered: IncomingRegister[] = []
let server: TestServer
let node: TestNode
let first: Party
let other: Party
let ana: Party

beforeAll(async () => {
  first = await Party.open({ port: BASE + 1, mediaPorts: [BASE + 60, BASE + 71] })
  other = await Party.open({ port: BASE + 2, mediaPorts: [BASE + 72, BASE + 83] })
  ana = await Party.open({ port: BASE + 3, mediaPorts: [BASE + 84, BASE + 95] })
  first.sip.onRegister(register => {
    if (register.contacts[0]?.expiresSeconds) registered.push(register)
    register.accept(
      register.contacts.map(({ uri, expiresSeconds }) => ({
        uri: `sip:${uri.user}@${uri.host}:${uri.port}`,
        expiresSeconds,
      })),
    )
  })
  server = await new TestServer(config).start()
  node = await startTestNode(server, BASE)
  await ana.register(BASE, 'ana')
})
afterEach(async () => {
  for (const party of [first, other, ana]) for (const line of party.lines.splice(0)) void line.hangUp()
  await until(() => node.node.calls.size === 0, 'end of every call')
})
afterAll(async () => {
  await node?.close()
  await Promise.all([first?.close(), other?.close(), ana?.close()])
  await server?.stop()
})

const state = (id: string) => server.state?.trunks.find(trunk => trunk.trunkId === id)

async function dial(to = '+385916666666') {
  const callId = randomUUID()
  const reply = await server.command({
    type: 'dial',
    callId,
    tenantId: ids.tenant,
    interactionId: randomUUID(),
    userId: ids.ana,
    lineId: null,
    to,
    numberId: ids.number,
    record: 'never',
    timeoutSeconds: 20,
  })
  expect(reply).toMatchObject({ ok: true })
  return callId
}

describe('trunks', () => {
  it('register, or are known by their address, and say how they are', async () => {
    await until(() => state(ids.trunk)?.state === 'connected', 'registration')
    expect(registered[0]?.aor.user).toBe('adria')
    await until(() => state(second)?.state === 'connected', 'answer to OPTIONS')
    expect(state(ids.trunk)).toMatchObject({
      sentence: 'Registered at the provider.',
      phrase: { code: 'trunk.registered' },
    })
  })

  it('bring calls to the contact we registered, with the number in To', async () => {
    const contact = registered[0]?.contacts[0]?.uri.user
    const leg = await first.media.rtpLeg({ codecs: ['PCMA'] })
    const called = await first.sip.invite({
      uri: `sip:${contact}@127.0.0.1:${BASE}`,
      to: `<sip:${NUMBER}@provider.example>`,
      from: '<sip:+385911234567@provider.example>',
      headers: { Diversion: '<sip:+38512223334@provider.example>;reason=unconditional' },
      sdp: leg.offer(),
    }).answered
    expect(called.ok).toBe(true)
    await server.fact('queued')
    expect(server.of()[0]).toMatchObject({ to: NUMBER, trunkId: ids.trunk, divertedFrom: '+38512223334' })
    if (called.ok) await called.session.bye()
    await leg.close()
  })

  it('are used by priority, and the next takes over where one refuses', async () => {
    const callId = await dial()
    await until(() => first.lines[0], 'call by the first')
    await server.command({ type: 'hangUp', callId, by: 'agent', userId: ids.ana })
    const answering = first.answering
    first.answering = invite => void invite.refuse({ status: 503 })
    await dial()
    await until(() => other.lines[0], 'call by the second')
    first.answering = answering
    const invite = other.invites.at(-1)
    expect(invite?.identity.asserted[0]?.uri.user).toBe(NUMBER)
  })

  it('are passed over while they are full', async () => {
    await dial()
    await until(() => first.lines[0] && ana.lines[0], 'call by the first')
    const before = other.lines.length
    await dial('+385916666667')
    await until(() => other.lines[before], 'call by the second')
    expect(first.lines).toHaveLength(1)
  })

  it('carry an emergency call though every limit is reached and no rule allows it; another is asked where one does not know the number', async () => {
    server.configure({
      ...config,
      revision: 'nothing',
      tenants: [
        {
          ...tenant,
          dialRules: [],
          limits: { maxCalls: 0, maxOutboundCalls: 0, maxOutboundPerMinute: 0, maxSpendPerDay: 0 },
          trunks: tenant.trunks.map(trunk => ({ ...trunk, maxCallsPerSecond: 0.01 })),
        },
      ],
    })
    await until(() => state(ids.trunk)?.state === 'connected', 'registration')
    const refused = await ana.call(BASE, '+385916666666', { username: 'ana' })
    expect(refused).toMatchObject({ ok: false, status: 403 })
    const answering = first.answering
    first.answering = invite => void invite.refuse({ status: 404 })
    const [before, invites] = [first.invites.length, other.lines.length]
    const line = await ana.reach(BASE, '112', { username: 'ana' })
    await until(() => other.lines[invites], 'call by the second')
    expect(first.invites[before]?.uri.user).toBe('112')
    expect(other.invites.at(-1)?.uri.user).toBe('112')
    first.answering = answering
    const started = [...server.facts.values()]
      .flat()
      .map(({ fact }) => fact)
      .findLast(fact => fact.type === 'started')
    expect(started).toMatchObject({ to: '112', userId: ids.ana })
    // One goes on; neither the channel nor the pace of a trunk holds up another.
    await dial('112')
    await until(() => first.lines[0], 'call by the first')
    await line.hangUp()
    server.configure(config)
  })

  it('are not tried further where the customer is busy', async () => {
    const answering = first.answering
    first.answering = invite => void invite.refuse({ status: 486 })
    const before = other.invites.length
    const callId = await dial()
    expect(await server.fact('ended', undefined, { callId })).toMatchObject({ by: 'customer', reason: 'busy' })
    expect(other.invites.length).toBe(before)
    first.answering = answering
  })

  it('that are taken out of the configuration are not used any more', async () => {
    server.configure({ ...config, revision: 'one', tenants: [{ ...tenant, trunks: tenant.trunks.slice(1) }] })
    await until(() => server.state?.trunks.length === 1, 'one trunk')
    await dial()
    await until(() => other.lines[0], 'call by the second')
    server.configure(config)
  })
})
