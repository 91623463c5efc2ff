import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Inbound, Outbound } from '@centrala/channels/channel.ts'
import { type EmailAccount, emailConfig, emailSecrets } from '@centrala/channels/email/account.ts'
import {
  type FetchedMail,
  type MailboxCursor,
  type MailboxRunner,
  type MailboxStatus,
  runMailbox,
} from '@centrala/channels/email/imap-runner.ts'
import { emailManifest } from '@centrala/channels/email/manifest.ts'
import { type IntakeEnvelope, listenForMail } from '@centrala/channels/email/smtp-intake.ts'
import { closeSenders } from '@centrala/channels/email/smtp-sender.ts'
import { inEnglish } from '@centrala/core/phrase/state-phrase.ts'
import { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { until as untilWithin } from '../until.ts'
import { type MailServers, mailServersMissing, startMailServers, USERS } from './mail-servers.ts'

const missing = mailServersMissing()
if (missing && process.env.CI) throw new Error(`The e-mail protocol tests must run in CI, and cannot: ${missing}`)
if (missing) console.warn(`E-mail protocol tests are skipped: ${missing}`)

/** Postfix and Dovecot take their time on a busy machine. */
const until: typeof untilWithin = (ask, what) => untilWithin(ask, what, 25_000)

let servers: MailServers
let tokenEndpoint: Server
let tokens: string[] = []

beforeAll(async () => {
  if (missing) return
  servers = await startMailServers()
  tokenEndpoint = createServer((_request, response) => {
    const token = tokens.shift()
    response.writeHead(token ? 200 : 400, { 'content-type': 'application/json' })
    response.end(JSON.stringify(token ? { access_token: token, expires_in: 3600 } : { error: 'invalid_grant' }))
  })
  await new Promise<void>(resolve => tokenEndpoint.listen(0, '127.0.0.1', resolve))
}, 300_000)

afterAll(async () => {
  if (missing) return
  closeSenders()
  tokenEndpoint.close()
  await servers.stop()
}, 60_000)

type Settings = { imap?: object; smtp?: object | null; secrets?: object; config?: object }

function account(changes: Settings = {}): EmailAccount {
  const user = `support@${servers.domain}`
  return {
    id: randomUUID(),
    tenantId: 'tenant-1',
    signingKey: Buffer.alloc(32, 7),
    config: emailConfig.parse({
      fromAddress: user,
      fromName: 'Podrška',
      imap: { host: '127.0.0.1', port: servers.imapPort, security: 'none', user, pollSeconds: 3600, ...changes.imap },
      smtp:
        changes.smtp === null
          ? null
          : { host: 'localhost', port: servers.smtpPort, security: 'starttls', user, ...changes.smtp },
      caCertificate: servers.certificate,
      ...changes.config,
    }),
    secrets: emailSecrets.parse({ imapPassword: servers.password, smtpPassword: servers.password, ...changes.secrets }),
  }
}

/** A mailbox that is being fetched, and everything that came of it. */
class Watch {
  readonly mails: (FetchedMail & { raw: Buffer })[] = []
  readonly statuses: MailboxStatus[] = []
  cursor: MailboxCursor | null
  /** How many of the next mails the store refuses. */
  refuse = 0
  private readonly runner: MailboxRunner

  constructor(of: EmailAccount, cursor: MailboxCursor | null = null) {
    this.cursor = cursor
    this.runner = runMailbox({
      account: of,
      loadCursor: async () => this.cursor,
      saveCursor: async saved => {
        this.cursor = saved
      },
      store: async (raw, mail) => {
        if (this.refuse > 0) {
          this.refuse -= 1
          throw new Error('the database is away')
        }
        this.mails.push({ ...mail, raw: Buffer.from(raw) })
      },
      onStatus: status => this.statuses.push(status),
      backoff: { baseMs: 50, maxMs: 400, signInMs: 100 },
    })
    watches.push(this)
  }

  get subjects(): string[] {
    return this.mails.map(mail => /^Subject: (.*)\r$/m.exec(mail.raw.toString())?.[1] ?? '')
  }

  connected(): Promise<MailboxStatus> {
    const connected = () => (this.statuses.at(-1)?.state === 'connected' ? this.statuses.at(-1) : null)
    return until(connected, 'the mailbox to be connected')
  }

  failing(): Promise<MailboxStatus> {
    return until(() => this.statuses.find(status => status.state === 'failing'), 'the mailbox to fail')
  }

  got(subject: string): Promise<unknown> {
    return until(() => this.subjects.includes(subject), `the mail “${subject}”`)
  }

  stop(): Promise<void> {
    return this.runner.stop()
  }
}
const watches: Watch[] = []

async function deliver(to: string, subject: string, text = 'Hello.'): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port: servers.smtpPort, ignoreTLS: true })
  await transport.sendMail({ from: `ana@${servers.domain}`, to, subject, text })
  transport.close()
}

