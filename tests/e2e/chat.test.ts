import { endInteraction } from '@centrala/api/interaction.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { type ChatDesk, chatDesk } from '@centrala/server/webchat/testing.ts'
import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import { startTestServer, type TestServer, type TestUser } from '../server.ts'
import { until } from '../until.ts'
import { browserMissing, browserOf, launch, openDesk, PATIENCE_MS, shoot, startSite } from './browser.ts'

let server: TestServer
let browser: Browser
beforeAll(async () => {
  if (browserMissing) return
  browser = await launch()
  server = await startTestServer()
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

const PRE_CHAT = [
  { id: 'name', kind: 'text', label: { en: 'Your name' }, required: true, options: [] },
  { id: 'email', kind: 'email', label: { en: 'Your e-mail' }, required: true, options: [] },
]

describe.skipIf(browserMissing)('a visitor in one browser and an agent in another', () => {
  test('chat from the pre-chat form to the rating, across a transfer and a reload', { timeout: 240_000 }, async () => {
    const desk = await chatDesk(server, { config: { preChat: PRE_CHAT }, queue: { wrapUpSeconds: 60 } })
    const iva = await colleague(desk, 'Iva')
    const site = await startSite(server, desk.key)
    const anas = await openDesk(browser, server, desk.ana)
    const visitors = await browserOf(browser, server, null)
    const visitor = await visitors.newPage()
    onTestFailed(async () => {
      await shoot(anas, 'chat-ana')
      await shoot(visitor, 'chat-visitor')
    })

    await visitor.goto(site.origin)
    await visitor.getByRole('button', { name: 'Open chat' }).click()
    await visitor.getByLabel('Your name').fill('Petra Novak')
    await visitor.getByLabel('Your e-mail').fill('petra@example.org')
    await visitor.getByRole('button', { name: 'Start chat' }).click()
    await visitor.getByLabel('Write a message').fill('Where is my parcel?')
    await visitor.keyboard.press('Enter')
    await visitor.getByText('You are next').first().waitFor()

    // Offered with a sound and a countdown; accepted by a key.
    await desk.ana.client.call(setMyPresence, { body: { state: 'available' } })
    await anas.getByRole('article', { name: 'Offer: Petra Novak, Chat' }).waitFor()
    await anas.keyboard.press('Alt+y')
    const log = anas.getByRole('log')
    await log.getByText('Where is my parcel?').first().waitFor()
    await visitor.getByText('Ana has joined').first().waitFor()

    await visitor.getByText(/Read$/).first().waitFor()
    await visitor.getByLabel('Write a message').pressSequentially('It is')
    await anas.getByText('is writing').first().waitFor()
    const reply = anas.getByRole('textbox', { name: 'Reply to Petra Novak' })
    await reply.pressSequentially('I am looking')
    await visitor.getByLabel('Ana is writing').waitFor()
    await reply.fill('I am looking for it, Petra.')
    await anas.keyboard.press('Enter')
    await visitor.getByText('I am looking for it, Petra.').first().waitFor()

    await visitor
      .locator('input[type=file]')
      .setInputFiles({ name: 'label.txt', mimeType: 'text/plain', buffer: Buffer.from('parcel 42') })
    await visitor.getByRole('button', { name: 'Send', exact: true }).click()
    await log.getByText('label.txt').first().waitFor()

    // Handed on with a note that the colleague reads and the visitor does not.
    await anas.keyboard.press('Alt+t')
    const dialog = anas.getByRole('dialog')
    await dialog.getByRole('combobox').click()
    await anas.getByRole('option', { name: /Iva/ }).click()
    await dialog.getByRole('textbox', { name: /Note/ }).fill('She has parcel 42')
    await dialog.getByRole('button', { name: 'Transfer' }).click()
    await desk.ana.client.call(setMyPresence, { body: { state: 'away' } })
    const ivas = await openDesk(browser, server, iva)
    onTestFailed(() => shoot(ivas, 'chat-iva'))
    await iva.client.call(setMyPresence, { body: { state: 'available' } })
    await ivas.getByRole('button', { name: /^Accept/ }).click()
    const story = ivas.getByRole('log')
    await story.getByText('She has parcel 42').first().waitFor()
    await story.getByText('Where is my parcel?').first().waitFor()
    await visitor.getByText('Iva has joined').first().waitFor()
    expect(await visitor.getByText('She has parcel 42').count()).toBe(0)

    await visitor.reload()
    await openPanel(visitor)
    await visitor.getByText('I am looking for it, Petra.').first().waitFor()
    await ivas.getByRole('textbox', { name: 'Reply to Petra Novak' }).fill('It arrives today.')
    await ivas.keyboard.press('Enter')
    await visitor.getByText('It arrives today.').first().waitFor()

    await ivas.keyboard.press('Alt+e')
    await ivas.getByRole('button', { name: 'Finish' }).click()
    await visitor.getByText('The chat has ended').first().waitFor()
    await visitor.locator('.faces label', { hasText: 'Great' }).click()
    await visitor.getByRole('button', { name: 'Send rating' }).click()
    await visitor.getByText('Thank you for your answer.').first().waitFor()
    await until(
      async () =>
        (await server.owner.query('SELECT 1 FROM survey_response WHERE tenant_id = $1 AND score = 5', [desk.tenant.id]))
          .rows.length === 1,
      'the rating to be stored',
    )
    const ended = 'SELECT state, outcome, agent_id FROM interaction WHERE tenant_id = $1'
    await expect
      .poll(async () => (await server.owner.query(ended, [desk.tenant.id])).rows)
      .toEqual([{ state: 'ended', outcome: 'handled', agent_id: iva.id }])
    await Promise.all([anas.context().close(), ivas.context().close(), visitors.close(), site.close()])
  })

  test('an agent whose network drops is told so, and sees what was written meanwhile when it is back', {
    timeout: 120_000,
  }, async () => {
    const { desk, visitor, interactionId } = await inAChat()
    const page = await openDesk(browser, server, desk.ana, `/inbox/${interactionId}`)
    onTestFailed(() => shoot(page, 'network'))
    await page.getByRole('log').getByText('Hello').waitFor()
    await page.context().setOffline(true)
    await page
      .getByText(/not live/i)
      .first()
      .waitFor({ timeout: 60_000 })
    await visitor.write('Are you still there?')
    expect(await page.getByText('Are you still there?').count()).toBe(0)
    // What she opens meanwhile comes when the network does, and the page is the same one.
    await page.evaluate('window.kept = true')
    await page.getByRole('button', { name: 'Ana: account' }).click()
    await page.getByRole('menuitem', { name: 'My settings' }).click()
    await expect.poll(() => page.url()).toContain('/settings')
    await page.context().setOffline(false)
    await page.getByRole('heading', { name: 'Sound and notifications' }).waitFor({ timeout: 45_000 })
    expect(await page.evaluate('window.kept')).toBe(true)
    await page.goBack()
    await page.getByRole('log').getByText('Are you still there?').waitFor({ timeout: 45_000 })
    await until(async () => (await page.getByText(/not live/i).count()) === 0, 'the sign to go', PATIENCE_MS)
    await visitor.close()
    await page.context().close()
  })

  test('what an agent sends while answers are lost arrives once, and what is pressed without a network is told and not done later', {
    timeout: 120_000,
  }, async () => {
    const { desk, visitor, interactionId } = await inAChat()
    const page = await openDesk(browser, server, desk.ana, `/inbox/${interactionId}`)
    onTestFailed(() => shoot(page, 'answers'))
    await page.getByRole('log').getByText('Hello').waitFor()

    // The server does the work and its answer gets lost; the next is a page of the network's own.
    const ways = [
      async (route: Route) => {
        await route.fetch()
        await route.abort()
      },
      (route: Route) =>
        route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Sign in to the network</h1>' }),
    ]
    await page.route(
      '**/messages',
      route => (route.request().method() === 'POST' && ways.shift()?.(route)) || route.fallback(),
    )
    await page.getByRole('textbox', { name: 'Reply to' }).fill('I am here.')
    await page.keyboard.press('Enter')
    await visitor.hear('message')
    await until(() => ways.length === 0, 'both to have been tried', PATIENCE_MS)
    await until(async () => (await page.getByText('Sending').count()) === 0, 'the message to be sent', PATIENCE_MS)
    expect(await page.getByRole('log').getByText('I am here.').count()).toBe(1)
    const said = "SELECT count(*)::int AS n FROM message WHERE tenant_id = $1 AND text = 'I am here.'"
    expect((await server.owner.query(said, [desk.tenant.id])).rows).toEqual([{ n: 1 }])

    // A file taken away while it is on a slow way never arrives.
    await page.route('**/files*', () => {})
    const stopped = page.waitForEvent('requestfailed', request => request.url().includes('/files'))
    await page
      .locator('form input[type=file]')
      .setInputFiles({ name: 'wrong.txt', mimeType: 'text/plain', buffer: Buffer.from('of another customer') })
    await page.getByRole('button', { name: 'Remove wrong.txt' }).click()
    await stopped

    await page.context().setOffline(true)
    await page.keyboard.press('Alt+t')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.keyboard.press('Alt+e')
    await page.getByText('The server cannot be reached').first().waitFor()
    await page
      .getByRole('button', { name: /^Change the name/ })
      .first()
      .click()
    const name = page.getByRole('textbox', { name: 'Name', exact: true })
    const refused = page.waitForEvent('requestfailed', request => request.method() === 'PATCH')
    await name.fill('Petra Novak')
    await page.keyboard.press('Enter')
    await refused
    await page.context().setOffline(false)
    await page.getByRole('button', { name: 'Live' }).waitFor({ timeout: 45_000 })
    // What could not be saved is still there, and one press away from it.
    await name.click()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Change the name Petra Novak' }).waitFor()
    const { rows } = await server.owner.query('SELECT state FROM interaction WHERE id = $1', [interactionId])
    expect(rows).toEqual([{ state: 'active' }])

    await visitor.close()
    await page.context().close()
  })

  test('an agent whose session ends and whose server is away for a while goes on where they were', {
    timeout: 120_000,
  }, async () => {
    const { desk, visitor, interactionId } = await inAChat()
    const context = await browserOf(browser, server, desk.ana)
    const page = await context.newPage()
    onTestFailed(() => shoot(page, 'away'))
    const away = (address: string) =>
      page.route(address, route => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Away</h1>' }))
    // At once a sign of life, then words; and all of it without a press or a reload when the server is back.
    await away('**/api/**')
    await page.goto(`${server.origin}/inbox/${interactionId}`)
    await page.getByText('Loading').first().waitFor()
    await page.getByText('This did not work').first().waitFor()
    await away('**/api/conversations/**')
    await page.unroute('**/api/**')
    await page.getByRole('button', { name: 'Live' }).waitFor()
    await page.getByText('This did not work').first().waitFor()
    await page.unroute('**/api/conversations/**')
    await page.getByRole('log').getByText('Hello').waitFor()

    // On its way when the session ends, of which the page hears at once.
    const [sent, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await page.route('**/messages', async route => {
      if (route.request().method() === 'POST') {
        sent.resolve()
        await over.promise
      }
      await route.fallback()
    })
    await page.getByRole('textbox', { name: 'Reply to' }).fill('On its way.')
    await page.keyboard.press('Enter')
    await sent.promise
    await server.owner.query('DELETE FROM auth.session WHERE account_id = $1', [desk.ana.accountId])
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Password', { exact: true }).waitFor()
    over.resolve()
    await dialog.getByLabel('Password', { exact: true }).fill(desk.ana.password)
    await context.setOffline(true)
    await page.keyboard.press('Enter')
    await dialog.getByText('The server cannot be reached').waitFor()
    await context.setOffline(false)
    await page.keyboard.press('Enter')
    expect((await visitor.hear('message', PATIENCE_MS)).message.text).toBe('On its way.')
    await until(async () => (await dialog.count()) === 0, 'the dialog to go', PATIENCE_MS)
    await visitor.close()
    await context.close()
  })

  test('a page older than the server is loaded anew when a part is opened that has gone, and not before', {
    timeout: 60_000,
  }, async () => {
    const desk = await chatDesk(server)
    const page = await openDesk(browser, server, desk.ana)
    await page.getByRole('button', { name: 'Live' }).waitFor()
    await page.evaluate('window.kept = true')
    let asked = 0
    await page.route('**/assets/search-page*', route => {
      asked++
      return route.fulfill({ status: 404, contentType: 'application/json', body: '{}' })
    })
    const link = page.getByRole('link', { name: 'Search' }).first()
    await link.hover()
    await until(() => asked >= 2, 'the part to be asked for twice', PATIENCE_MS)
    expect(await page.evaluate('window.kept')).toBe(true)
    await page.route('**/search', route => {
      void page.unroute('**/assets/search-page*')
      return route.fallback()
    })
    await link.click()
    await page.getByRole('searchbox').first().waitFor()
    expect(await page.evaluate('window.kept')).toBeUndefined()
    await page.context().close()
  })

  test('a visitor on a bad line finds the chat, loses nothing written, and is heard once', {
    timeout: 120_000,
  }, async () => {
    const desk = await chatDesk(server, { config: { preChat: PRE_CHAT } })
    const site = await startSite(server, desk.key)
    const visitors = await browserOf(browser, server, null)
    const visitor = await visitors.newPage()
    onTestFailed(() => shoot(visitor, 'line'))
    // A proxy says that the server is away, and then it is there: the page was never loaded again.
    let away = 2
    await visitor.route('**/config', route =>
      away-- > 0 ? route.fulfill({ status: 503, contentType: 'text/html', body: 'Away' }) : route.fallback(),
    )
    await visitor.goto(site.origin)
    await visitor.getByRole('button', { name: 'Open chat' }).click()
    await visitor.getByLabel('Your name').fill('Petra Novak')
    await visitor.getByRole('button', { name: 'Close' }).first().click()
    await visitor.getByRole('button', { name: 'Open chat' }).click()
    expect(await visitor.getByLabel('Your name').inputValue()).toBe('Petra Novak')
    await visitor.getByLabel('Your e-mail').fill('petra@example.org')
    await visitor.getByRole('button', { name: 'Start chat' }).click()
    await visitors.setOffline(true)
    await visitor.getByLabel('Write a message').fill('Where is my parcel?')
    await visitor.keyboard.press('Enter')
    await visitor.getByText('Reconnecting').first().waitFor()
    await visitors.setOffline(false)
    const { interactionId } = await desk.answer()
    await visitor.getByText('Ana has joined').first().waitFor()
    const { rows: said } = await server.owner.query('SELECT text FROM message WHERE tenant_id = $1', [desk.tenant.id])
    expect(said).toEqual([{ text: 'Where is my parcel?' }])

    await desk.ana.client.call(endInteraction, { params: { id: interactionId }, body: {} })
    await visitor.getByText('The chat has ended').first().waitFor()
    await visitors.setOffline(true)
    await visitor.getByText('Reconnecting').first().waitFor()
    await visitor.locator('.faces label', { hasText: 'Great' }).click()
    await visitor.getByRole('button', { name: 'Send rating' }).click()
    await visitors.setOffline(false)
    const rated = 'SELECT score FROM survey_response WHERE tenant_id = $1 AND answered_at IS NOT NULL'
    await until(
      async () => (await server.owner.query(rated, [desk.tenant.id])).rows[0]?.score === 5,
      'the rating to be stored',
      PATIENCE_MS,
    )
    await Promise.all([visitors.close(), site.close()])
  })

  test('an agent whose browser dies gets no more offers: the next in line is asked', { timeout: 120_000 }, async () => {
    const desk = await chatDesk(server, { queue: { offerSeconds: 5 } })
    const iva = await colleague(desk, 'Iva')
    const anas = await openDesk(browser, server, desk.ana)
    await anas.getByRole('button', { name: 'Live' }).waitFor()
    await desk.ana.client.call(setMyPresence, { body: { state: 'available' } })
    const visitor = await desk.connect()
    await visitor.hello()
    await visitor.write('Is anybody there?')
    await anas.getByRole('button', { name: /^Accept/ }).waitFor()
    await anas.context().close()
    const ivas = await openDesk(browser, server, iva)
    await ivas.getByRole('button', { name: 'Live' }).waitFor()
    await iva.client.call(setMyPresence, { body: { state: 'available' } })
    await ivas.getByRole('button', { name: /^Accept/ }).click({ timeout: 60_000 })
    await ivas.getByRole('log').getByText('Is anybody there?').waitFor()
    const { rows } = await server.owner.query('SELECT state FROM presence WHERE user_id = $1', [desk.ana.id])
    expect(rows).toEqual([{ state: 'notResponding' }])
    await visitor.close()
    await ivas.context().close()
  })
})

async function colleague(desk: ChatDesk, name: string): Promise<TestUser> {
  const { db } = server.services
  const { routingProfileId } = await db.tenant(desk.tenant.id, tx =>
    tx.db.selectFrom('users').select('routingProfileId').where('id', '=', desk.ana.id).executeTakeFirstOrThrow(),
  )
  const user = await desk.tenant.user({ name, routingProfileId: routingProfileId ?? '' })
  await db.tenant(desk.tenant.id, async tx => tx.emit({ type: 'configuration.changed', data: { noun: 'user' } }))
  return user
}

/** The panel is open again after a reload, on a page as wide as this; on a narrow one it is opened by hand. */
async function openPanel(page: Page): Promise<void> {
  const field = page.getByLabel('Write a message')
  const button = page.getByRole('button', { name: 'Open chat' })
  await field.or(button).first().waitFor()
  if ((await field.count()) === 0) await button.click()
}

/** A visitor has said hello, and Ana has answered. */
async function inAChat() {
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  await visitor.hello()
  await visitor.write('Hello')
  return { desk, visitor, ...(await desk.answer()) }
}
