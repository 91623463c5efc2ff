import { readdirSync, readFileSync } from 'node:fs'
import { ENGLISH } from '@centrala/api/phrase-english.ts'
import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, test } from 'vitest'
import { chooseLocale, intlTag, LOCALES, type Locale } from './locale.ts'
import { type Messages, messagesToCyrillic } from './serbian-cyrillic.ts'

const here = new URL('./', import.meta.url)
/** The English of phrases is the server's. */
const areas = [...readdirSync(new URL('en/', here)).map(file => file.replace('.json', '')), 'phrase'].sort()
const written = LOCALES.map(locale => locale.code).filter(code => code !== 'sr-Cyrl')

const read = (locale: Locale, area: string): Messages => {
  if (locale === 'en' && area === 'phrase') return ENGLISH
  const source = locale === 'sr-Cyrl' ? 'sr-Latn' : locale
  const messages = JSON.parse(readFileSync(new URL(`${source}/${area}.json`, here), 'utf8')) as Messages
  return locale === 'sr-Cyrl' ? messagesToCyrillic(messages) : messages
}
const flat = (messages: Messages, path = ''): [string, string][] =>
  Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : flat(value, `${path}${key}.`),
  )

type Node = ReturnType<IntlMessageFormat['getAst']>[number]
interface Facts {
  names: Set<string>
  plurals: Set<string>[]
}
/** What a message asks for, and the categories of each of its plurals. The numbers are the parser's own kinds of node. */
function facts(nodes: readonly Node[], found: Facts = { names: new Set(), plurals: [] }): Facts {
  for (const node of nodes) {
    if ('options' in node) {
      found.names.add(node.value)
      if (node.type === 6) found.plurals.push(new Set(Object.keys(node.options)))
      for (const option of Object.values(node.options)) facts(option.value, found)
    } else if (node.type === 8) facts(node.children, found)
    else if (node.type !== 0 && node.type !== 7) found.names.add(node.value)
  }
  return found
}
const parsed = (locale: Locale, message: string) => facts(new IntlMessageFormat(message, intlTag(locale)).getAst())

describe.each(LOCALES.map(locale => locale.code))('the texts in %s', locale => {
  test.each(areas)('%s: every text of the English is there, and no other', area => {
    expect(flat(read(locale, area)).map(([key]) => key)).toEqual(flat(read('en', area)).map(([key]) => key))
  })

  test.each(areas)('%s: every text can be read, and asks for what the English asks for', area => {
    const english = new Map(flat(read('en', area)))
    for (const [key, message] of flat(read(locale, area))) {
      expect(message.trim(), key).not.toBe('')
      expect([...parsed(locale, message).names].sort(), key).toEqual(
        [...parsed('en', english.get(key) ?? '').names].sort(),
      )
    }
  })

  test.each(areas)('%s: every plural has the forms of the language', area => {
    // A category that no whole number falls into (fractions only) may be left to `other`.
    const rules = new Intl.PluralRules(intlTag(locale))
    const needed = new Set(Array.from({ length: 1000 }, (_, count) => rules.select(count)))
    for (const [key, message] of flat(read(locale, area)))
      for (const categories of parsed(locale, message).plurals) {
        // One form for all numbers is right where the words around the number do not change.
        const forms = [...categories].filter(category => !category.startsWith('='))
        if (forms.length === 1) continue
        expect(forms, key).toEqual(expect.arrayContaining([...needed]))
      }
  })
})

test('every written language has the same areas', () => {
  for (const locale of written.filter(code => code !== 'en'))
    expect(readdirSync(new URL(`${locale}/`, here)).map(file => file.replace('.json', ''))).toEqual(areas)
})

describe('the language of the interface', () => {
  test.each([
    [['de-DE', 'hr-HR'], 'hr'],
    [['sr'], 'sr-Cyrl'],
    [['sr-Latn-RS'], 'sr-Latn'],
    [['sr-ME'], 'sr-Latn'],
    [['bs-BA'], 'sr-Latn'],
    [['ro-MD'], 'ro'],
    [['ja'], 'en'],
  ])('for %j is %s', (preferred, chosen) => {
    expect(chooseLocale(preferred)).toBe(chosen)
  })
})

test('Russian counts as Russian does', () => {
  const message = String(flat(read('ru', 'inbox')).find(([key]) => key === 'list.unread')?.[1])
  const format = new IntlMessageFormat(message, 'ru')
  expect([1, 3, 5, 21].map(count => format.format({ count }))).toEqual([
    '1 непрочитанное сообщение',
    '3 непрочитанных сообщения',
    '5 непрочитанных сообщений',
    '21 непрочитанное сообщение',
  ])
})