async function withMailbox<T>(user: string, act: (client: ImapFlow) => Promise<T>): Promise<T> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: servers.imapPort,
    secure: false,
    doSTARTTLS: false,
    logger: false,
    disableAutoIdle: true,
    auth: { user: `${user}@${servers.domain}`, pass: servers.password },
  })
  await client.connect()
  await client.mailboxOpen('INBOX')
  try {
    return await act(client)
  } finally {
    client.close()
  }
}

function mailsIn(user: string): Promise<Buffer[]> {
  return withMailbox(user, async client => {
    const found = await client.fetchAll('1:*', { source: true }).catch(() => [])
    return found.flatMap(mail => mail.source ?? [])
  })
}

beforeEach(async () => {
  if (missing) return
  for (const user of USERS) {
    await withMailbox(user, client => client.messageDelete('1:*').catch(() => false))
  }
})

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(servers.logs())
  await Promise.all(watches.splice(0).map(watch => watch.stop()))
})

describe.skipIf(missing)('a mailbox at Dovecot', () => {
  it('sees a mail at once that Postfix delivers, by IDLE', async () => {
    const watch = new Watch(account())
    expect(inEnglish((await watch.connected()).phrase)).toBe('Connected; new mail arrives at once.')
    await deliver(`support@${servers.domain}`, 'pushed')
    await watch.got('pushed')
    const [inbound] = await emailManifest.receive(watch.mails[0]!.raw, account())
    expect(inbound).toMatchObject({ kind: 'message', sender: { address: `ana@${servers.domain}` }, text: 'Hello.' })
    const flags = await until(
      () =>
        withMailbox('support', async client => {
          const mail = await client.fetchOne('*', { flags: true })
          return mail ? mail.flags?.has('\\Seen') : false
        }),
      'the mail to be marked as read',
    )
    expect(flags).toBe(true)
  })

  it('is asked again and again where the server has no IDLE', async () => {
    const watch = new Watch(account({ imap: { host: '127.0.0.2', pollSeconds: 5 } }))
    expect(inEnglish((await watch.connected()).phrase)).toBe('Connected; looking for new mail every 5 seconds.')
    await deliver(`support@${servers.domain}`, 'polled')
    await watch.got('polled')
  })

  it('goes on by itself after Dovecot was killed, with nothing lost and nothing twice', async () => {
    const watch = new Watch(account())
    await watch.connected()
    await deliver(`support@${servers.domain}`, 'before')
    await watch.got('before')
    await servers.killDovecot()
    expect(inEnglish((await watch.failing()).phrase)).toMatch(
      /connection to 127\.0\.0\.1:\d+ was lost|Nothing answers at 127\.0\.0\.1:\d+/,
    )
    // Postfix keeps this one until Dovecot is back.
    await deliver(`support@${servers.domain}`, 'meanwhile')
    await servers.startDovecot()
    await watch.connected()
    await deliver(`support@${servers.domain}`, 'after')
    await watch.got('meanwhile')
    await watch.got('after')
    expect([...watch.subjects].sort()).toEqual(['after', 'before', 'meanwhile'])
  })

  it('offers a mail again that could not be stored, and says so', async () => {
    const watch = new Watch(account())
    await watch.connected()
    const before = await until(() => watch.cursor, 'the beginning to be saved')
    watch.refuse = 3
    await deliver(`support@${servers.domain}`, 'stubborn')
    expect(inEnglish((await watch.failing()).phrase)).toContain('could not be stored here')
    expect(watch.cursor).toEqual(before)
    await watch.got('stubborn')
    await watch.connected()
    expect(watch.subjects).toEqual(['stubborn'])
  })

  it('resumes where it stopped', async () => {
    const first = new Watch(account())
    await first.connected()
    await deliver(`support@${servers.domain}`, 'one')
    await first.got('one')
    await until(() => (first.cursor?.lastUid ?? 0) >= first.mails[0]!.uid, 'the cursor to be saved')
    await first.stop()
    await deliver(`support@${servers.domain}`, 'two')
    await until(async () => (await mailsIn('support')).length === 2, 'the mail to lie in the mailbox')
    const second = new Watch(account(), first.cursor)
    await second.got('two')
    expect(second.subjects).toEqual(['two'])
  })

  it.each([
    ['unread', ['unread']],
    ['now', []],
    ['all', ['read', 'unread']],
  ])('begins with %s mail when it is new', async (startFrom, expected) => {
    for (const subject of ['read', 'unread']) {
      await deliver(`support@${servers.domain}`, subject)
      await until(
        async () => (await mailsIn('support')).some(mail => mail.includes(`Subject: ${subject}\r`)),
        'the mail to lie in the mailbox',
      )
    }
    await withMailbox('support', client => client.messageFlagsAdd('1', ['\\Seen']))
    const watch = new Watch(account({ imap: { startFrom } }))
    await watch.connected()
    await until(() => startFrom === 'all' || watch.cursor, 'the beginning to be saved')
    await deliver(`support@${servers.domain}`, 'new')
    await watch.got('new')
    expect([...watch.subjects].sort()).toEqual([...expected, 'new'].sort())
  })

  it('offers everything again when the mailbox was rebuilt, under the ids known before', async () => {
    await deliver(`support@${servers.domain}`, 'known')
    const watch = new Watch(account())
    await watch.got('known')
    await watch.stop()
    const rebuilt = new Watch(account(), { uidValidity: '1', lastUid: 900 })
    await rebuilt.got('known')
    const ids = await Promise.all(
      [watch, rebuilt].map(async one => (await emailManifest.receive(one.mails[0]!.raw, account()))[0]!.providerId),
    )
    expect(ids[0]).toBe(ids[1])
  })

  it.each<[string, () => Settings, RegExp]>([
    [
      'a wrong password',
      () => ({ secrets: { imapPassword: 'wrong' } }),
      /^The mail server 127\.0\.0\.1 refused the user “support@example\.com” with the password\. Write the password again/,
    ],
    ['an unknown server', () => ({ imap: { host: 'no-such-host.invalid' } }), /“no-such-host\.invalid” was not found/],
    ['a wrong port', () => ({ imap: { port: 1 } }), /^Nothing answers at 127\.0\.0\.1:1\. Check the port/],
    [
      'a certificate nobody vouches for',
      () => ({ imap: { port: servers.imapsPort, security: 'tls' }, config: { caCertificate: null } }),
      /^The certificate of 127\.0\.0\.1 is not valid/,
    ],
    ['TLS on a port without', () => ({ imap: { security: 'tls' } }), /does not speak TLS from the start/],
    ['a folder that is not there', () => ({ imap: { mailbox: 'Nowhere' } }), /^The mailbox has no folder “Nowhere”/],
  ])('says what is wrong and what to do: %s', async (_name, settings, sentence) => {
    const watch = new Watch(account(settings()))
    expect(inEnglish((await watch.failing()).phrase)).toMatch(sentence)
  })

  it.each([
    ['TLS', () => ({ host: 'localhost', port: servers.imapsPort, security: 'tls' })],
    ['STARTTLS', () => ({ host: 'localhost', security: 'starttls' })],
  ])('is read over %s with the certificate of an own authority', async (_name, imap) => {
    await new Watch(account({ imap: imap() })).connected()
  })

  it('is opened by OAuth 2, with a new token when the server refuses the old one', async () => {
    const { port } = tokenEndpoint.address() as AddressInfo
    const user = `support@${servers.domain}`
    tokens = [servers.accessToken(user, -3600), servers.accessToken(user, 3600)]
    const settings = {
      imap: { signIn: 'oauth2' },
      config: { oauth: { tokenEndpoint: `http://127.0.0.1:${port}/token`, clientId: 'centrala' } },
      secrets: { oauthRefreshToken: 'refresh' },
    }
    const watch = new Watch(account(settings))
    expect(inEnglish((await watch.failing()).phrase)).toContain('Connect the account again')
    await watch.connected()
    tokens = []
    const revoked = new Watch(account(settings))
    expect(inEnglish((await revoked.failing()).phrase)).toBe(
      'The OAuth 2 server refused the sign-in (invalid_grant). Connect the account again.',
    )
  })

  it('stops at once, connected or not', async () => {
    const connected = new Watch(account())
    await connected.connected()
    await connected.stop()
    await new Watch(account({ imap: { port: 1 } })).stop()
    const { length } = connected.statuses
    await deliver(`support@${servers.domain}`, 'too late')
    expect(connected.subjects).toEqual([])
    expect(connected.statuses).toHaveLength(length)
  })
})

