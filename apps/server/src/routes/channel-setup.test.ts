import {
  changeChannelAccount,
  checkChannelAccount,
  createChannelAccount,
  deleteChannelAccount,
  getChannelAccount,
  listChannelAccounts,
  listChannelKinds,
  replaceChannelAccountKey,
  testChannelAccount,
} from '@centrala/api/channel-account.ts'
import type { ApiError, Client } from '@centrala/api/client.ts'
import {
  changeMailRule,
  createMailRule,
  deleteMailRule,
  listMailRules,
  orderMailRules,
  previewMailRules,
} from '@centrala/api/mail-rule.ts'
import { createQueue } from '@centrala/api/queue.ts'
import { unseal } from '@centrala/store/secret.ts'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestTenant } from '../../../../tests/server.ts'

let server: TestServer
let tenant: TestTenant
let client: Client
beforeAll(async () => {
  server = await startTestServer({ ALLOW_PRIVATE_ADDRESSES: 'true' })
})
afterAll(() => server.close())
beforeEach(async () => {
  tenant = await server.tenant()
  client = tenant.client
})

async function refusal(call: Promise<unknown>) {
  const error = await call.then(
    () => {
      throw new Error('The call was not refused.')
    },
    (refused: ApiError) => refused,
  )
  return error.problem
}
/** A mailbox that is never connected to. */
const MAILBOX = {
  fromAddress: 'help@example.com',
  imap: { host: 'imap.invalid', user: 'help@example.com' },
  smtp: { host: 'smtp.invalid', user: 'help@example.com' },
}
const aMailbox = (name = 'Help', config: Record<string, unknown> = MAILBOX) =>
  client.call(createChannelAccount, {
    body: { channel: 'email', name, config, secrets: { imapPassword: 'geheim' }, active: false },
  })

