import { createChannelAccount } from '@centrala/api/channel-account.ts'
import type { PartyLine } from '@centrala/voice/testing/party.ts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildScreens } from '../../scripts/build-screens.ts'
import { beAvailable, goHome, type PhoneCompany, phoneCompany, TONE } from '../phone-company.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { browserOf, shoot, startSite } from './browser.ts'
import { firefoxMissing, firefoxOf, NOT_REMEMBERED } from './firefox.ts'
import { type HearingPage, hears, hearsNot, sendsNothing, sitDown, storyOf, talk, WITH_SOUND } from './phone-desk.ts'

let server: TestServer
let company: PhoneCompany
let site: { origin: string; close(): Promise<void> }
const computers: Browser[] = []

beforeAll(async () => {
  if (firefoxMissing) return
  await buildScreens(() => {})
  server = await startTestServer()
  company = await phoneCompany(server, 30_600)
  const { key } = await company.tenant.client.call(createChannelAccount, {
    body: { channel: 'chat', name: 'Shop', queueId: company.queueId, config: { calls: true }, secrets: {} },
  })
  site = await startSite(server, key)
  computers.push(...(await Promise.all([firefoxOf(TONE.ana), firefoxOf(TONE.visitor)])))
}, 180_000)
afterAll(async () => {
  await Promise.all(computers.map(computer => computer.close()))
  await site?.close()
  await company?.close()
  await server?.close()
})

describe.skipIf(firefoxMissing)('in Firefox', () => {
  test('an agent signs in, takes a call, holds it, and has the audio back after a reload', {
    timeout: 120_000,
  }, async () => {
    const { ana } = company
    const page = await hearingPage(computers[0], 'Ana', NOT_REMEMBERED)
    const step = storyOf(() => [page], 'firefox')
    const bar = page.getByRole('toolbar', { name: 'What I can do with the call' })
    let caller!: PartyLine
    await step('Ana signs in, and her phone is ready', async () => {
      await page.goto(server.origin)
      await page.getByLabel('E-mail').pressSequentially(ana.email)
      await page.getByRole('textbox', { name: 'Password' }).pressSequentially(ana.password)
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Connect the phone' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Connect the phone' }).click()
      await page.getByRole('button', { name: /^Phone ready/ }).waitFor()
      await page.keyboard.press('Escape')
    })
    await step('her line waits without sending anything', () => sendsNothing(page))
    await step('a customer calls, she answers, and they hear each other', async () => {
      caller = await talk(company, page, ana)
      await caller.hearsNot(TONE.music)
    })
    await step('on hold the customer hears music and Ana nothing', async () => {
      await bar.getByRole('button', { name: 'Hold', exact: true }).click()
      await caller.hears(TONE.music)
      await caller.hearsNot(TONE.ana)
      await hearsNot(page, TONE.caller)
    })
    await step('Ana takes the customer back', async () => {
      await bar.getByRole('button', { name: 'Resume', exact: true }).click()
      await hears(page, TONE.caller)
      await caller.hears(TONE.ana)
      await shoot(page, 'firefox-talking')
    })
    await step('the page reloads, and they hear each other again', async () => {
      const began = Date.now()
      await page.reload({ waitUntil: 'commit' })
      await caller.hearsNot(TONE.ana)
      await Promise.all([hears(page, TONE.caller), caller.hears(TONE.ana)])
      console.info(`Audio was back in Firefox ${Date.now() - began} ms after the reload.`)
      expect(caller.session.state).toBe('established')
    })
    await step('Ana hangs up; her line stays, and sends nothing', async () => {
      await bar.getByRole('button', { name: 'Hang up' }).click()
      await caller.ended()
      await page.getByRole('button', { name: 'Finish' }).click()
      await sendsNothing(page)
      await page.getByRole('button', { name: /^Phone ready/ }).waitFor()
    })
    expect(page.complaints).toEqual([])
    await page.context().close()
    await goHome(ana)
  })

  test('a visitor calls from a web page and is heard by an agent, also after a reload', {
    timeout: 120_000,
  }, async () => {
    const ana = await sitDown(company, computers[0]!, company.ana, 'Ana')
    const visitor = await hearingPage(computers[1], 'the visitor')
    const step = storyOf(() => [ana, visitor], 'firefox-web')
    const call = visitor.getByRole('region', { name: 'Call us' })
    await step('the visitor presses "Call us" and waits with music', async () => {
      await visitor.goto(site.origin)
      await visitor.getByRole('button', { name: 'Open chat' }).click()
      await visitor.getByRole('button', { name: 'Call us' }).first().click()
      await hears(visitor, TONE.music, 20_000)
    })
    await step('Ana answers, and they hear each other', async () => {
      await beAvailable(company.ana)
      await ana.getByRole('button', { name: /^Answer/ }).click()
      await hears(ana, TONE.visitor)
      await hears(visitor, TONE.ana)
      await hearsNot(visitor, TONE.music)
      await call.getByText('You are in a call').waitFor()
      await shoot(visitor, 'firefox-web-talking')
    })
    await step('muted, the visitor is not heard', async () => {
      await call.getByRole('button', { name: 'Mute microphone' }).click()
      await hearsNot(ana, TONE.visitor)
      await call.getByRole('button', { name: 'Unmute microphone' }).click()
      await hears(ana, TONE.visitor)
    })
    await step('the visitor reloads the page, and the call goes on', async () => {
      await visitor.reload()
      await hears(visitor, TONE.ana, 20_000)
      await hears(ana, TONE.visitor)
    })
    await step('the visitor hangs up', async () => {
      await visitor.getByRole('button', { name: 'Hang up' }).click()
      await ana.getByRole('button', { name: 'Finish' }).waitFor()
    })
    await Promise.all([ana.context().close(), visitor.context().close()])
    await goHome(company.ana)
  })
})

/** A page whose audio is measured, with nobody signed in. */
async function hearingPage(computer: Browser | undefined, name: string, script = ''): Promise<HearingPage> {
  if (!computer) throw new Error('There is no such computer.')
  const context = await browserOf(computer, server, null, { initScript: `${script};${WITH_SOUND.initScript}` })
  const page: HearingPage = Object.assign(await context.newPage(), { complaints: [], name })
  page.on('console', message => message.type() === 'error' && page.complaints.push(message.text()))
  page.on('pageerror', error => page.complaints.push(String(error)))
  return page
}
