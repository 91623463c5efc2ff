import { listCalls } from '@centrala/api/call.ts'
import { getInteraction, listMyInteractions } from '@centrala/api/interaction.ts'
import { Party } from '@centrala/voice/testing/party.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  beAvailable,
  CALLER,
  goHome,
  loudest,
  NUMBER,
  type PhoneCompany,
  phoneCompany,
  sidesOf,
  TONE,
} from '../../phone-company.ts'
import { startTestServer, type TestServer } from '../../server.ts'
import { until } from '../../until.ts'

const BASE = 26_800
/** How long a silent node is waited for. */
const LEASE_SECONDS = 2
/** Of the conversation before the node dies. */
const TALK_MS = 2000
let server: TestServer
let company: PhoneCompany
let desk: Party

beforeAll(async () => {
  server = await startTestServer({ NODE_LEASE_SECONDS: String(LEASE_SECONDS) })
  company = await phoneCompany(server, BASE)
  desk = await Party.open({ port: BASE + 2, mediaPorts: [BASE + 120, BASE + 129] })
  await desk.register(BASE, company.ivasPhone.username, company.ivasPhone.password)
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await company?.close()
  await server?.close()
})

test('a voice node that is killed in mid-call: the call is closed truthfully, the recording kept, and the next call finds the story', {
  timeout: 90_000,
}, async () => {
  const { iva, provider, node, tenant } = company
  const call = async () => {
    const customer = await provider.reach(BASE, NUMBER, { from: CALLER })
    await customer.leg.sendDigits('1')
    return customer
  }
  const mine = async () => (await iva.client.call(listMyInteractions)).items.find(item => item.state === 'active')
  await beAvailable(iva)
  const customer = await call()
  const agent = await desk.line()
  customer.say(TONE.caller)
  agent.say(TONE.iva)
  await agent.hears(TONE.caller)
  await customer.hears(TONE.iva)
  const { id, conversationId } = await until(mine, 'the accepted interaction')
  const talked = Date.now()
  await until(() => Date.now() - talked > TALK_MS, 'a while of conversation')

  await node.kill()
  const lost = await until(
    async () => {
      const { items } = await tenant.client.call(listCalls, { params: { id } })
      return items[0]?.state === 'ended' && items[0]
    },
    'the lost call to be closed',
    (LEASE_SECONDS + 10) * 1000,
  )
  expect(lost.endedBy).toBe('nodeLost')
  expect(Date.parse(lost.endedAt ?? '')).toBeLessThanOrEqual(Date.now())
  expect(lost.legs.every(leg => leg.endedAt !== null)).toBe(true)
  const interaction = await tenant.client.call(getInteraction, { params: { id } })
  expect(interaction).toMatchObject({ state: 'wrapUp', outcome: 'handled', agentId: iva.id })

  await node.start()
  const recording = await until(
    async () => {
      const { items } = await tenant.client.call(listCalls, { params: { id } })
      return items[0]?.recordings.find(one => one.state === 'stored' && one.durationMs !== null)
    },
    'what was recorded to be stored',
    20_000,
  )
  expect(recording.durationMs).toBeGreaterThan(TALK_MS - 1000)
  const [left, right] = await sidesOf(company, recording.id)
  expect(loudest(left, TONE.caller)).toBeGreaterThan(0.05)
  expect(loudest(right, TONE.iva)).toBeGreaterThan(0.05)

  // The customer calls again at once: the same agent, the same story. The phone has registered anew, as phones do when their registration is refused or over.
  await goHome(iva)
  await desk.register(BASE, company.ivasPhone.username, company.ivasPhone.password)
  const rang = desk.lines.length
  await beAvailable(iva)
  const again = await call()
  const second = await until(() => desk.lines[rang], 'the next call')
  again.say(TONE.caller)
  await second.hears(TONE.caller)
  const next = await until(mine, 'the next interaction')
  expect(next.id).not.toBe(id)
  expect(next.conversationId).toBe(conversationId)
  await again.hangUp()
  await second.ended()
})
