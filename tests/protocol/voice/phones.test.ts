import { listCalls, listOpenCalls } from '@centrala/api/call.ts'
import { listDeskPhones } from '@centrala/api/desk-phone.ts'
import { acceptOffer, getInteraction, listInteractions, listMyInteractions } from '@centrala/api/interaction.ts'
import { calmly } from '@centrala/media/schedule/testing/calmly.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  beAvailable,
  CALLER,
  goHome,
  loudest,
  NUMBER,
  type PhoneCompany,
  phoneCompany,
  TONE,
} from '../../phone-company.ts'
import { startTestServer, type TestServer, type TestUser } from '../../server.ts'
import { until } from '../../until.ts'
import { loadSpandsp } from '../media/spandsp.ts'
import { sipp, sippIsHere, stopSipp } from '../sip/sipp.ts'
import { type Baresip, baresipIsHere, startBaresip } from './baresip.ts'

if (!baresipIsHere && process.env.CI) throw new Error('The tests with baresip must run in CI: install baresip.')
if (!baresipIsHere) console.warn('The tests with baresip are skipped: it is not installed.')
const spandsp = loadSpandsp()

const BASE = 26_600
let server: TestServer
let company: PhoneCompany
/** The desk phone of Iva, who has no browser. */
let iva: Baresip

beforeAll(async () => {
  if (!baresipIsHere) return
  server = await startTestServer()
  company = await phoneCompany(server, BASE)
  const { username, password } = company.ivasPhone
  iva = await startBaresip({
    account: `<sip:${username}@127.0.0.1:${BASE}>;auth_user=${username};auth_pass=${password};regint=60`,
    port: BASE + 160,
    rtp: `${BASE + 162}-${BASE + 175}`,
    hertz: TONE.iva,
  })
  await until(
    async () => (await company.tenant.client.call(listDeskPhones)).items[0]?.registered,
    'the desk phone to be registered',
    15_000,
  )
}, 120_000)
afterEach(async () => {
  if (!company) return
  for (const line of company.provider.lines.splice(0)) await line.hangUp()
  await goHome(company.iva)
})
afterAll(async () => {
  stopSipp()
  await iva?.close()
  await company?.close()
  await server?.close()
})

const mine = async (user: TestUser, state: string) =>
  (await user.client.call(listMyInteractions)).items.find(item => item.state === state)

