import { createChannelAccount } from '@centrala/api/channel-account.ts'
import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildScreens } from '../../scripts/build-screens.ts'
import { beAvailable, goHome, type PhoneCompany, phoneCompany, TONE } from '../phone-company.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { until } from '../until.ts'
import { browserMissing, browserOf, shoot, startSite } from './browser.ts'
import { computerOf, type HearingPage, hears, hearsNot, sitDown, storyOf, WITH_SOUND } from './phone-desk.ts'

/** How far below the top of its card a button stands, once the card has come in. */
const IN_CARD = `async button => {
  const card = button.closest('article')
  await Promise.all(card.getAnimations().map(one => one.finished))
  return Math.round(button.getBoundingClientRect().top - card.getBoundingClientRect().top)
}`

let server: TestServer
let company: PhoneCompany
let site: { origin: string; close(): Promise<void> }
const computers: Browser[] = []

beforeAll(async () => {
  if (browserMissing) return
  await buildScreens(() => {})
  server = await startTestServer()
  company = await phoneCompany(server, 26_400)
  const { key } = await company.tenant.client.call(createChannelAccount, {
    body: { channel: 'chat', name: 'Shop', queueId: company.queueId, config: { calls: true }, secrets: {} },
  })
  site = await startSite(server, key)
  computers.push(await computerOf(TONE.ana), await computerOf(TONE.visitor))
}, 180_000)
afterAll(async () => {
  await Promise.all(computers.map(computer => computer.close()))
  await site?.close()
  await company?.close()
  await server?.close()
})

describe.skipIf(browserMissing)('a visitor of a web page', () => {
  test('calls from it, is answered in a browser, reloads the page, and shows a picture', {
    timeout: 180_000,
  }, async () => {
    const [anasComputer, visitorsComputer] = computers as [Browser, Browser]
    const ana = await sitDown(company, anasComputer, company.ana, 'Ana')
    const context = await browserOf(visitorsComputer, server, null, WITH_SOUND)
    const visitor: HearingPage = Object.assign(await context.newPage(), { complaints: [], name: 'the visitor' })
    const step = storyOf(() => [ana, visitor], 'web')
    const call = visitor.getByRole('region', { name: 'Call us' })

    await step('the visitor presses "Call us" and waits with music', async () => {
      await visitor.goto(site.origin)
      await visitor.getByRole('button', { name: 'Open chat' }).click()
      await visitor.getByRole('button', { name: 'Call us' }).first().click()
      await hears(visitor, TONE.music, 20_000)
      await shoot(visitor, 'web-waiting')
    })
    await step("Ana's browser rings; she answers, and they hear each other", async () => {
      const seen = Promise.withResolvers<void>()
      await ana.route(/call-offer/, async route =>
        route.fulfill({ response: await seen.promise.then(() => route.fetch()) }),
      )
      await beAvailable(company.ana)
      const answer = ana.getByRole('button', { name: /^Answer/ })
      const inCard = (): Promise<number> => answer.evaluate(IN_CARD)
      const place = await inCard()
      seen.resolve()
      await ana.getByText('from the website').waitFor()
      await shoot(ana, 'web-offer')
      // What comes later does not move it from under a finger.
      expect(await inCard()).toBe(place)
      await answer.click()
      await hears(ana, TONE.visitor)
      await hears(visitor, TONE.ana)
      await hearsNot(visitor, TONE.music)
      await call.getByText('You are in a call').waitFor()
      await shoot(visitor, 'web-talking')
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
    await step('what they write reaches whom they talk with, beside the call', async () => {
      const writing = ana.getByPlaceholder(/^Write a reply/)
      await writing.fill('Here it is: https://example.com/returns')
      await writing.press('Enter')
      await visitor.getByText('https://example.com/returns').waitFor()
      await shoot(visitor, 'web-written')
      await visitor.getByLabel('Write a message').fill('I found it')
      await visitor.getByLabel('Write a message').press('Enter')
      await ana.locator('main').getByText('I found it').first().waitFor()
      await ana.getByRole('toolbar', { name: 'What I can do with the call' }).waitFor()
      await shoot(ana, 'web-written-desk')
      await hears(ana, TONE.visitor)
    })
    await step('the visitor turns the camera on, and Ana sees it move', async () => {
      await call.getByRole('button', { name: 'Turn camera on' }).click()
      await moves(ana.getByLabel(/^Picture of /))
      await shoot(ana, 'video')
    })
    await step('Ana shows herself, too', async () => {
      await ana.getByRole('button', { name: 'Camera on' }).click()
      await moves(visitor.locator('.pictures video').first())
      await shoot(visitor, 'web-video')
      await shoot(ana, 'video-both')
    })
    await step('on a small screen the pictures cover neither what Ana writes nor the keys of the call', async () => {
      const before = ana.viewportSize()
      await ana.setViewportSize({ width: 390, height: 844 })
      const pictures = ana.getByRole('region', { name: /^Video with/ })
      const writing = ana.locator('main').getByRole('textbox').last()
      const keys = ana.getByRole('toolbar', { name: 'What I can do with the call' })
      await writing.waitFor()
      await shoot(ana, 'video-small')
      for (const other of [writing, keys]) await expect.poll(() => covers(pictures, other)).toBe(false)
      await ana.setViewportSize(before ?? { width: 1440, height: 900 })
    })
    await step('the visitor hangs up; the pictures go with the call', async () => {
      await visitor.getByRole('button', { name: 'Hang up' }).click()
      await ana.getByRole('button', { name: 'Finish' }).waitFor()
      await until(async () => (await ana.locator('video').count()) === 0, 'the picture to go')
      await until(async () => (await visitor.locator('video').count()) === 0, "the visitor's pictures to go")
      expect(await visitor.getByText('You are in a call').count()).toBe(0)
    })
    await Promise.all([ana.context().close(), context.close()])
    await goHome(company.ana)
  })
})

async function covers(one: Locator, other: Locator): Promise<boolean> {
  const [a, b] = [await one.boundingBox(), await other.boundingBox()]
  if (!a || !b) throw new Error('One of both is not on the screen.')
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/** The picture has colours, and they change. */
async function moves(video: Locator): Promise<void> {
  await video.waitFor()
  const look = () =>
    video.evaluate(element => {
      const canvas = document.createElement('canvas')
      canvas.width = 64
      canvas.height = 36
      const context = canvas.getContext('2d')
      context?.drawImage(element as HTMLVideoElement, 0, 0, 64, 36)
      return [...(context?.getImageData(0, 0, 64, 36).data ?? [])].filter((_, index) => index % 4 !== 3)
    })
  let first: number[] | null = null
  await until(async () => {
    const now = await look()
    if (now.every(colour => colour < 8)) return false
    first ??= now
    return now.some((colour, index) => Math.abs(colour - (first?.[index] ?? 0)) > 24)
  }, 'a moving picture')
}
