import { createChannelAccount } from '@centrala/api/channel-account.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { createQueue } from '@centrala/api/queue.ts'
import { createRoutingProfile } from '@centrala/api/routing-profile.ts'
import { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import { type MailServers, mailServersMissing, startMailServers } from '../protocol/mail-servers.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { until } from '../until.ts'
import { browserMissing, launch, openDesk, shoot } from './browser.ts'

const missing = browserMissing ?? mailServersMissing()
if (missing && process.env.CI) throw new Error(missing)
if (missing) console.warn(`The e-mail test in a browser is skipped: ${missing}`)

let mail: MailServers
let browser: Browser
let server: TestServer
beforeAll(async () => {
  if (missing) return
  browser = await launch()
  mail = await startMailServers()
  server = await startTestServer({ ALLOW_PRIVATE_ADDRESSES: '1' })
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await mail?.stop()
}, 60_000)

describe.skipIf(missing)('a mail into a real mailbox', () => {
  test('is answered in the desktop and arrives as a proper reply, whose answer joins the conversation', {
    timeout: 240_000,
  }, async () => {
    const tenant = await server.tenant()
    await server.services.router.adopt(tenant.id)
    const { id: queueId } = await tenant.client.call(createQueue, {
      body: { name: 'Support', signature: '{{agent.name}} of the shop' },
    })
    const { id: routingProfileId } = await tenant.client.call(createRoutingProfile, {
      body: { name: 'All', weights: { email: 30 }, queues: [{ queueId, priority: 0, delaySeconds: 0 }] },
    })
    const ours = `support@${mail.domain}`
    const customers = `marko@${mail.domain}`
    const { id: accountId } = await tenant.client.call(createChannelAccount, {
      body: {
        channel: 'email',
        name: 'Support',
        queueId,
        config: {
          fromAddress: ours,
          fromName: 'Shop',
          imap: { host: '127.0.0.1', port: mail.imapPort, security: 'none', user: ours },
          smtp: { host: 'localhost', port: mail.smtpPort, security: 'starttls', user: ours },
          caCertificate: mail.certificate,
        },
        secrets: { imapPassword: mail.password, smtpPassword: mail.password },
      },
    })
    const ana = await tenant.user({ name: 'Ana', routingProfileId })
    await server.services.db.tenant(tenant.id, async tx =>
      tx.emit({ type: 'configuration.changed', data: { noun: 'user' } }),
    )
    await until(
      async () =>
        (await server.owner.query('SELECT state FROM channel_account WHERE id = $1', [accountId])).rows[0]?.state ===
        'connected',
      'the mailbox to be connected',
      60_000,
    )

    const post = (message: object) => {
      const transport = createTransport({ host: '127.0.0.1', port: mail.smtpPort, secure: false, ignoreTLS: true })
      return transport.sendMail({ from: `Marko Marić <${customers}>`, ...message }).finally(() => transport.close())
    }
    await post({
      to: ours,
      subject: 'Gdje je paket?',
      messageId: '<question@customer.example>',
      text: 'Hello, where is my parcel 42?',
      html: '<p>Hello, where is my <b>parcel 42</b>?</p><img src="https://track.invalid/p.gif">',
    })

    const page = await openDesk(browser, server, ana)
    onTestFailed(async () => {
      await shoot(page, 'mail')
      console.log(mail.logs())
    })
    await ana.client.call(setMyPresence, { body: { state: 'available' } })
    await page.getByRole('article', { name: /^Offer: Marko Marić/ }).waitFor({ timeout: 60_000 })
    await page.keyboard.press('Alt+y')
    await page.frameLocator('iframe').first().getByText('parcel 42').waitFor()
    await page.getByRole('button', { name: 'Show images' }).first().waitFor()
    await page.getByRole('textbox', { name: /^Reply to/ }).fill('Dear Marko, it arrives today.')
    await page.getByRole('button', { name: 'Send', exact: true }).click()

    const reply = await until(() => newest(customers), 'the reply in the customer’s mailbox', 60_000)
    expect(field(reply, 'In-Reply-To')).toBe('<question@customer.example>')
    expect(field(reply, 'References')).toContain('<question@customer.example>')
    expect(field(reply, 'From')).toContain(ours)
    expect(field(reply, 'To')).toContain(customers)
    const token = field(reply, 'Reply-To').replace(/^.*<|>.*$/g, '')
    expect(token).toMatch(/^support\+c\./)
    expect(reply).toContain('it arrives today')
    expect(reply).toContain('Ana of the shop')

    // Their program forgets every header; the address alone leads back.
    await post({ to: token, subject: 'Thanks', text: 'Thank you, Ana!' })
    await page.getByText('Thank you, Ana!').first().waitFor({ timeout: 60_000 })
    const { rows } = await server.owner.query(
      'SELECT count(DISTINCT conversation_id)::int AS conversations, count(*)::int AS messages FROM message WHERE tenant_id = $1',
      [tenant.id],
    )
    expect(rows).toEqual([{ conversations: 1, messages: 3 }])
    expect(page.complaints).toEqual([])
    await page.context().close()
  })
})

async function newest(user: string): Promise<string | null> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: mail.imapPort,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: mail.password },
    logger: false,
  })
  await client.connect()
  try {
    const box = await client.mailboxOpen('INBOX')
    if (box.exists === 0) return null
    const message = await client.fetchOne('*', { source: true })
    return message ? (message.source?.toString() ?? null) : null
  } finally {
    await client.logout()
  }
}

const field = (raw: string, name: string): string =>
  new RegExp(`^${name}:((?:.*\\r?\\n[ \\t])*.*)$`, 'im').exec(raw)?.[1]?.replace(/\s+/g, ' ').trim() ?? ''