describe.skipIf(!baresipIsHere)('baresip', () => {
  test("as the customer's phone: presses a key, waits, and talks with a desk phone", { timeout: 60_000 }, async () => {
    const customer = await startBaresip({
      account: `<sip:+385917654321@127.0.0.1:${BASE + 180}>;regint=0;dtmfmode=rtpevent`,
      port: BASE + 180,
      rtp: `${BASE + 182}-${BASE + 195}`,
      hertz: TONE.caller,
    })
    try {
      customer.do('dial', `sip:${NUMBER}@127.0.0.1:${BASE}`)
      await until(() => customer.count('CALL_ESTABLISHED') > 0, 'the call to be answered')
      await until(async () => loudest(await customer.heard(), TONE.greeting) > 0.05, 'the greeting')
      customer.do('sndcode', '1')
      await until(async () => loudest(await customer.heard(), TONE.music) > 0.05, 'the music')
      const rang = iva.count('CALL_INCOMING')
      await beAvailable(company.iva)
      const offered = await until(() => mine(company.iva, 'offered'), 'the offer to Iva')
      await until(() => iva.count('CALL_INCOMING') > rang, "Iva's phone to ring")
      expect(iva.said()).toContain('"peeruri":"sip:+385917654321@')
      iva.do('accept')
      await until(async () => (await mine(company.iva, 'active'))?.id === offered.id, 'the accepted offer')
      await until(async () => loudest(await customer.heard(), TONE.iva) > 0.05, 'the customer to hear Iva')
      await until(async () => loudest(await iva.heard(), TONE.caller) > 0.05, 'Iva to hear the customer')
      const { items } = await company.tenant.client.call(listCalls, { params: { id: offered.id } })
      expect(items[0]).toMatchObject({ pressed: [{ label: 'Invoices' }], from: '+385917654321' })
      customer.do('hangup')
      await until(() => mine(company.iva, 'wrapUp'), 'the wrap-up')
    } finally {
      await customer.close()
    }
  })

  test("as an agent's phone: hands the customer to a number outside by its transfer key", {
    timeout: 60_000,
  }, async () => {
    const { provider } = company
    const customer = await provider.reach(BASE, NUMBER, { from: CALLER })
    await customer.leg.sendDigits('1')
    customer.say(TONE.caller)
    const rang = iva.count('CALL_INCOMING')
    await beAvailable(company.iva)
    const offered = await until(() => mine(company.iva, 'offered'), 'the offer to Iva')
    await until(() => iva.count('CALL_INCOMING') > rang, "Iva's phone to ring")
    iva.do('accept')
    await customer.hears(TONE.iva, 10_000)
    const before = provider.lines.length
    iva.do('transfer', `sip:+385915555555@127.0.0.1:${BASE}`)
    const partner = await until(() => provider.lines[before], "the partner's phone to ring")
    expect(provider.invites.at(-1)?.uri.user).toBe('+385915555555')
    partner.say(TONE.visitor)
    await customer.hears(TONE.visitor)
    await partner.hears(TONE.caller)
    await customer.hearsNot(TONE.iva)
    await until(async () => !(await mine(company.iva, 'active')), 'Iva to be free of the call')
    await customer.hangUp()
    await partner.ended()
    const ended = await until(async () => {
      const { items } = await company.tenant.client.call(listCalls, { params: { id: offered.id } })
      return items[0]?.state === 'ended' && items[0]
    }, 'the call to be over')
    expect(ended).toMatchObject({ endedBy: 'customer' })
  })
})

test.skipIf(!baresipIsHere || !spandsp)(
  'keys pressed as tones in the audio are understood, where nothing else was agreed',
  { timeout: 60_000 },
  async () => {
    const { provider, iva: agent } = company
    const customer = await provider.reach(BASE, NUMBER, { from: CALLER, telephoneEvent: false })
    await customer.hears(TONE.greeting)
    await calmly(async () => {
      await customer.sound(spandsp!.dtmf('1'))
      await customer.hears(TONE.music, 10_000)
    })
    await beAvailable(agent)
    const offered = await until(() => mine(agent, 'offered'), 'the offer')
    const { items } = await company.tenant.client.call(listCalls, { params: { id: offered.id } })
    expect(items[0]).toMatchObject({ pressed: [{ label: 'Invoices' }] })
    // Accepted on the screen of somebody who has but a desk phone: that rings until it is picked up.
    await agent.client.call(acceptOffer, { params: { id: offered.id } })
    iva.do('accept')
    await customer.hears(TONE.iva, 10_000)
    await customer.hangUp()
    await until(
      async () => (await agent.client.call(getInteraction, { params: { id: offered.id } })).state === 'wrapUp',
      'the wrap-up',
    )
  },
)

test.skipIf(!baresipIsHere || !sippIsHere)(
  'callers of SIPp who hang up in the menu have abandoned no queue, and nothing of them is left',
  { timeout: 60_000 },
  async () => {
    const { client } = company.tenant
    await sipp('../../voice/hangs-up-in-the-menu', { port: BASE + 196, ourPort: BASE, calls: 4 })
    const left = await until(async () => {
      const { items } = await client.call(listInteractions, { query: { state: 'ended', limit: 50 } })
      const callers = items.filter(item => JSON.stringify(item.context).includes('+38591700000'))
      return callers.length === 4 && callers
    }, 'four calls to be over')
    expect(left.map(item => item.outcome)).toEqual(Array(4).fill('closed'))
    expect(left.every(item => item.agentId === null)).toBe(true)
    expect((await client.call(listOpenCalls)).items).toEqual([])
  },
)
