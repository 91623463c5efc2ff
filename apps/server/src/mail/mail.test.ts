import { getConversation, listMessages, retryMessage } from '@centrala/api/conversation.ts'
import { endInteraction, type Interaction, listInteractions, wrapUp } from '@centrala/api/interaction.ts'
import { createMailRule } from '@centrala/api/mail-rule.ts'
import type { Message } from '@centrala/api/message.ts'
import { AUTO_REPLY_LIMITS } from '@centrala/channels/email/loop.ts'
import { fixture } from '@centrala/channels/email/testing.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { MAILBOX, type MailDesk, type MailSink, mailDesk, startMailSink } from './testing.ts'

let server: TestServer
let sink: MailSink
beforeAll(async () => {
  sink = await startMailSink()
  server = await startTestServer({ ALLOW_PRIVATE_ADDRESSES: '1' })
})
afterAll(async () => {
  await server?.close()
  await sink?.close()
})
beforeEach(() => {
  sink.mails.length = 0
  sink.refusal = null
})

let written = 0
const letter = (headers: Record<string, string> = {}, text = 'Where is my parcel?') => {
  written++
  const all = {
    From: 'Petra Novak <petra@example.org>',
    To: MAILBOX,
    Subject: 'Parcel',
    'Message-ID': `<letter-${written}@example.org>`,
    ...headers,
  }
  return `${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n${text}\r\n`
}
const header = (raw: string, name: string) =>
  new RegExp(`^${name}:((?:.*\\r?\\n[ \\t])*.*)$`, 'im').exec(raw)?.[1]?.replace(/\s+/g, ' ').trim() ?? ''

const open = async ({ tenant }: MailDesk, state?: Interaction['state']) =>
  (await tenant.client.call(listInteractions, { query: state ? { state } : {} })).items
const messages = async ({ tenant }: MailDesk, conversationId: string): Promise<Message[]> =>
  (await tenant.client.call(listMessages, { params: { id: conversationId }, query: {} })).items
const sent = (count = 1) => until(() => sink.mails.length >= count && sink.mails.at(-1), `${count} sent mails`)
async function close({ ana }: MailDesk, { id }: Interaction): Promise<void> {
  const { state } = await ana.client.call(endInteraction, { params: { id }, body: {} })
  if (state === 'wrapUp') await ana.client.call(wrapUp, { params: { id }, body: {} })
}

