import { listCalls } from '@centrala/api/call.ts'
import { createDeskPhone } from '@centrala/api/desk-phone.ts'
import { listMyInteractions } from '@centrala/api/interaction.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { Party } from '@centrala/voice/testing/party.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NUMBER, type PhoneCompany, phoneCompany } from '../phone-company.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { until } from '../until.ts'

// An agent with nothing but a SIP phone on the desk: the server, a voice node and the phone, all real, over SIP and RTP.

const BASE = 23_700
let server: TestServer
let company: PhoneCompany
let phone: Party

beforeAll(async () => {
  server = await startTestServer()
  company = await phoneCompany(server, BASE)
  const { client } = company.tenant
  const made = await client.call(createDeskPhone, { body: { name: 'Ana desk', userId: company.ana.id } })
  phone = await Party.open({ port: BASE + 2, mediaPorts: [BASE + 160, BASE + 189] })
  await phone.register(company.node.sipPort, made.phone.username, made.password)
})
afterAll(async () => {
  await phone?.close()
  await company?.close()
  await server?.close()
})

async function waiting() {
  const customer = await company.provider.reach(company.node.sipPort, NUMBER)
  await customer.leg.sendDigits('1')
  return customer
}

const mine = async (state: string) =>
  (await company.ana.client.call(listMyInteractions)).items.find(item => item.state === state)

test('an offer rings the phone; answering it accepts the offer; hanging up ends the call and begins the wrap-up', async () => {
  let rang = 0
  phone.answering = invite => {
    rang++
    void phone.take(invite)
  }
  await company.ana.client.call(setMyPresence, { body: { state: 'available' } })
  const customer = await waiting()
  const agent = await phone.line()
  customer.say(440)
  agent.say(700)
  await agent.hears(440)
  await customer.hears(700)
  expect(rang).toBe(1)
  const active = await until(() => mine('active'), 'the accepted interaction')
  await agent.hangUp()
  await customer.ended()
  await until(async () => (await mine('wrapUp'))?.id === active.id, 'the wrap-up')
  const { items } = await company.ana.client.call(listCalls, { params: { id: active.id } })
  expect(items).toMatchObject([{ state: 'ended', endedBy: 'agent' }])
})
