import { describe, expect, test } from 'vitest'
import { messageToCyrillic, toCyrillic } from './serbian-cyrillic.ts'

describe('Serbian Cyrillic', () => {
  test('writes each letter, and lj nj dž as one', () => {
    expect(toCyrillic('Čekaju poruke: ljubav, Njujork, džep, ŠTAMPANJE')).toBe(
      'Чекају поруке: љубав, Њујорк, џеп, ШТАМПАЊЕ',
    )
  })
  test('keeps letters apart where parts of a word meet', () => {
    expect(toCyrillic('injekcija nadživeti konjugacija')).toBe('инјекција надживети конјугација')
  })
  test('keeps keys, codes, brands and addresses', () => {
    expect(toCyrillic('Pritisnite Ctrl+Enter, pošaljite CSV na ana@firma.rs ili https://firma.rs/pomoc')).toBe(
      'Притисните Ctrl+Enter, пошаљите CSV на ana@firma.rs или https://firma.rs/pomoc',
    )
  })
  test('keeps the names of protocols and programs', () => {
    expect(toCyrillic('Izaberite STARTTLS ili OAuth 2; espeak-ng nije instaliran.')).toBe(
      'Изаберите STARTTLS или OAuth 2; espeak-ng није инсталиран.',
    )
  })
  test('leaves arguments, plural categories and tags of ICU messages alone', () => {
    expect(
      messageToCyrillic('{count, plural, one {# poruka za {name}} few {# poruke} other {# poruka}} <b>čeka</b>'),
    ).toBe('{count, plural, one {# порука за {name}} few {# поруке} other {# порука}} <b>чека</b>')
  })
})
