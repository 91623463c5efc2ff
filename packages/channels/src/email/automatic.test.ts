import { describe, expect, it } from 'vitest'
import { headersOf } from './addresses.ts'
import { compose } from './compose.ts'
import { mayReplyAutomatically } from './loop.ts'
import { receive } from './receive.ts'
import { fixture, onlyMessage, testAccount } from './testing.ts'
import { isSenderVerified } from './verify.ts'

const account = testAccount()
const OURS = '11111111-1111-4111-8111-111111111111@example.com'

describe('mail written by machines', () => {
  it.each([
    ['auto-rfc3834', 'auto-replied'],
    ['auto-exchange-oof', 'auto-replied'],
    ['auto-x-autoreply', 'auto-replied'],
    ['auto-croatian-subject', 'auto-replied'],
    ['auto-generated', 'auto-generated'],
    ['auto-precedence', 'bulk'],
    ['mailing-list', 'list'],
    ['no-reply', 'no-reply'],
    ['bounce-unreadable', 'bounce'],
    ['plain', null],
    ['reply-gmail-en', null],
    ['web-form', null],
  ])('%s is %s', async (name, reason) => {
    expect(onlyMessage(await receive(fixture(name), account)).automatic).toBe(reason)
  })

  it('knows its own mail when it comes back, and no other installation’s or tenant’s', async () => {
    const outbound = {
      messageId: '22222222-2222-4222-8222-222222222222',
      conversationId: '0198f2aa-1111-7222-8333-444455556666',
      interactionId: 'i',
      to: ['ana@example.hr'],
      cc: [],
      bcc: [],
      subject: 'Hi',
      text: 'Hi',
      html: null,
      files: [],
      references: [],
      automatic: false,
    }
    const other = testAccount({ fromAddress: 'other@example.org', intakeAddresses: [] })
    const composed = await compose(outbound, other, new Date())
    if (!composed.ok) throw new Error(composed.detail)
    expect(onlyMessage(await receive(composed.mail.raw, account)).automatic).toBe('loop')
    const stranger = { ...account, signingKey: Buffer.alloc(32, 9) }
    expect(onlyMessage(await receive(composed.mail.raw, stranger)).automatic).toBeNull()
    expect(onlyMessage(await receive(composed.mail.raw, { ...account, tenantId: 'tenant-2' })).automatic).toBeNull()
  })

  it('takes mail from its own address for a loop', async () => {
    const raw = Buffer.from('From: Support@Example.com\r\nTo: support@example.com\r\n\r\nhi')
    expect(onlyMessage(await receive(raw, account)).automatic).toBe('loop')
  })
})

describe('automatic replies', () => {
  const facts = { automatic: null, repliesToSender: 0, mailsFromSender: 1, repliesFromAccount: 0 }
  it('are allowed to a person who writes now and then', () => {
    expect(mayReplyAutomatically(facts)).toEqual({ allowed: true })
  })
  it.each([
    { automatic: 'auto-replied' },
    { repliesToSender: 3 },
    { mailsFromSender: 11 },
    { repliesFromAccount: 500 },
  ])('are refused, with the reason: %o', change => {
    expect(mayReplyAutomatically({ ...facts, ...change })).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/\.$/),
    })
  })
})

describe('delivery reports', () => {
  it.each([
    ['dsn-permanent', 'failed', 'nobody@example.hr did not get the mail: the address does not exist (550 5.1.1'],
    ['dsn-mailbox-full', 'failed', 'nobody@example.hr did not get the mail: the mailbox is full'],
    [
      'dsn-delayed',
      'delayed',
      'nobody@example.hr has not got the mail yet: the recipient’s server could not be reached',
    ],
    [
      'dsn-two-recipients',
      'failed',
      'a@example.hr did not get the mail: the recipient’s server refused it by its policy or as spam',
    ],
    ['dsn-delivered', 'delivered', 'nobody@example.hr got the mail.'],
    ['dsn-exchange', 'failed', 'ion@example.ro did not get the mail: the address does not exist'],
    ['dsn-gmail', 'failed', 'nobody@gmail.example did not get the mail: the address does not exist'],
    ['bounce-exim', 'failed', 'jovana@example.rs did not get the mail: the address does not exist'],
    ['read-receipt', 'read', 'The recipient’s mail program says it was displayed.'],
  ])('%s: %s, and which mail of ours it is about', async (name, status, detail) => {
    const [report, ...rest] = await receive(fixture(name), account)
    expect(rest).toEqual([])
    expect(report).toMatchObject({ kind: 'delivery', status, messageProviderId: OURS })
    expect((report as { detail: string }).detail).toContain(detail)
  })

  it('names every recipient who did not get it', async () => {
    const [report] = await receive(fixture('dsn-two-recipients'), account)
    expect((report as { detail: string }).detail).toContain('b@example.hr did not get the mail')
  })

  it('that cannot be read become messages for a person', async () => {
    const message = onlyMessage(await receive(fixture('bounce-unreadable'), account))
    expect(message.text).toContain('qmail-send')
  })
})

describe('a verified sender', () => {
  const config = testAccount({ trustedAuthservId: 'mx.example.com' }).config
  const verified = (...lines: [string, string][]) =>
    isSenderVerified(
      headersOf(
        [...lines, ['from', 'Ana <ana@example.hr>'] as [string, string]].map(([key, value]) => ({ key, value })),
      ),
      'ana@example.hr',
      config,
    )
  const AR = 'authentication-results'

  it('is one whose domain our own server found to pass DMARC', () => {
    expect(verified([AR, 'mx.example.com; spf=fail; dmarc=pass (p=REJECT) header.from=example.hr'])).toBe(true)
    expect(
      verified(
        [AR, 'mx.example.com 1; dkim=pass header.d=example.hr'],
        [AR, 'mx.example.com; dmarc=pass header.from=EXAMPLE.HR'],
      ),
    ).toBe(true)
  })
  it.each<[string, [string, string][]]>([
    ['no verdict', []],
    ['another server', [[AR, 'mx.evil.example; dmarc=pass header.from=example.hr']]],
    [
      'another server on top of ours',
      [
        [AR, 'centrala; none'],
        [AR, 'mx.example.com; dmarc=pass header.from=example.hr'],
      ],
    ],
    [
      'a failed verdict on top of a forged one',
      [
        [AR, 'mx.example.com; dmarc=fail header.from=example.hr'],
        [AR, 'mx.example.com; dmarc=pass header.from=example.hr'],
      ],
    ],
    ['another domain', [[AR, 'mx.example.com; dmarc=pass header.from=evil.example']]],
    ['a verdict in a comment', [[AR, 'mx.example.com; none (x; dmarc=pass header.from=example.hr)']]],
    [
      'a second From',
      [
        [AR, 'mx.example.com; dmarc=pass header.from=example.hr'],
        ['from', 'b@example.hr'],
      ],
    ],
  ])('is not: %s', (_name, lines) => {
    expect(verified(...lines)).toBe(false)
  })
  it('does not exist where no server is trusted', async () => {
    const raw = Buffer.from(
      'Authentication-Results: mx.example.com; dmarc=pass header.from=example.hr\r\nFrom: ana@example.hr\r\n\r\nhi',
    )
    expect(onlyMessage(await receive(raw, account)).sender.verified).toBe(false)
    expect(onlyMessage(await receive(raw, { ...account, config })).sender.verified).toBe(true)
  })
})
