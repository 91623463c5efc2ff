import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMail } from './read-mail.ts'
import { readInThread } from './reading.ts'
import { receive } from './receive.ts'
import { FIXTURES, fixture, onlyMessage, testAccount } from './testing.ts'
import { replyAddress } from './token.ts'

const account = testAccount()
const OURS = '11111111-1111-4111-8111-111111111111@example.com'
const read = async (name: string) => onlyMessage(await receive(fixture(name), account))
const mail = (...lines: string[]) => Buffer.from(lines.join('\r\n'))

describe('what a mail says', () => {
  it('takes sender, subject, text, time and id', async () => {
    expect(await read('plain')).toMatchObject({
      providerId: 'plain-1@example.hr',
      sentAt: new Date('2026-01-05T09:15:00Z'),
      sender: { address: 'ana@example.hr', name: 'Ana Horvat', verified: false },
      subject: 'Question',
      text: 'Hello,\n\nwhere is my order 4711?\n\nAna',
      quoted: null,
      html: null,
      automatic: null,
      recipients: { to: ['support@example.com'], cc: [] },
      language: 'en',
    })
  })

  it('makes text of a mail that has only HTML, and keeps the HTML inert', async () => {
    const message = await read('html-only')
    expect(message.text).toBe('Poštovani,\n\ncipele nisu stigle.\n\nNarudžba (https://shop.example.hr/orders/4711)')
    expect(message.html).toContain('<b>nisu</b>')
    expect(message.html).not.toContain('color:red')
  })

  it.each([
    ['koi8-r', 'Иван Петров', 'Здравствуйте, где мой заказ? Спасибо.', 'ru'],
    ['windows-1250', 'Đorđe Živković', 'Račun još nije stigao. Hvala, Đorđe Živković', null],
    ['windows-1251-html', 'Петар', 'Добар дан, где је моја пошиљка?', 'sr'],
    ['iso-8859-2-qp', 'Ana Horvat', 'Žalim se na čekanje: šest tjedana, ćuti se predugo. Čudno.', null],
    ['serbian-cyrillic', 'Јована Ђорђевић', 'Поштовани, где је мој рачун? Молим вас да ми кажете. Хвала!', 'sr'],
    ['russian-base64', 'Анна Щёголева', 'Здравствуйте! Я хочу вернуть товар, как это сделать?', 'ru'],
  ])('reads the letters of %s', async (name, sender, text, language) => {
    const message = await read(name)
    expect(message.sender.name).toBe(sender)
    expect(message.text).toBe(text)
    expect(message.language).toBe(language)
  })

  it('keeps Romanian letters in name, subject and text', async () => {
    const message = await read('romanian')
    expect(message.sender.name).toBe('Ștefan Țepeș')
    expect(message.subject).toBe('Întrebare despre factură')
    expect(message.text).toContain('Mulțumesc!')
    expect(message.language).toBe('ro')
  })

  it('keeps inline images by their Content-ID and loads nothing remote', async () => {
    const message = await read('inline-image')
    expect(message.files).toMatchObject([{ name: 'shoe.png', mediaType: 'image/png', contentId: 'photo.1@example.hr' }])
    expect(message.html).toContain('data-cid="photo.1@example.hr"')
    expect(message.html).toContain('data-blocked-src="https://track.example.net/p.gif?u=1"')
    expect(message.html).not.toMatch(/ src=/)
  })

  it('keeps files under names that are safe to save', async () => {
    const names = (await read('attachments')).files.map(file => file.name)
    expect(names).toEqual(['račun 2026.pdf', 'passwd'])
    expect(Buffer.from((await read('attachments')).files[0]!.content).toString()).toBe('%PDF-1.4 test')
  })

  it('keeps a forwarded mail, winmail.dat, an archive and an invitation as files', async () => {
    expect((await read('nested-message')).files).toMatchObject([{ mediaType: 'message/rfc822' }])
    expect((await read('tnef')).files).toMatchObject([{ name: 'winmail.dat', mediaType: 'application/ms-tnef' }])
    expect((await read('zip-bomb')).files).toMatchObject([{ name: 'bomb.zip' }])
    expect((await read('calendar')).files).toMatchObject([{ name: 'invite.ics', mediaType: 'text/calendar' }])
  })

  it('names the earlier mails nearest first', async () => {
    expect((await read('threaded')).references).toEqual([OURS, 'second@example.com', 'first@example.hr'])
  })

  it('finds the conversation by the signed token, in To or where the mail was delivered', async () => {
    const conversation = '0198f2aa-1111-7222-8333-444455556666'
    const to = replyAddress('support@example.com', 'example.com', conversation, account)!
    for (const header of [`To: ${to.toUpperCase()}`, `X-Original-To: ${to}`, `Delivered-To: ${to}`, `Cc: <${to}>`]) {
      const message = onlyMessage(await receive(mail('From: a@example.hr', header, '', 'hi'), account))
      expect(message.conversationId).toBe(conversation)
    }
    const forged = to.replace(/.@/, match => (match[0] === 'a' ? 'b@' : 'a@'))
    expect(
      onlyMessage(await receive(mail('From: a@example.hr', `To: ${forged}`, '', 'hi'), account)).conversationId,
    ).toBeNull()
  })

  it('takes the customer of a web form from Reply-To, and tells where else answers should go', async () => {
    expect((await read('web-form')).sender).toEqual({ address: 'petra@example.hr', name: 'Petra', verified: false })
    expect((await read('web-form')).automatic).toBeNull()
    expect((await read('reply-to')).replyTo).toBe('ana@work.example.hr')
  })
})