describe('a mail that arrives', () => {
  test('is offered, and its answer goes out as a proper reply with the queue’s signature', async () => {
    const desk = await mailDesk(server, sink)
    await desk.arrive(letter({ 'Message-ID': '<first@example.org>' }))
    const mine = await desk.answer()
    await desk.reply(mine, 'It arrives today.')
    const { raw, to } = await sent()
    expect(to).toEqual(['petra@example.org'])
    expect(header(raw, 'In-Reply-To')).toBe('<first@example.org>')
    expect(header(raw, 'References')).toContain('<first@example.org>')
    expect(header(raw, 'Subject')).toBe('Re: Parcel')
    expect(header(raw, 'Reply-To')).toMatch(/support\+c\..+@example\.com/)
    expect(raw).toContain('Ana, Shop')
  })

  test('twice is one message', async () => {
    const desk = await mailDesk(server, sink)
    const same = letter()
    await desk.arrive(same)
    await desk.arrive(same)
    await desk.arrive(same.replace('\r\n\r\n', '\r\nReceived: by another way\r\n\r\n')) // the same Message-ID by another way
    expect(await open(desk)).toHaveLength(1)
    expect(await messages(desk, (await open(desk))[0]?.conversationId ?? '')).toHaveLength(1)
  })

  test('is answered where its sender asked (Reply-To)', async () => {
    const desk = await mailDesk(server, sink)
    await desk.arrive(letter({ 'Reply-To': 'Petra at home <home@example.net>' }))
    await desk.reply(await desk.answer(), 'It arrives today.')
    expect((await sent()).to).toEqual(['home@example.net'])
  })

  test('without From becomes an interaction of nobody: no identity, and an answer needs an address', async () => {
    const desk = await mailDesk(server, sink)
    await desk.arrive(fixture('no-from'))
    const mine = await desk.answer()
    const { rows } = await server.owner.query('SELECT 1 FROM identity WHERE tenant_id = $1', [desk.tenant.id])
    expect(rows).toEqual([])
    await expect(desk.reply(mine, 'Who are you?')).rejects.toMatchObject({ status: 400 })
    expect(sink.mails).toEqual([])
  })

  test('as a bomb of nested MIME becomes an interaction with the original, and the next mail is read', async () => {
    const desk = await mailDesk(server, sink)
    const depth = 3000
    let bomb =
      'From: Bomber <bomb@example.org>\r\nSubject: Bomb\r\nMessage-ID: <bomb@example.org>\r\nMIME-Version: 1.0\r\n'
    for (let level = 0; level < depth; level++)
      bomb += `Content-Type: multipart/mixed; boundary="b${level}"\r\n\r\n--b${level}\r\n`
    await desk.arrive(`${bomb}Content-Type: text/plain\r\n\r\nboom\r\n`)
    await desk.arrive(letter())
    const waiting = await open(desk)
    expect(waiting.map(one => one.subject).sort()).toEqual(['Bomb', 'Parcel'])
    const bombs = await messages(desk, waiting.find(one => one.subject === 'Bomb')?.conversationId ?? '')
    expect(bombs[0]?.files.length).toBeGreaterThan(0)
  })

  test('is sorted by the rules: queue, priority and tags, or ended as spam', async () => {
    const desk = await mailDesk(server, sink)
    await desk.tenant.client.call(createMailRule, {
      body: {
        name: 'Urgent',
        conditions: [{ field: 'subject', matches: 'urgent' }],
        actions: { priority: 7, tags: ['urgent'] },
      },
    })
    await desk.tenant.client.call(createMailRule, {
      body: { name: 'Junk', conditions: [{ field: 'from', matches: '*@junk.example*' }], actions: { end: 'spam' } },
    })
    await desk.arrive(letter({ Subject: 'URGENT parcel' }))
    await desk.arrive(letter({ From: 'win@junk.example', Subject: 'You won' }))
    const [urgent, ...others] = await open(desk)
    expect(others).toEqual([])
    expect(urgent).toMatchObject({ subject: 'URGENT parcel', priority: 7 })
    const { tags } = await desk.tenant.client.call(getConversation, { params: { id: urgent?.conversationId ?? '' } })
    expect(tags).toEqual(['urgent'])
    expect(await open(desk, 'ended')).toMatchObject([{ outcome: 'spam' }])
  })
})

describe('a mail in a conversation', () => {
  test('finds it by the token of our Reply-To, from whatever address it comes; the stranger is not joined to the customer', async () => {
    const desk = await mailDesk(server, sink)
    await desk.arrive(letter())
    const mine = await desk.answer()
    await desk.reply(mine, 'It arrives today.')
    const token = header((await sent()).raw, 'Reply-To').replace(/^.*<|>.*$/g, '')
    await desk.arrive(letter({ From: 'boss@elsewhere.example', To: token, Subject: 'Another subject' }))
    const thread = await messages(desk, mine.conversationId)
    expect(thread.at(-1)).toMatchObject({ author: 'customer', sender: { address: 'boss@elsewhere.example' } })
    const { rows } = await server.owner.query(
      "SELECT address FROM identity WHERE tenant_id = $1 AND customer_id = $2 AND kind = 'email'",
      [desk.tenant.id, mine.customerId],
    )
    expect(rows).toEqual([{ address: 'petra@example.org' }])
  })

  test('written by a machine, asks nobody once the conversation is closed', async () => {
    const desk = await mailDesk(server, sink)
    await desk.arrive(letter({ 'Message-ID': '<q@example.org>' }))
    const mine = await desk.answer()
    await close(desk, mine)
    const away = { 'Auto-Submitted': 'auto-replied', 'In-Reply-To': '<q@example.org>', Subject: 'Out of office' }
    await desk.arrive(letter(away, 'I am away.'))
    expect(await open(desk)).toEqual([])
    expect((await messages(desk, mine.conversationId)).at(-1)?.text).toContain('I am away.')
  })
})