describe('channel accounts', () => {
  test('a password is stored encrypted, never read back, and kept when it is left out', async () => {
    const account = await aMailbox()
    expect(account).toMatchObject({ address: 'help@example.com', secretsSet: ['imapPassword'], snippet: null })
    await client.call(changeChannelAccount, { params: { id: account.id }, body: { name: 'Help desk' } })
    const shown = await client.call(changeChannelAccount, {
      params: { id: account.id },
      body: { secrets: { smtpPassword: 'auch' } },
    })
    expect(shown.secretsSet).toEqual(['imapPassword', 'smtpPassword'])
    const { rows } = await server.owner.query('SELECT secrets FROM channel_account WHERE id = $1', [account.id])
    expect(unseal(server.services.keys.secrets, rows[0].secrets)).toEqual({
      imapPassword: 'geheim',
      smtpPassword: 'auch',
    })
    const gone = await client.call(changeChannelAccount, {
      params: { id: account.id },
      body: { secrets: { imapPassword: null } },
    })
    expect(gone.secretsSet).toEqual(['smtpPassword'])

    const everything = JSON.stringify([
      shown,
      await client.call(getChannelAccount, { params: { id: account.id } }),
      (await server.owner.query('SELECT * FROM audit_entry WHERE tenant_id = $1', [tenant.id])).rows,
      (await server.owner.query('SELECT * FROM event WHERE tenant_id = $1', [tenant.id])).rows,
    ])
    expect(everything).not.toContain('geheim')
    expect(everything).not.toContain('auch')
  })

  test('settings that are not understood are refused by their place', async () => {
    const config = { fromAddress: 'nobody', imap: { host: '', port: 99_999, user: 'x' }, colour: 'red' }
    const problem = await refusal(aMailbox('Help', config))
    expect(problem.fields?.map(field => field.path).sort()).toEqual([
      'body.config',
      'body.config.fromAddress',
      'body.config.imap.host',
      'body.config.imap.port',
    ])
    const { issues } = await client.call(checkChannelAccount, { body: { channel: 'email', config } })
    expect(issues.map(issue => issue.path).sort()).toEqual([
      'config',
      'config.fromAddress',
      'config.imap.host',
      'config.imap.port',
    ])
    expect(
      await refusal(client.call(createChannelAccount, { body: { channel: 'form', name: 'x', config: {} } })),
    ).toMatchObject({ fields: [{ path: 'body.channel' }] })
  })

  test('a chat shows the snippet to paste; its key can be replaced', async () => {
    const chat = await client.call(createChannelAccount, { body: { channel: 'chat', name: 'Shop', config: {} } })
    expect(chat.snippet).toBe(
      `<script src="${server.services.publicUrl}/widget.js" data-key="${chat.key}" async></script>`,
    )
    const replaced = await client.call(replaceChannelAccountKey, { params: { id: chat.id } })
    expect(replaced.key).not.toBe(chat.key)
    expect(replaced.snippet).toContain(replaced.key)
  })

  test('an agent sees which accounts there are and whether they work, and no settings', async () => {
    await aMailbox()
    const agent = await tenant.key(['self', 'conversation.read'])
    const { items } = await agent.call(listChannelAccounts)
    expect(items).toMatchObject([{ name: 'Help', address: 'help@example.com', state: 'idle' }])
    expect(JSON.stringify(items)).not.toContain('imap.invalid')
    const [account] = items
    expect(await refusal(agent.call(getChannelAccount, { params: { id: account?.id ?? '' } }))).toMatchObject({
      status: 403,
    })
  })

  test('an intake address leads to one account of the installation, whoever asks', async () => {
    const config = { fromAddress: 'a@example.com', intakeAddresses: ['in@example.com'] }
    await aMailbox('One', config)
    const other = await server.tenant()
    const call = other.client.call(createChannelAccount, {
      body: {
        channel: 'email',
        name: 'Two',
        config: { fromAddress: 'b@example.com', intakeAddresses: ['IN@example.com'] },
      },
    })
    expect(await refusal(call)).toMatchObject({ fields: [{ path: 'body.config.intakeAddresses' }] })
  })

  test('an account that customers have written to stays; an unused one is deleted', async () => {
    const account = await aMailbox()
    await server.services.db.tenant(tenant.id, tx =>
      tx.db
        .insertInto('inboundEvent')
        .values({ channelAccountId: account.id, providerId: '1', raw: Buffer.from('x') })
        .execute(),
    )
    expect(await refusal(client.call(deleteChannelAccount, { params: { id: account.id } }))).toMatchObject({
      code: 'channelAccount.used',
    })
    const unused = await aMailbox('Other')
    await client.call(deleteChannelAccount, { params: { id: unused.id } })
    expect((await client.call(listChannelAccounts)).items.map(item => item.name)).toEqual(['Help'])
  })

  test('each channel states its settings as JSON Schema', async () => {
    const { items } = await client.call(listChannelKinds)
    expect(items.map(item => item.channel).sort()).toEqual(['chat', 'email', 'voice'])
    expect(items.every(item => item.config.type === 'object')).toBe(true)
  })
})

describe('trying a connection', () => {
  test('a working server says so, and a wrong password says what is wrong', async () => {
    const smtp = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      onAuth: (auth, _session, done) =>
        auth.password === 'right' ? done(null, { user: auth.username }) : done(new Error('Wrong password')),
    })
    await new Promise<void>(done => smtp.listen(0, '127.0.0.1', done))
    try {
      const { port } = smtp.server.address() as { port: number }
      const config = {
        fromAddress: 'help@example.com',
        intakeAddresses: ['help@example.com'],
        smtp: { host: '127.0.0.1', port, security: 'none', user: 'help' },
      }
      const attempt = (smtpPassword: string) =>
        client.call(testChannelAccount, { body: { channel: 'email', config, secrets: { smtpPassword } } })
      expect(await attempt('right')).toMatchObject({
        ok: true,
        parts: [
          {
            part: 'smtp',
            sentence: '127.0.0.1 signed us in as help.',
            phrase: { code: 'mailServer.signedIn', params: { host: '127.0.0.1', user: 'help' } },
          },
        ],
      })
      const wrong = await attempt('wrong')
      expect(wrong.ok).toBe(false)
      expect(wrong.parts[0]?.sentence).toContain('refused user name or password')
    } finally {
      await new Promise<void>(done => smtp.close(done))
    }
  })

  test('nothing that listens, and a name that nobody knows, are told in a sentence', async () => {
    const config = { fromAddress: 'help@example.com', imap: { host: '127.0.0.1', port: 1, user: 'help' } }
    const { ok, parts } = await client.call(testChannelAccount, { body: { channel: 'email', config } })
    expect(ok).toBe(false)
    expect(parts[0]).toMatchObject({
      part: 'imap',
      ok: false,
      sentence: expect.stringContaining('Nothing answers'),
      phrase: { code: 'mailbox.nothingThere', params: { host: '127.0.0.1', port: 1 } },
    })
    expect(parts[1]).toMatchObject({ part: 'smtp', ok: false, phrase: { code: 'mailServer.missing' } })
    const unknown = { fromAddress: 'help@example.com', imap: { host: 'nowhere.invalid', user: 'help' } }
    expect(
      (await client.call(testChannelAccount, { body: { channel: 'email', config: unknown } })).parts,
    ).toMatchObject([
      {
        part: 'address',
        sentence: expect.stringContaining('was not found'),
        phrase: { code: 'address.unknown', params: { host: 'nowhere.invalid' } },
      },
    ])
  })

  test('stored passwords are used for what is left out', async () => {
    const account = await aMailbox('Local', {
      fromAddress: 'help@example.com',
      imap: { host: '127.0.0.1', port: 1, user: 'help' },
    })
    const stored = { id: account.id, channel: 'email' as const, config: account.config }
    expect((await client.call(testChannelAccount, { body: stored })).parts[0]?.part).toBe('imap')
    const other = await server.tenant()
    expect(await refusal(other.client.call(testChannelAccount, { body: stored }))).toMatchObject({ status: 404 })
  })
})

