import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import type { Outbound } from '../channel.ts'
import { compose } from './compose.ts'
import { send } from './send.ts'
import { classify } from './smtp-sender.ts'
import { renderTemplate, variablesIn, withSignature } from './template.ts'
import { testAccount } from './testing.ts'
import { conversationFromAddresses } from './token.ts'

const account = testAccount()
const AT = new Date('2026-01-05T09:15:00Z')
const message: Outbound = {
  messageId: '22222222-2222-4222-8222-222222222222',
  conversationId: '0198f2aa-1111-7222-8333-444455556666',
  interactionId: '33333333-3333-4333-8333-333333333333',
  to: ['ana@example.hr'],
  cc: ['marko@example.rs'],
  bcc: ['archive@example.com'],
  subject: 'Re: Žalba',
  text: 'Poštovani,\nstiže sutra.',
  html: '<p>Poštovani,<br>stiže sutra. <img src="cid:logo"></p>',
  files: [
    { name: 'račun.pdf', mediaType: 'application/pdf', content: Buffer.from('%PDF'), contentId: null },
    { name: 'logo.png', mediaType: 'image/png', content: Buffer.from('png'), contentId: 'logo' },
  ],
  references: ['first@example.hr', 'second@example.com'],
  automatic: false,
}

async function write(changes: Partial<Outbound> = {}) {
  const composition = await compose({ ...message, ...changes }, account, AT)
  if (!composition.ok) throw new Error(composition.detail)
  const email = await PostalMime.parse(composition.mail.raw)
  return { ...composition.mail, email, headers: new Map(email.headers.map(line => [line.key, line.value])) }
}

describe('an outgoing mail', () => {
  it('carries text and HTML, files, inline images and the thread', async () => {
    const { email, headers, envelope } = await write()
    expect(email.text?.trim()).toBe('Poštovani,\nstiže sutra.')
    expect(email.html).toContain('cid:logo')
    expect(email.subject).toBe('Re: Žalba')
    expect(email.attachments.map(file => [file.filename, file.disposition])).toEqual(
      expect.arrayContaining([
        ['račun.pdf', 'attachment'],
        ['logo.png', 'inline'],
      ]),
    )
    expect(headers.get('message-id')).toBe('<22222222-2222-4222-8222-222222222222@example.com>')
    expect(headers.get('in-reply-to')).toBe('<second@example.com>')
    expect(headers.get('references')).toBe('<first@example.hr> <second@example.com>')
    expect(headers.get('date')).toBe('Mon, 05 Jan 2026 09:15:00 +0000')
    expect(envelope).toEqual({
      from: 'support@example.com',
      to: ['ana@example.hr', 'marko@example.rs', 'archive@example.com'],
    })
  })

  it('hides blind copies', async () => {
    expect((await write()).raw.toString()).not.toContain('archive@example.com')
  })

  it('has a Reply-To that leads back to the conversation', async () => {
    const { email } = await write()
    const replyTo = email.replyTo!.map(entry => entry.address ?? '')
    expect(conversationFromAddresses(replyTo, account)).toBe(message.conversationId)
  })

  it('is the same to the byte when it is written again', async () => {
    expect((await write()).raw.equals((await write()).raw)).toBe(true)
  })

  it('declares itself when a machine wrote it, and only then', async () => {
    expect((await write({ automatic: true })).headers.get('auto-submitted')).toBe('auto-replied')
    expect((await write()).headers.has('auto-submitted')).toBe(false)
  })

  it('names at most 20 earlier mails, the first and the newest', async () => {
    const references = Array.from({ length: 500 }, (_, at) => `m${at}@example.com`)
    const ids = (await write({ references })).headers.get('references')!.split(/\s+/)
    expect(ids).toHaveLength(20)
    expect(ids[0]).toBe('<m0@example.com>')
    expect(ids.at(-1)).toBe('<m499@example.com>')
  })

  it('makes text for readers without HTML', async () => {
    expect((await write({ text: '', html: '<p>Samo <b>HTML</b></p>' })).email.text?.trim()).toBe('Samo HTML')
  })

  it('gets no header from anything a person can write', async () => {
    const evil = fc
      .array(
        fc.oneof(
          fc.string({ maxLength: 10 }),
          fc.constantFrom('\r\n', '\n', '\r', '\u2028', '\0', 'Bcc: x@evil.example', ':', '<', '>', '"'),
        ),
        { maxLength: 8 },
      )
      .map(parts => parts.join(''))
    const expected = (await write()).email.headers.map(line => line.key).sort()
    await fc.assert(
      fc.asyncProperty(evil, async text => {
        const { email } = await write({
          subject: `Hello\r\nBcc: x@evil.example${text}`,
          references: [`a${text}@b`, 'first@example.hr'],
          files: [
            { name: `f${text}`, mediaType: `text/plain${text}`, content: Buffer.from('x'), contentId: text || null },
          ],
        })
        expect(email.headers.map(line => line.key).sort()).toEqual(expected)
        expect(email.bcc).toBeUndefined()
      }),
    )
  })

  it.each(['a@b.hr\r\nBcc: x@evil.example', 'no address', 'a@b@c', '"Ana" <a@b.hr>', 'a@b.hr, c@d.hr', ''])(
    'is refused for the recipient %j, with a sentence',
    async wrong => {
      expect(await compose({ ...message, to: [wrong] }, account, AT)).toMatchObject({
        ok: false,
        code: 'mail.wrongRecipient',
      })
      expect(await compose({ ...message, bcc: [wrong] }, account, AT)).toMatchObject({
        ok: false,
        code: 'mail.wrongRecipient',
      })
    },
  )

  it('is refused without recipients, with too many, and without a server', async () => {
    expect(await compose({ ...message, to: [], cc: [], bcc: [] }, account, AT)).toMatchObject({
      code: 'mail.noRecipient',
    })
    const many = Array.from({ length: 101 }, (_, at) => `a${at}@example.hr`)
    expect(await compose({ ...message, to: many }, account, AT)).toMatchObject({ code: 'mail.tooManyRecipients' })
    const result = await send(message, { ...account, config: { ...account.config, smtp: null } })
    expect(result).toMatchObject({ ok: false, retryable: false, code: 'mailServer.missing' })
  })
})