describe('defects', () => {
  it('gives a mail without Message-ID the same id each time, and another mail another', async () => {
    const first = (await read('no-message-id')).providerId
    expect((await read('no-message-id')).providerId).toBe(first)
    expect((await read('no-from')).providerId).not.toBe(first)
  })

  it('never takes two unknown senders for one person', async () => {
    const one = (await read('no-from')).sender.address
    const other = (await read('from-garbage')).sender.address
    expect(one).toMatch(/^unknown-[0-9a-f]{16}@sender\.invalid$/)
    expect(other).not.toBe(one)
  })

  it.each(['binary', 'no-headers', 'boundary-missing'])(
    'keeps the original of %s, where no text was found',
    async name => {
      const message = await read(name)
      expect(message.text).toContain('This mail could not be read; the original is attached.')
      expect(message.files.map(file => file.name)).toEqual(['original.eml'])
      expect(Buffer.from(message.files[0]!.content).equals(fixture(name))).toBe(true)
    },
  )

  it.each(['empty', 'only-newlines', 'headers-only'])('takes %s for an empty mail', async name => {
    expect(await read(name)).toMatchObject({ text: '', html: null, files: [] })
  })

  it('reads what a cut-off mail still holds', async () => {
    const message = await read('boundary-unclosed')
    expect(message.text).toBe('Text before the cut')
    expect(message.files).toMatchObject([{ name: 'cut.pdf' }])
  })

  it('gives no date where the mail has none or an impossible one', async () => {
    expect((await read('no-date')).sentAt).toBeNull()
    expect((await read('date-impossible')).sentAt).toBeNull()
  })

  it('keeps line breaks that were smuggled into headers out of names and subjects', async () => {
    const message = await read('header-injection')
    expect(`${message.subject} ${message.sender.name} ${message.sender.address}`).not.toMatch(/[\r\n]/)
  })
})

