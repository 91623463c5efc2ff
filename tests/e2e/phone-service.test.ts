import { listCalls } from '@centrala/api/call.ts'
import { listCustomers } from '@centrala/api/customer.ts'
import { listMyInteractions } from '@centrala/api/interaction.ts'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { buildScreens } from '../../scripts/build-screens.ts'
import { beAvailable, CALLER, goHome, NUMBER, type PhoneCompany, phoneCompany, TONE } from '../phone-company.ts'
import { loadSpandsp } from '../protocol/media/spandsp.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { until } from '../until.ts'
import { browserMissing, shoot } from './browser.ts'
import { computerOf, type HearingPage, hears, sitDown, storyOf, talk } from './phone-desk.ts'

const spandsp = loadSpandsp()
if (!spandsp && process.env.CI) throw new Error('The text telephone test must run in CI: install libspandsp2.')
if (!spandsp) console.warn('The text telephone test is skipped: there is no libspandsp2.')

let server: TestServer
let company: PhoneCompany
let computer: Browser
let page: HearingPage

beforeAll(async () => {
  if (browserMissing) return
  await buildScreens(() => {})
  server = await startTestServer()
  company = await phoneCompany(server, 26_200)
  computer = await computerOf(TONE.ana)
  page = await sitDown(company, computer, company.ana, 'Ana')
}, 180_000)
afterEach(async () => {
  if (!company) return
  for (const line of company.provider.lines.splice(0)) await line.hangUp()
  await goHome(company.ana)
})
afterAll(async () => {
  await computer?.close()
  await company?.close()
  await server?.close()
})