describe('what a failure to send means', () => {
  const failure = (facts: object) => classify(Object.assign(new Error('said'), facts))
  it.each([
    [{ responseCode: 550, code: 'EENVELOPE' }, false, 'mailServer.refused'],
    [{ responseCode: 552, code: 'EMESSAGE' }, false, 'mailServer.refused'],
    [{ responseCode: 451, code: 'EMESSAGE' }, true, 'mailServer.deferred'],
    [{ responseCode: 421, code: 'EPROTOCOL' }, true, 'mailServer.deferred'],
    [{ responseCode: 535, code: 'EAUTH' }, false, 'mailServer.signInRefused'],
    [{ responseCode: 454, code: 'EAUTH' }, true, 'mailServer.signInRefused'],
    [{ code: 'ECONNECTION' }, true, 'mailServer.unreachable'],
    [{ code: 'ETIMEDOUT' }, true, 'mailServer.unreachable'],
    [{ code: 'EDNS' }, true, 'mailServer.unreachable'],
    [{ code: 'ETLS' }, true, 'mailServer.tlsFailed'],
    [{ code: 'EENVELOPE' }, false, 'mail.notSendable'],
  ])('%o: retryable %s, %s', (facts, retryable, code) => {
    expect(failure(facts)).toMatchObject({ ok: false, retryable, code })
  })
})

describe('templates', () => {
  it('fill variables, escaped in HTML, once', () => {
    const variables = { 'customer.name': '<b>Ana</b> {{agent.name}}', 'agent.name': 'Marko' }
    expect(renderTemplate('Hi {{customer.name}}, {{ agent.name }}', variables, 'text')).toBe(
      'Hi <b>Ana</b> {{agent.name}}, Marko',
    )
    expect(renderTemplate('Hi {{customer.name}}', variables, 'html')).toBe('Hi &lt;b&gt;Ana&lt;/b&gt; {{agent.name}}')
  })
  it('take the fallback for what is missing, and nothing for what is unknown', () => {
    expect(renderTemplate('Hi {{customer.name | there}}{{x}}{{constructor}}', { 'customer.name': '' }, 'text')).toBe(
      'Hi there',
    )
    expect(variablesIn('{{a}} {{ b.c | x }} {{a}}')).toEqual(['a', 'b.c'])
  })
  it('put a signature below text and HTML', () => {
    const signed = withSignature(
      { text: 'Hi', html: '<p>Hi</p>' },
      { text: 'Yours,\n{{agent.name}}', html: null },
      { 'agent.name': 'M & M' },
    )
    expect(signed.text).toBe('Hi\n\n-- \nYours,\nM & M')
    expect(signed.html).toContain('Yours,<br>\nM &amp; M')
    expect(withSignature({ text: 'Hi', html: null }, { text: '', html: null }, {})).toEqual({ text: 'Hi', html: null })
  })
})
