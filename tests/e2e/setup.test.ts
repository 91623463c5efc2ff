import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, onTestFailed, test } from 'vitest'
import { startTestServer, type TestServer } from '../server.ts'
import { browserMissing, browserOf, launch, openDesk, shoot, startSite } from './browser.ts'

let browser: Browser
let server: TestServer
beforeAll(async () => {
  if (browserMissing) return
  browser = await launch()
  server = await startTestServer()
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

describe.skipIf(browserMissing)('an administrator of an empty company', () => {
  test('sets up queue, profile, agent and chat in the interface alone, and a chat arrives', {
    timeout: 240_000,
  }, async () => {
    const tenant = await server.tenant('Shop')
    await server.services.router.adopt(tenant.id)
    const admin = await tenant.user({ name: 'Vesna', roles: ['admin'] })
    const page = await openDesk(browser, server, admin, '/admin/queues')
    onTestFailed(() => shoot(page, 'setup'))
    const save = async (name = 'Save') => {
      await page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
    }

    await page.getByRole('button', { name: 'Add a queue' }).first().click()
    await page.getByRole('dialog').getByLabel('Name', { exact: false }).first().fill('Help')
    await save()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })

    await page.goto(`${server.origin}/admin/profiles`)
    await page.getByRole('button', { name: 'Add a profile' }).first().click()
    await page.getByRole('dialog').getByLabel('Name', { exact: false }).first().fill('Everything')
    await page.getByRole('dialog').getByRole('combobox', { name: 'Add a queue' }).click()
    await page.getByRole('option', { name: 'Help' }).click()
    await save()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })

    await page.goto(`${server.origin}/admin/people`)
    await page.getByRole('button', { name: 'Invite' }).first().click()
    await page.getByRole('dialog').getByLabel('Name', { exact: false }).first().fill('Ana Horvat')
    await page.getByRole('dialog').getByLabel('E-mail').first().fill('ana@shop.example')
    await pick(page, 'Routing profile', 'Everything')
    await save('Invite')
    const link = page.getByText(/https?:\/\/\S+\/welcome\/\S+/).first()
    await link.waitFor()
    const address = /https?:\/\/[^\s"]+/.exec((await link.textContent()) ?? '')?.[0] ?? ''

    const anas = await (await browserOf(browser, server, null)).newPage()
    onTestFailed(() => shoot(anas, 'setup-ana'))
    await anas.goto(server.origin + new URL(address).pathname)
    await anas.getByLabel('New password').fill('four quiet river stones')
    await anas.getByRole('button', { name: 'Begin' }).click()
    await anas.getByText('My contacts').first().waitFor()

    await page.goto(`${server.origin}/admin/channels`)
    await page.getByRole('button', { name: 'Add', exact: true }).first().click()
    await page.getByText('A chat window on your web site').click()
    await page.getByRole('dialog').getByLabel('Name', { exact: false }).first().fill('Web shop')
    await pick(page, 'Queue', 'Help')
    await save()
    await page.getByRole('row').filter({ hasText: 'Web shop' }).click()
    const snippet = page.getByText(/data-key="[\w-]+"/).first()
    await snippet.waitFor()
    const key = /data-key="([\w-]+)"/.exec((await snippet.textContent()) ?? '')?.[1] ?? ''

    const site = await startSite(server, key)
    const visitors = await browserOf(browser, server, null)
    const visitor = await visitors.newPage()
    onTestFailed(() => shoot(visitor, 'setup-visitor'))
    await visitor.goto(site.origin)
    await visitor.getByRole('button', { name: 'Open chat' }).click()
    await visitor.getByLabel('Write a message').fill('Is my size in stock?')
    await visitor.keyboard.press('Enter')
    await anas
      .getByRole('button', { name: /I am back|Available|available/ })
      .last()
      .click()
    await anas.getByRole('button', { name: /^Accept/ }).click()
    await anas.getByRole('log').getByText('Is my size in stock?').first().waitFor()
    await Promise.all([page.context().close(), anas.context().close(), visitors.close(), site.close()])
  })
})

/** Chooses in a list. */
async function pick(page: Page, label: string, option: string): Promise<void> {
  const field = page.getByRole('dialog').getByLabel(label).first()
  await field.click()
  await page.getByRole('option', { name: option }).click()
}