describe.skipIf(missing)('a mail sent through Postfix', () => {
  const outbound = (changes: Partial<Outbound> = {}): Outbound => ({
    messageId: randomUUID(),
    conversationId: randomUUID(),
    interactionId: randomUUID(),
    to: [`ana@${servers.domain}`],
    cc: [`marko@${servers.domain}`],
    bcc: [],
    subject: 'Re: Žalba na račun',
    text: 'Poštovani, stiže sutra.',
    html: '<p>Poštovani, stiže <b>sutra</b>.</p>',
    files: [{ name: 'račun.pdf', mediaType: 'application/pdf', content: Buffer.from('%PDF'), contentId: null }],
    references: ['first@example.hr'],
    automatic: false,
    ...changes,
  })
  /** As the server does: what may pass later is tried again (Postfix finds out late that Dovecot was restarted). */
  const send = (message: Outbound) =>
    until(async () => {
      const result = await emailManifest.send(message, account())
      return result.ok || !result.retryable ? result : null
    }, 'the mail to be taken')
  const arrival = (user: string) =>
    until(async () => (await mailsIn(user)).at(-1), `the mail in the mailbox of ${user}`)

  it('arrives as it should, and the answer finds its conversation', async () => {
    const message = outbound()
    const result = await send(message)
    expect(result).toMatchObject({ ok: true, providerId: `${message.messageId}@${servers.domain}` })
    await arrival('marko')
    const raw = await arrival('ana')
    expect(raw.toString()).toMatch(/with ESMTPSA id/)
    const [seen] = await emailManifest.receive(raw, { ...account(), tenantId: 'somebody else' })
    expect(seen).toMatchObject({
      providerId: `${message.messageId}@${servers.domain}`,
      subject: 'Re: Žalba na račun',
      text: 'Poštovani, stiže sutra.',
      references: ['first@example.hr'],
      sender: { name: 'Podrška' },
      recipients: { to: [`ana@${servers.domain}`], cc: [`marko@${servers.domain}`] },
    })
    const replyTo = /^Reply-To: .*<([^>]+)>/m.exec(raw.toString().replace(/\r\n\s+/g, ' '))![1]!
    const watch = new Watch(account())
    await deliver(replyTo, 'Re: hvala')
    await watch.got('Re: hvala')
    const [answer] = await emailManifest.receive(watch.mails[0]!.raw, account())
    expect(answer).toMatchObject({ conversationId: message.conversationId })
  })

  it.each<[string, Settings, () => Partial<Outbound>, object]>([
    [
      'no such recipient',
      {},
      () => ({ to: [`nobody@${servers.domain}`], cc: [] }),
      { retryable: false, code: 'mailServer.refused' },
    ],
    [
      'a recipient put off',
      {},
      () => ({ to: [`later@${servers.domain}`], cc: [] }),
      { retryable: true, code: 'mailServer.deferred' },
    ],
    [
      'a mail too large',
      {},
      () => ({ files: [{ name: 'x', mediaType: 'text/plain', content: Buffer.alloc(1_500_000), contentId: null }] }),
      { retryable: false, code: 'mailServer.refused' },
    ],
    [
      'a wrong password',
      { secrets: { smtpPassword: 'wrong' } },
      () => ({}),
      { retryable: false, code: 'mailServer.signInRefused' },
    ],
    ['a server that is away', { smtp: { port: 1 } }, () => ({}), { retryable: true, code: 'mailServer.unreachable' }],
    [
      'a certificate nobody vouches for',
      { config: { caCertificate: null } },
      () => ({}),
      { retryable: true, code: 'mailServer.tlsFailed' },
    ],
  ])('is told apart by what may pass later: %s', async (_name, settings, changes, expected) => {
    expect(await emailManifest.send(outbound(changes()), account(settings))).toMatchObject({ ok: false, ...expected })
  })

  it('comes back as a report that names it, when the recipient’s server refuses it', async () => {
    const intake = await listenForMail({
      host: '127.0.0.1',
      port: servers.intakePort,
      name: 'intake.example',
      isKnownAddress: async () => false,
      store: async () => undefined,
    })
    try {
      const watch = new Watch(account())
      const message = outbound({ to: ['gone@intake.example'], cc: [] })
      expect(await send(message)).toMatchObject({ ok: true })
      const bounce = await until(() => watch.mails[0], 'the bounce')
      const [report] = await emailManifest.receive(bounce.raw, account())
      expect(report).toMatchObject({
        kind: 'delivery',
        status: 'failed',
        messageProviderId: `${message.messageId}@${servers.domain}`,
        detail: expect.stringContaining('gone@intake.example did not get the mail: the address does not exist'),
      } satisfies Partial<Record<keyof Extract<Inbound, { kind: 'delivery' }>, unknown>>)
    } finally {
      await intake.stop()
    }
  })
})

