import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestUser } from '../server.ts'
import { browserMissing, browserOf, launch } from './browser.ts'

let browser: Browser
let server: TestServer
beforeAll(async () => {
  if (browserMissing) return
  browser = await launch()
  server = await startTestServer()
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
}, 60_000)

/** Two tabs of one person, both live. */
async function twoTabs(): Promise<{ user: TestUser; tabs: [Page, Page] }> {
  const user = await (await server.tenant()).user()
  const context = await browserOf(browser, server, user)
  const tabs: [Page, Page] = [await context.newPage(), await context.newPage()]
  for (const tab of tabs) {
    await tab.goto(`${server.origin}/settings`)
    await tab.getByRole('button', { name: 'Live' }).waitFor()
  }
  return { user, tabs }
}

const asksWhoIsIn = (tab: Page) => tab.waitForResponse(response => response.url().endsWith('/api/me'))

describe.skipIf(browserMissing)('a person with two tabs', () => {
  test('changes their password and goes on in both', { timeout: 60_000 }, async () => {
    const { user, tabs } = await twoTabs()
    const [tab] = tabs
    const asked = Promise.all(tabs.map(asksWhoIsIn))
    await tab.getByLabel('Present password').fill(user.password)
    await tab.getByLabel('New password').fill('another four quiet words')
    await tab.getByRole('button', { name: 'Change password' }).click()
    await tab.getByText('Your password is changed').first().waitFor()
    expect((await asked).map(response => response.status())).toEqual([200, 200])
    for (const one of tabs) {
      await one.getByRole('button', { name: 'Live' }).waitFor()
      expect(await one.getByRole('dialog').count()).toBe(0)
    }
    await tab.context().close()
  })

  test('whose session ends is asked in both to sign in, and goes on in both after doing so in one', {
    timeout: 60_000,
  }, async () => {
    const { user, tabs } = await twoTabs()
    await server.owner.query('DELETE FROM auth.session WHERE account_id = $1', [user.accountId])
    const [first, second] = tabs.map(tab => tab.getByRole('dialog', { name: 'Your session has ended' }))
    await first?.waitFor()
    await second?.getByLabel('Password', { exact: true }).fill(user.password)
    await tabs[1].keyboard.press('Enter')
    await second?.waitFor({ state: 'hidden' })
    await first?.waitFor({ state: 'hidden' })
    for (const tab of tabs) await tab.getByRole('button', { name: 'Live' }).waitFor()
    await tabs[0].context().close()
  })
})
