import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldHtml } from './fold-html.ts'
import { foldText } from './fold-text.ts'
import { receive } from './receive.ts'
import { FIXTURES, fixture, onlyMessage, testAccount } from './testing.ts'

const account = testAccount()
const replies = FIXTURES.filter(name => /^reply-(?:gmail|apple|outlook|thunderbird)/.test(name))
const WRITTEN =
  /^(?:Thanks, it has arrived\.|Hvala, stiglo je\.|Хвала, стигло је\.|Mulțumesc, a ajuns\.|Спасибо, пришло\.)/

describe('replies on top of their history', () => {
  it.each(replies)('%s: only what the customer wrote is in sight', async name => {
    const message = onlyMessage(await receive(fixture(name), account))
    expect(message.text).toMatch(WRITTEN)
    expect(message.text).not.toMatch(/sent your order|support@example\.com/i)
    expect(message.quoted).toContain('we have sent your order.')
    if (message.html === null) return
    const [shown, folded] = message.html.split('<details data-quoted="1">')
    expect(shown).not.toMatch(/sent your order|support@example\.com/i)
    expect(folded).toContain('we have sent your order.')
  })

  it('covers every mail program and language', () => {
    expect(replies.length).toBeGreaterThanOrEqual(20)
  })
})

describe('words of the customer are never hidden', () => {
  it('leaves an answer between quoted lines as it is', async () => {
    const message = onlyMessage(await receive(fixture('reply-interleaved'), account))
    expect(message.quoted).toBeNull()
    expect(message.text).toContain('42, please.')
    expect(message.text).toContain('Black.')
  })

  it('finds an answer below the history', async () => {
    const message = onlyMessage(await receive(fixture('reply-bottom'), account))
    expect(message.text).toBe('42, please.')
    expect(message.quoted).toContain('Which size?')
  })

  it('leaves a forwarded mail in sight', async () => {
    const message = onlyMessage(await receive(fixture('forward-gmail'), account))
    expect(message.text).toContain('All shoes half price.')
    expect(foldText('See below.\n\nFrom: a\nSent: b\nTo: c\nSubject: d\n\ntext', 'FW: offer').quoted).toBeNull()
  })

  it('leaves a mail in sight that is nothing but a quotation', () => {
    expect(foldText('> all of it\n> quoted')).toEqual({ text: '> all of it\n> quoted', quoted: null })
  })

  it('does not take a sentence for an introduction', () => {
    const text = 'My boss wrote:\nwe must have it by 5.\nCan you do that?'
    expect(foldText(text)).toEqual({ text, quoted: null })
    const list = 'Na računu od 5. 1. 2026. piše:\nukupno 100 EUR'
    expect(foldText(list).text).toContain('ukupno')
  })

  it('leaves HTML answers below or between quotations in sight', () => {
    const below = '<blockquote type="cite">Which size?</blockquote><p>42, please.</p>'
    expect(foldHtml(below, 'Re: x')).toMatchObject({ html: below, quoted: null })
    const between =
      '<p>Hi</p><blockquote type="cite">Size?</blockquote><p>42</p><blockquote type="cite">Colour?</blockquote><p>Black</p>'
    expect(foldHtml(between, 'Re: x').text).toContain('Black')
    const wrapped = '<div><div class="gmail_quote">old</div></div><p>below</p>'
    expect(foldHtml(wrapped, 'Re: x').quoted).toBeNull()
  })

  it('text and history together hold every word', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom(
        '> quoted',
        '',
        'On 5 Jan 2026, Ana <a@b.hr> wrote:',
        'From: Ana',
        'Sent: today',
        'To: me',
        'Subject: x',
        '-----Original Message-----',
        '_____________',
      ),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 25 }), lines => {
        const whole = lines.join('\n')
        const { text, quoted } = foldText(whole)
        const words = (value: string) => value.split(/\s+/).filter(Boolean).sort()
        expect(words(`${text}\n${quoted ?? ''}`)).toEqual(words(whole))
        if (words(whole).length > 0) expect(text).not.toBe('')
      }),
    )
  })
})