describe('mail rules', () => {
  const about = (matches: string) => [{ field: 'subject' as const, matches }]
  test('rules are tried in their order, and the order is changed as a whole', async () => {
    const rule = (name: string, tag: string) =>
      client.call(createMailRule, {
        body: { name, conditions: about('invoice'), actions: { tags: [tag] }, continue: true },
      })
    const [first, second] = [await rule('First', 'a'), await rule('Second', 'b')]
    const { items } = await client.call(orderMailRules, { body: { ids: [second.id, first.id] } })
    expect(items.map(item => item.name)).toEqual(['Second', 'First'])
    expect(await refusal(client.call(orderMailRules, { body: { ids: [second.id] } }))).toMatchObject({
      fields: [{ path: 'body.ids' }],
    })
    await client.call(deleteMailRule, { params: { id: first.id } })
    expect((await client.call(listMailRules)).items).toHaveLength(1)
  })

  test('the preview says which rules match a mail and what comes of it, a draft included', async () => {
    const queue = await client.call(createQueue, { body: { name: 'Invoices' } })
    const stored = await client.call(createMailRule, {
      body: { name: 'Invoices', conditions: about('račun'), actions: { queueId: queue.id, priority: 5 } },
    })
    const mail = { from: 'ana@example.com', subject: 'Pitanje: RACUN 12' }
    expect(await client.call(previewMailRules, { body: mail })).toEqual({
      matched: [{ id: stored.id, name: 'Invoices' }],
      queueId: queue.id,
      priority: 5,
      tags: [],
      end: null,
    })
    const draft = {
      id: stored.id,
      name: 'Invoices',
      conditions: about('nothing of the kind'),
      actions: { end: 'spam' as const },
    }
    expect((await client.call(previewMailRules, { body: { ...mail, draft } })).matched).toEqual([])
    const unchanged = await client.call(listMailRules)
    expect(unchanged.items[0]?.actions).toEqual({ queueId: queue.id, priority: 5, tags: [] })
  })

  test('a rule that says nothing to do, or leads nowhere, is refused by its place', async () => {
    const body = { name: 'Empty', conditions: about('x'), actions: {} }
    expect(await refusal(client.call(createMailRule, { body }))).toMatchObject({ fields: [{ path: 'body.actions' }] })
    const other = await server.tenant()
    const theirs = await other.client.call(createQueue, { body: { name: 'Theirs' } })
    const lost = { ...body, actions: { queueId: theirs.id } }
    expect(await refusal(client.call(createMailRule, { body: lost }))).toMatchObject({
      fields: [{ path: 'body.actions.queueId' }],
    })
    const rule = await client.call(createMailRule, { body: { ...body, actions: { end: 'close' } } })
    const change = { ...body, actions: { tags: ['x'] }, active: false }
    expect(await client.call(changeMailRule, { params: { id: rule.id }, body: change })).toMatchObject({
      active: false,
      actions: { tags: ['x'] },
    })
  })
})