describe.skipIf(browserMissing)('a customer', () => {
  test('is called back in the place they had, before who came later', { timeout: 120_000 }, async () => {
    const { ana, provider, node } = company
    const step = storyOf(() => [page], 'callback')
    await step('the customer would rather be called back than wait', async () => {
      const caller = await provider.reach(node.sipPort, NUMBER, { from: CALLER })
      await caller.hears(TONE.greeting)
      await caller.leg.sendDigits('2')
      await caller.hearsNot(TONE.greeting)
      const spoken = () => caller.level > 0.01 && caller.loudness(TONE.music) < 0.02
      await until(spoken, 'the words of the offer')
      await caller.leg.sendDigits('1')
      await caller.leg.sendDigits('1')
      await caller.ended(30_000)
    })
    await step('somebody calls later and waits', async () => {
      const later = await provider.reach(node.sipPort, NUMBER, { from: '<sip:+385917654321@provider.example>' })
      await later.hears(TONE.greeting)
      await later.leg.sendDigits('2')
      await later.hears(TONE.music, 10_000)
    })
    const before = provider.lines.length
    await step('the callback comes first', async () => {
      await beAvailable(ana)
      const offer = page.getByRole('article', { name: 'Offer: Petra Novak, Phone' })
      await offer.getByText('Asks to be called back').waitFor()
      await shoot(page, 'callback-offer')
      await offer.getByRole('button', { name: /^Call back/ }).click()
    })
    await step("accepted, the customer's phone rings with our number, and they talk", async () => {
      const customer = await until(() => provider.lines[before], "the customer's phone to ring")
      expect(provider.invites.at(-1)?.from.uri.user).toBe(NUMBER)
      expect(provider.invites.at(-1)?.uri.user).toBe('+385911234567')
      customer.say(TONE.caller)
      await hears(page, TONE.caller)
      await customer.hears(TONE.ana)
      await page
        .getByRole('log')
        .getByRole('article', { name: /^Asks to be called back/ })
        .waitFor()
      await shoot(page, 'callback')
    })
  })

  test('leaves a message that becomes work and is listened to', { timeout: 120_000 }, async () => {
    const { ana, provider, node } = company
    const step = storyOf(() => [page], 'voicemail')
    await step('the customer speaks after the tone', async () => {
      const caller = await provider.reach(node.sipPort, NUMBER, { from: CALLER })
      await caller.hears(TONE.greeting)
      await caller.leg.sendDigits('3')
      await caller.hears(1000, 15_000)
      await caller.hearsNot(1000)
      caller.say(TONE.caller)
      const began = Date.now()
      await until(() => Date.now() - began > 2000, 'two seconds of message')
      await caller.hangUp()
    })
    await step('Ana is offered the message', async () => {
      await beAvailable(ana)
      await page.getByRole('article', { name: 'Offer: Petra Novak, Phone' }).getByText('Voicemail').waitFor()
      await shoot(page, 'voicemail-offer')
      await page.getByRole('button', { name: /^Accept/ }).click()
    })
    await step('Ana hears it', async () => {
      const player = page.getByRole('log').getByRole('group', { name: 'Voicemail' })
      await player.getByRole('button', { name: 'Play' }).click()
      await until(
        () => player.locator('audio').evaluate(audio => (audio as HTMLAudioElement).currentTime > 0.3),
        'sound',
      )
      await shoot(page, 'voicemail')
      const { items } = await ana.client.call(listMyInteractions)
      const calls = await ana.client.call(listCalls, { params: { id: items[0]?.id ?? '' } })
      const recording = calls.items.at(-1)?.recordings[0]
      expect(recording).toMatchObject({ kind: 'voicemail', state: 'stored' })
      expect(recording?.durationMs).toBeGreaterThan(1500)
      expect(Math.max(...(recording?.peaks[0] ?? []))).toBeGreaterThan(10)
    })
  })

  test.skipIf(!spandsp)(
    'who types on a text telephone is read, and reads the answer',
    { timeout: 120_000 },
    async () => {
      const { ana } = company
      const step = storyOf(() => [page], 'tty')
      const telephone = spandsp!
      const caller = await talk(company, page, ana)
      await step("what the customer's telephone types is on Ana's screen", async () => {
        await caller.sound(telephone.telephone('weitbrecht45', 'HELLO, WHERE IS MY PARCEL 42 Q GA'))
        await page.getByRole('log').getByText('HELLO, WHERE IS MY PARCEL 42 Q GA').first().waitFor()
      })
      // As it comes: to read all of it again and again would keep this process from hearing it.
      const reader = telephone.telephoneReader('weitbrecht45')
      caller.leg.onAudio(reader.hear)
      await step('Ana types an answer', async () => {
        const field = page.getByRole('textbox', { name: 'Type to Petra Novak' })
        const read = () => reader.text().replaceAll(/\s+/g, ' ')
        await field.pressSequentially('It comes today', { delay: 30 })
        await shoot(page, 'text-telephone')
        await page.getByRole('button', { name: 'GA: go ahead' }).click()
        await expect.poll(read, { timeout: 20_000 }).toContain('IT COMES TODAY GA')
        await page.getByRole('log').getByText('It comes today GA').first().waitFor()
      })
      await step('they still hear each other', async () => {
        caller.say(TONE.caller)
        await hears(page, TONE.caller)
        await caller.hears(TONE.ana)
      })
    },
  )

  test('is called by a click on their number, and hung up on by a key', { timeout: 120_000 }, async () => {
    const { ana, provider } = company
    const step = storyOf(() => [page], 'click-to-call')
    await beAvailable(ana)
    await step("the customer's phone rings with our number", async () => {
      const { items } = await company.tenant.client.call(listCustomers, { query: { q: 'Petra' } })
      await page.goto(`${server.origin}/customers/${items[0]?.id}`)
      await page
        .getByRole('button', { name: /^Call \+385 ?911 ?234 ?567/ })
        .first()
        .click()
      await until(() => provider.lines.length > 0, "the customer's phone to ring")
      expect(provider.invites.at(-1)?.from.uri.user).toBe(NUMBER)
    })
    const customer = await provider.line()
    await step('they talk', async () => {
      customer.say(TONE.caller)
      await hears(page, TONE.caller)
      await customer.hears(TONE.ana)
      await shoot(page, 'outbound')
    })
    await step('Ana presses keys for the other side, and hangs up', async () => {
      const keys: string[] = []
      customer.leg.onDigit(digit => keys.push(digit))
      await page.keyboard.press('Alt+k')
      const keypad = page.getByRole('dialog', { name: 'Keypad' })
      await keypad.waitFor()
      await page.keyboard.type('42#')
      await until(() => keys.join('') === '42#', 'the keys')
      await shoot(page, 'keypad')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Alt+x')
      await customer.ended()
    })
  })
})