describe.skipIf(missing)('mail that Postfix hands to the intake', () => {
  it('is stored once, also when storing failed at first', async () => {
    const stored: { raw: Buffer; envelope: IntakeEnvelope }[] = []
    let refusals = 2
    const intake = await listenForMail({
      host: '127.0.0.1',
      port: servers.intakePort,
      name: 'intake.example',
      isKnownAddress: async address => address === 'hello@intake.example',
      store: async (raw, envelope) => {
        refusals -= 1
        if (refusals >= 0) throw new Error('the database is away')
        stored.push({ raw: Buffer.from(raw), envelope })
      },
    })
    try {
      await deliver('hello@intake.example', 'relayed')
      const mail = await until(() => stored[0], 'the mail')
      expect(mail.envelope).toMatchObject({ from: `ana@${servers.domain}`, to: 'hello@intake.example' })
      expect(mail.raw.toString()).toMatch(
        /^Return-Path: <ana@example\.com>\r\nX-Original-To: hello@intake\.example\r\n/,
      )
      const [inbound] = await emailManifest.receive(mail.raw, account())
      expect(inbound).toMatchObject({ kind: 'message', subject: 'relayed', text: 'Hello.' })
      await deliver('hello@intake.example', 'second')
      await until(() => stored.some(one => one.raw.includes('Subject: second')), 'the second mail')
      expect(stored).toHaveLength(2)
    } finally {
      await intake.stop()
    }
  })
})
