import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createChannelAccount } from '@centrala/api/channel-account.ts'
import { createWebhook } from '@centrala/api/webhook.ts'
import { isSigned } from '@centrala/core/webhook/signature.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../server.ts'
import { browserMissing, launch, openDesk } from './browser.ts'

let browser: Browser
let server: TestServer
let page: Page & { complaints: string[] }
beforeAll(async () => {
  if (browserMissing) return
  browser = await launch()
  server = await startTestServer({ ALLOW_PRIVATE_ADDRESSES: '1' })
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
}, 60_000)
beforeEach(async () => {
  if (browserMissing) return
  const tenant = await server.tenant()
  page = await openDesk(browser, server, await tenant.user({ roles: ['admin'] }), '/admin')
}, 60_000)

const open = (path: string) => page.goto(`${server.origin}/admin/${path}`)
const save = () => page.getByRole('button', { name: 'Save' }).click()
const listed = (name: string) => page.getByRole('cell', { name }).first().waitFor()

describe.skipIf(browserMissing)('an administrator', () => {
  test('sets up routing from nothing: skill, profile, hours, and a queue whose steps relax', {
    timeout: 120_000,
  }, async () => {
    await open('skills?open=new')
    await save()
    await page.getByText('Fill this in.').waitFor()
    await page.getByLabel('Name').fill('Returns')
    await save()
    await listed('Returns')

    await open('profiles?open=new')
    await page.getByLabel('Name').fill('First line')
    await page.getByLabel('Units of Phone').fill('500')
    await page.getByText('More than the whole capacity').waitFor()
    await page.getByLabel('Units of Phone').fill('100')
    await save()
    await listed('First line')

    await open('hours?open=new')
    await page.getByLabel('Name', { exact: true }).fill('Office')
    await page.getByLabel('Monday: from').fill('7')
    await page.getByLabel('Monday: until').fill('06:00')
    await page.getByText('It ends before it starts.').waitFor()
    expect(await page.getByLabel('Monday: from').inputValue()).toBe('07:00')
    await page.getByLabel('Monday: until').fill('24')
    await save()
    await listed('Office')

    await open('queues?open=new')
    await page.getByLabel('Name', { exact: true }).fill('Returns desk')
    await page.getByText('Nobody serves this queue').waitFor()
    await page.getByRole('checkbox', { name: 'First line' }).click()
    await page.getByRole('combobox', { name: 'Ask for a skill' }).click()
    await page.getByRole('option', { name: 'Returns' }).click()
    await page.getByText('No agent of these profiles meets this.').waitFor()
    await page.getByRole('button', { name: 'Add a step that asks less' }).click()
    await page.getByRole('spinbutton', { name: 'After' }).fill('0')
    await page.getByText('Each step starts later').waitFor()
    await page.getByRole('spinbutton', { name: 'After' }).fill('90')
    await save()
    await listed('Returns desk')
    expect(page.complaints).toEqual([])
  })

  test('orders mail rules by the keyboard and tries them on a mail', { timeout: 120_000 }, async () => {
    for (const name of ['Second', 'First']) {
      await open('rules?open=new')
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Name').fill(name)
      await dialog.getByLabel('Text', { exact: true }).first().fill('invoice')
      await dialog.getByRole('textbox', { name: 'Tags' }).fill(name.toLowerCase())
      await page.keyboard.press('Enter')
      await save()
      await page.getByRole('button', { name: `Move ${name} with the arrow keys` }).waitFor()
    }
    await page.getByRole('button', { name: 'Move First with the arrow keys' }).focus()
    const moved = page.waitForResponse(response => response.url().endsWith('/api/mail-rules/order'))
    await page.keyboard.press('ArrowUp')
    await moved
    await page.reload()
    await page.getByText('Try the rules on a mail').click()
    await page.getByLabel('Subject').fill('Your INVOICE 12')
    await page.getByText('First: tags first').waitFor()
    expect(page.complaints).toEqual([])
  })

  test('adds a web hook, is shown its secret once, and the receiver can check what comes', {
    timeout: 120_000,
  }, async () => {
    const received: { headers: IncomingHttpHeaders; body: string }[] = []
    const receiver = createServer((request, response) => {
      let body = ''
      request.on('data', chunk => {
        body += chunk
      })
      request.on('end', () => {
        received.push({ headers: request.headers, body })
        response.end()
      })
    })
    await new Promise<void>(done => receiver.listen(0, '127.0.0.1', done))
    try {
      await open('webhooks?open=new')
      await page.getByLabel('Name').fill('Shop')
      await page.getByLabel('Address').fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`)
      await page.getByRole('checkbox', { name: 'customer.created' }).click()
      await save()
      const secret = (await page.getByText(/^whsec_/).textContent())?.trim() ?? ''
      await page.getByRole('button', { name: 'I have kept it' }).click()
      await page.getByRole('cell', { name: 'Shop' }).click()
      await page.getByRole('button', { name: 'Send a test' }).click()
      await page.getByText('It works.').waitFor()
      const [{ headers, body } = { headers: {}, body: '' }] = received
      expect(JSON.parse(body)).toMatchObject({ type: 'webhook.tested' })
      expect(isSigned(secret, String(headers['centrala-signature']), body, Date.now())).toBe(true)
      expect(await page.content()).not.toContain(secret)
      expect(page.complaints).toEqual([])
    } finally {
      receiver.closeAllConnections()
      receiver.close()
    }
  })

  test('connects a mailbox: errors beside the fields, a sentence from the trial, the password never shown again', {
    timeout: 120_000,
  }, async () => {
    await open('channels?open=new')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /E-mail/ })
      .click()
    await page.getByLabel('Name', { exact: true }).fill('Help')
    await page.getByLabel('E-mail address').fill('nobody')
    await page.getByText('This is not written the way it must be.').waitFor()
    await page.getByLabel('E-mail address').fill('help@example.com')
    await page.getByRole('checkbox', { name: 'Send by a mail server' }).click()
    await page.getByRole('button', { name: 'Test the connection' }).click()
    await page.getByText('Fill this in.').first().waitFor()
    await page.getByLabel('Server', { exact: true }).fill('127.0.0.1')
    await page.getByLabel('Port', { exact: true }).fill('1')
    await page.getByLabel('User', { exact: true }).fill('help')
    await page.getByLabel('Password', { exact: true }).fill('geheim-12')
    await page.getByRole('button', { name: 'Test the connection' }).click()
    await page.getByText('Nothing answers at 127.0.0.1:1').waitFor()
    await page.getByRole('checkbox', { name: 'In use' }).click()
    await save()
    await listed('Help')
    await page.getByRole('cell', { name: /Help/ }).click()
    await page.getByPlaceholder('Stored; type to replace it').waitFor()
    expect(await page.content()).not.toContain('geheim-12')
    expect(page.complaints).toEqual([])
  })

  test('reads in Croatian why a mailbox and a web hook fail, stored and tried', { timeout: 120_000 }, async () => {
    const tenant = await server.tenant()
    const imap = { host: '127.0.0.1', port: 1, security: 'none', user: 'help' }
    await tenant.client.call(createChannelAccount, {
      body: {
        channel: 'email',
        name: 'Pomoc',
        config: { fromAddress: 'help@example.com', imap },
        secrets: { imapPassword: 'geheim' },
      },
    })
    await tenant.client.call(createWebhook, {
      body: { name: 'Trgovina', url: 'http://127.0.0.1:1/', events: ['customer.created'] },
    })
    const croatian = await openDesk(browser, server, await tenant.user({ roles: ['admin'] }), '/admin/channels', {
      locale: 'hr-HR',
    })
    const why = croatian.getByText('Na 127.0.0.1:1 ništa ne odgovara. Provjerite port i radi li poslužitelj pošte.')
    await why.waitFor()
    await croatian.getByRole('cell', { name: /Pomoc/ }).click()
    await croatian.getByRole('button', { name: 'Provjeri vezu' }).click()
    await croatian.getByText('Pošta se ne može slati: nema poslužitelja za odlaznu poštu.').waitFor()

    await croatian.goto(`${server.origin}/admin/webhooks`)
    await croatian.getByRole('cell', { name: /Trgovina/ }).click()
    await croatian.getByRole('button', { name: 'Pošalji probu' }).click()
    await croatian.getByText('Ne radi. 127.0.0.1:1 nije dostupan: ondje ništa ne sluša.').waitFor()
    expect(croatian.complaints).toEqual([])
  })
})
