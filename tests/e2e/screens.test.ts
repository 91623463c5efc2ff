import { listMyInteractions, listReceipts } from '@centrala/api/interaction.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { LOCALES } from '@centrala/api/shapes.ts'
import { type ChatDesk, chatDesk, type TestVisitor } from '@centrala/server/webchat/testing.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import { startTestServer, type TestServer, type TestUser } from '../server.ts'
import { until } from '../until.ts'
import { barriers, browserMissing, browserOf, launch, type OpenOptions, openDesk, shoot } from './browser.ts'

let browser: Browser
let server: TestServer
let desk: ChatDesk
let visitor: TestVisitor
let boss: TestUser
let open: { interactionId: string; conversationId: string }
beforeAll(async () => {
  if (browserMissing) return
  browser = await launch()
  server = await startTestServer()
  desk = await chatDesk(server)
  boss = await desk.tenant.user({ name: 'Sanja', roles: ['agent', 'supervisor', 'admin'] })
  visitor = await desk.connect()
  await visitor.hello()
  await visitor.write('Where is my parcel?')
  open = await desk.answer()
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

const PLACES = [
  '/inbox',
  '/search',
  '/supervisor',
  '/reports',
  '/reports?report=fairness',
  '/what-if',
  '/settings',
  '/admin/people',
  '/admin/queues',
  '/admin/channels',
]

describe.skipIf(browserMissing)('the main screens', () => {
  test.each(['light', 'dark'] as const)(
    'have no serious barrier by axe-core (%s)',
    { timeout: 180_000 },
    async colorScheme => {
      const wrong: string[] = []
      const look = async (page: Page, place: string) => {
        const found = await barriers(page)
        wrong.push(...found.map(one => `${place} ${one}`))
      }
      await visit({ colorScheme }, look)
      const anas = await openDesk(browser, server, desk.ana, `/inbox/${open.interactionId}`, { colorScheme })
      await anas.getByRole('log').getByText('Where is my parcel?').first().waitFor()
      await settled(anas)
      await look(anas, 'a conversation')
      await anas.context().close()
      expect(wrong).toEqual([])
    },
  )

  test.each(LOCALES)(
    'speak %s with every word there, and fit a phone of 390 pixels',
    { timeout: 180_000 },
    async locale => {
      const wrong: string[] = []
      const complaints = await visit({ locale, viewport: { width: 390, height: 844 } }, async (page, place) => {
        const { lang, text, wide } = (await page.evaluate(
          `({ lang: document.documentElement.lang, text: document.body.innerText, wide: document.documentElement.scrollWidth })`,
        )) as { lang: string; text: string; wide: number }
        const before = wrong.length
        if (lang !== locale) wrong.push(`${place} speaks ${lang}`)
        if (wide > 390) wrong.push(`${place} is ${wide} pixels wide`)
        // A missing text shows its key: admin:section.people, or list.title.
        for (const key of text.match(
          /\b[a-z][A-Za-z]*:[a-z][\w.]+\b|\b[a-z][A-Za-z]+\.(?:[a-z][A-Za-z]+\.)*(?:title|hint|label|name|empty)\b/g,
        ) ?? [])
          wrong.push(`${place} shows ${key}`)
        if (wrong.length > before) await shoot(page, `phone-${locale}${place.replace(/\W+/g, '-')}`)
      })
      expect(wrong).toEqual([])
      expect(complaints.filter(one => /missing|i18n/i.test(one))).toEqual([])
    },
  )
})

describe.skipIf(browserMissing)('a supervisor', () => {
  test('sees who waits and why, reads a receipt, and gives the contact to somebody', { timeout: 120_000 }, async () => {
    const desk = await chatDesk(server)
    const boss = await desk.tenant.user({ name: 'Sanja', roles: ['supervisor'] })
    const anas = await openDesk(browser, server, desk.ana)
    const first = await desk.connect()
    await first.hello()
    await first.write('Where is my parcel?')
    const open = await desk.answer()
    await desk.ana.client.call(setMyPresence, { body: { state: 'away' } })
    const waiting = await desk.connect()
    await waiting.hello()
    await waiting.write('Nobody answers')
    const page = await openDesk(browser, server, boss, '/supervisor')
    onTestFailed(() => shoot(page, 'supervisor'))
    await page.getByText('Help').first().waitFor()
    await page.getByText('Ana').first().waitFor()
    const { rows } = await server.owner.query<{ id: string }>(
      "SELECT id FROM interaction WHERE tenant_id = $1 AND state = 'queued'",
      [desk.tenant.id],
    )
    expect(rows).toHaveLength(1)
    const contacts = page.getByRole('table', { name: 'Contacts' })
    await contacts.getByRole('row').filter({ hasText: 'Waiting' }).first().click()
    await page.getByText('Why it still waits').waitFor()
    await page.getByText('What happened').waitFor()
    await page.getByRole('combobox', { name: 'Give it to' }).click()
    await page.getByRole('option', { name: /Ana/ }).first().click()
    await page.getByRole('button', { name: 'Give', exact: true }).click()
    await until(
      async () => (await desk.ana.client.call(listMyInteractions)).items.some(item => item.id === rows[0]?.id),
      'the contact to be with Ana',
    )
    const { items } = await boss.client.call(listReceipts, { params: { id: open.interactionId } })
    expect(items[0]?.words).toContain('Ana')
    await Promise.all([page.context().close(), anas.context().close(), waiting.close(), first.close()])
  })
})

/** Opens every place by its address, in three pages at a time: most of what they do is wait. @returns what their consoles complain of */
async function visit(options: OpenOptions, look: (page: Page, place: string) => Promise<void>): Promise<string[]> {
  const context = await browserOf(browser, server, boss, options)
  const complaints: string[] = []
  context.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  context.on('weberror', one => complaints.push(String(one.error())))
  const places = [...PLACES]
  const walk = async () => {
    const page = await context.newPage()
    for (let place = places.shift(); place; place = places.shift()) {
      await page.goto(server.origin + place)
      await settled(page)
      await look(page, place)
    }
  }
  await Promise.all([walk(), walk(), walk()])
  await context.close()
  return complaints
}

/** Until nothing loads any more. */
async function settled(page: Page): Promise<void> {
  await page.locator('main').first().waitFor()
  await page.waitForLoadState('networkidle')
  await until(async () => (await page.locator('[aria-busy=true]').count()) === 0, 'the page to have loaded')
}