describe('bounds', () => {
  const parts = (count: number) =>
    mail(
      'From: a@example.hr',
      'Message-ID: <parts@example.hr>',
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      ...Array.from(
        { length: count },
        (_, at) => `--b\r\nContent-Disposition: attachment; filename="${at}.txt"\r\n\r\n${at}`,
      ),
      '--b--',
    )
  const nested = (levels: number) =>
    mail(
      'From: a@example.hr',
      'Subject: deep',
      ...Array.from({ length: levels }, (_, at) => `Content-Type: multipart/mixed; boundary="b${at}"\r\n\r\n--b${at}`),
      '',
      'bottom',
    )

  it('keeps a mail of 1,000 nested levels as a file', async () => {
    const raw = nested(1000)
    const message = onlyMessage(await receive(raw, account))
    expect(message).toMatchObject({ subject: 'deep', sender: { address: 'a@example.hr' } })
    expect(Buffer.from(message.files[0]!.content).equals(raw)).toBe(true)
  })

  it('knows a machine’s mail even where it cannot be read', async () => {
    const raw = Buffer.concat([mail('Auto-Submitted: auto-replied', ''), nested(1000)])
    expect(onlyMessage(await receive(raw, account)).automatic).toBe('auto-replied')
    expect(onlyMessage(await receive(nested(1000), account)).automatic).toBeNull()
  })

  it('takes 200 of 10,000 parts apart and attaches the whole', async () => {
    const message = onlyMessage(await receive(parts(10_000), account))
    expect(message.files).toHaveLength(201)
    expect(message.files.at(-1)!.name).toBe('original.eml')
  })

  it('keeps a mail with headers of 3 MB as a file', async () => {
    const message = onlyMessage(
      await receive(mail('From: a@example.hr', `X-Big: ${'x'.repeat(3_000_000)}`, '', 'hi'), account),
    )
    expect(message.files.map(file => file.name)).toEqual(['original.eml'])
  })

  it('keeps HTML that is too large as a file, with the text that came beside it', async () => {
    const raw = mail(
      'From: a@example.hr',
      'Content-Type: multipart/alternative; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'short',
      '--b',
      'Content-Type: text/html',
      '',
      '<p>x</p>'.repeat(300_000),
      '--b--',
    )
    const message = onlyMessage(await receive(raw, account))
    expect(message).toMatchObject({ text: 'short', html: null })
    expect(message.files.map(file => file.name)).toEqual(['message.html'])
  })

  it('ends a reading that takes too long, and reads the next mail', async () => {
    const slow = mail('From: a@example.hr', 'Content-Type: text/html', '', '<div>'.repeat(390_000))
    expect(await readInThread(slow, account, 300)).toEqual({ failure: 'It took longer than 0.3 seconds.' })
    expect((await read('plain')).text).toContain('order 4711')
  })
})

describe('any bytes', () => {
  it('become messages or reports, never an exception out of receive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async bytes => {
        const [first] = await receive(bytes, account)
        expect(first?.providerId).toBeTruthy()
      }),
      { numRuns: 200 },
    )
  })

  it('mutated fixtures keep their promise of being read or attached', async () => {
    const cut = fc.record({
      name: fc.constantFrom(...FIXTURES),
      from: fc.nat(4000),
      length: fc.nat(200),
      insert: fc.uint8Array({ maxLength: 60 }),
    })
    await fc.assert(
      fc.asyncProperty(cut, async ({ name, from, length, insert }) => {
        const raw = fixture(name)
        const at = Math.min(from, raw.length)
        const mutated = Buffer.concat([raw.subarray(0, at), insert, raw.subarray(at + length)])
        const again = await receive(mutated, account)
        expect(again).toHaveLength(1)
        expect((await receive(mutated, account))[0]!.providerId).toBe(again[0]!.providerId)
      }),
      { numRuns: 300 },
    )
  })

  it('long runs of one character do not hang the reader', { timeout: 60_000 }, async () => {
    for (const unit of [
      '<',
      '>',
      '(',
      '"',
      '@',
      ',',
      '=?',
      '&',
      '<!--',
      'a',
      ' ',
      '\t',
      '>\n',
      'On 1:\n',
      '> ',
      '&#',
      "'",
    ]) {
      const run = unit.repeat(100_000 / unit.length)
      const raw = mail(`From: ${run}`, `References: ${run}`, 'Content-Type: text/html', '', `<p>${run}</p>`)
      const text = mail(`From: a@b.hr`, `To: ${run}`, 'Content-Type: text/plain', '', run)
      await readMail(raw, account).catch(() => [])
      await readMail(text, account).catch(() => [])
    }
  })
})