describe('automatic replies', () => {
  const autoReply = 'We have your mail, {{customer.name}}.'

  test('confirm the first mail of a person, never a machine’s, and stop where a loop threatens', async () => {
    const desk = await mailDesk(server, sink, { autoReply })
    await desk.arrive(letter({ From: 'robot@example.org', 'Auto-Submitted': 'auto-generated', Subject: 'Report' }))
    await desk.arrive(letter({ From: 'noreply@example.org', Precedence: 'bulk', Subject: 'News' }))
    await desk.arrive(letter({ From: MAILBOX, Subject: 'From ourselves' }))
    await desk.arrive(letter())
    const { raw, to } = await sent()
    expect(to).toEqual(['petra@example.org'])
    expect(header(raw, 'Auto-Submitted')).toBe('auto-replied')
    for (let matter = 0; matter < AUTO_REPLY_LIMITS.repliesToSender + 3; matter++)
      await desk.arrive(letter({ Subject: `Another matter ${matter}` }))
    const { rows } = await server.owner.query(
      "SELECT count(*)::int AS n FROM message WHERE tenant_id = $1 AND automatic = 'autoReply'",
      [desk.tenant.id],
    )
    expect(rows[0].n).toBeLessThanOrEqual(AUTO_REPLY_LIMITS.repliesToSender)
    // None may still be on its way when the next test looks at what was sent.
    await until(async () => {
      const { rowCount } = await server.owner.query(
        "SELECT FROM message WHERE tenant_id = $1 AND automatic = 'autoReply' AND status = 'sending'",
        [desk.tenant.id],
      )
      return rowCount === 0
    }, 'the replies to be sent')
    expect((await open(desk)).length).toBeGreaterThan(AUTO_REPLY_LIMITS.repliesToSender + 3)
  })
})

describe('a report about delivery', () => {
  const report = (about: string, action: 'failed' | 'delayed') =>
    fixture('dsn-permanent')
      .toString()
      .replace('<dsn-1@mx.example.hr>', `<report-${++written}@mx.example.hr>`)
      .replace('<11111111-1111-4111-8111-111111111111@example.com>', about)
      .replace('Action: failed', `Action: ${action}`)

  test('that our mail failed shows at the mail and becomes work again, first for its author', async () => {
    const desk = await mailDesk(server, sink)
    await desk.arrive(letter())
    const mine = await desk.answer()
    const { id } = await desk.reply(mine, 'It arrives today.')
    const about = header((await sent()).raw, 'Message-ID')
    await close(desk, mine)
    await desk.arrive(report(about, 'failed'))
    const thread = await messages(desk, mine.conversationId)
    expect(thread.find(message => message.id === id)).toMatchObject({
      status: 'failed',
      statusDetail: expect.stringContaining('the address does not exist'),
    })
    expect(thread.at(-1)).toMatchObject({ author: 'system', internal: true })
    expect((await desk.answer()).conversationId).toBe(mine.conversationId)
  })

  test('that our mail is late says so and asks nobody', async () => {
    const desk = await mailDesk(server, sink)
    await desk.arrive(letter())
    const mine = await desk.answer()
    const { id } = await desk.reply(mine, 'It arrives today.')
    const about = header((await sent()).raw, 'Message-ID')
    await until(
      async () => (await messages(desk, mine.conversationId)).at(-1)?.status === 'sent',
      'the mail to be sent',
    )
    await close(desk, mine)
    await desk.arrive(report(about, 'delayed'))
    expect((await messages(desk, mine.conversationId)).find(message => message.id === id)).toMatchObject({
      status: 'sent',
      statusDetail: expect.stringContaining('still being tried'),
    })
    expect(await open(desk)).toEqual([])
  })

  test('about a mail that nobody here sent is shown to somebody, with the original', async () => {
    const desk = await mailDesk(server, sink)
    await desk.arrive(report('<never-ours@example.com>', 'failed'))
    const [waiting, ...others] = await open(desk)
    expect(others).toEqual([])
    expect(waiting).toMatchObject({ subject: 'Undelivered Mail Returned to Sender', state: 'queued' })
    const [message] = await messages(desk, waiting?.conversationId ?? '')
    expect(message).toMatchObject({ automatic: 'bounce', text: expect.stringContaining('the address does not exist') })
    expect(message?.files).toHaveLength(1)
  })
})

describe('an answer that cannot be sent', () => {
  test('shows why, and goes out when sent again', async () => {
    const desk = await mailDesk(server, sink)
    await desk.arrive(letter())
    const mine = await desk.answer()
    sink.refusal = { code: 550, text: 'We do not like this mail' }
    const { id } = await desk.reply(mine, 'It arrives today.')
    const failed = await until(
      async () => (await messages(desk, mine.conversationId)).find(one => one.id === id && one.status === 'failed'),
      'the mail to fail',
    )
    expect(failed.statusDetail).toContain('We do not like this mail')
    sink.refusal = null
    await desk.ana.client.call(retryMessage, { params: { id } })
    expect((await sent()).to).toEqual(['petra@example.org'])
    await until(
      async () => (await messages(desk, mine.conversationId)).find(one => one.id === id)?.status === 'sent',
      'the mail to be sent',
    )
  })
})
