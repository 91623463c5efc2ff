import { expect, test } from 'vitest'
import { toCyrillic } from './cyrillic.ts'
import { en } from './en.ts'
import { directionOf, matchLocale, voiceFor } from './speak.ts'
import type { Words } from './words.ts'

const OURS = ['en', 'hr', 'sr-Latn', 'sr-Cyrl', 'ro', 'ru']
const voice = (locale: string) => voiceFor([locale], 'en')

test.each([
  ['en', ['1 new message', '2 new messages', '5 new messages', '21 new messages']],
  ['hr', ['1 nova poruka', '2 nove poruke', '5 novih poruka', '21 nova poruka']],
  ['sr-Latn', ['1 nova poruka', '2 nove poruke', '5 novih poruka', '21 nova poruka']],
  ['sr-Cyrl', ['1 нова порука', '2 нове поруке', '5 нових порука', '21 нова порука']],
  ['ro', ['1 mesaj nou', '2 mesaje noi', '5 mesaje noi', '21 de mesaje noi']],
  ['ru', ['1 новое сообщение', '2 новых сообщения', '5 новых сообщений', '21 новое сообщение']],
])('%s counts in its own forms', (locale, expected) => {
  const { count, words } = voice(locale)
  expect([1, 2, 5, 21].map(n => count(words.unread, n))).toEqual(expected)
})

const variables = (phrase: string) =>
  [...new Set(phrase.match(/\{\w+\}/g) ?? [])].filter(name => name !== '{mb}' && name !== '{example}').sort()

test.each(OURS)('%s has every phrase, with the variables of the English one', locale => {
  const { words } = voice(locale)
  for (const name of Object.keys(en) as (keyof Words)[]) {
    const [ours, theirs] = [words[name], en[name]]
    const phrases = (value: unknown): string[] => (typeof value === 'string' ? [value] : Object.values(value as object))
    expect(
      phrases(ours).every(phrase => phrase.trim() !== ''),
      name,
    ).toBe(true)
    for (const phrase of phrases(ours)) expect(variables(phrase), name).toEqual(variables(phrases(theirs).at(-1) ?? ''))
  }
})

test('a range of minutes is counted by its end', () => {
  const { count, words } = voice('hr')
  expect(count(words.minuteRange, 4, { from: 2 })).toBe('2–4 minute')
  expect(count(words.minuteRange, 5, { from: 3 })).toBe('3–5 minuta')
})

test.each([
  ['hr-HR', 'hr'],
  ['bs', 'hr'],
  ['sr', 'sr-Cyrl'],
  ['sr-RS', 'sr-Cyrl'],
  ['sr-Latn-RS', 'sr-Latn'],
  ['sr-ME', 'sr-Latn'],
  ['ro-MD', 'ro'],
  ['en-GB', 'en'],
  ['ja', null],
  ['not a locale', null],
])('a browser that asks for %s is answered in %s', (wanted, expected) => {
  expect(matchLocale(wanted, OURS)).toBe(expected)
})

test('the first language that we speak is taken, else the company’s', () => {
  expect(voiceFor(['ja', 'ro-RO', 'en'], 'hr').locale).toBe('ro')
  expect(voiceFor(['ja'], 'hr').locale).toBe('hr')
})

test('a page may bring a language of its own, written from right to left', () => {
  const { words, dir, locale } = voiceFor(['he-IL'], 'en', { he: { send: 'שליחה' } })
  expect([locale, dir, words.send, words.cancel]).toEqual(['he', 'rtl', 'שליחה', 'Cancel'])
})

test.each([
  ['ar', 'rtl'],
  ['fa-IR', 'rtl'],
  ['uz-Arab', 'rtl'],
  ['uz', 'ltr'],
  ['hr', 'ltr'],
])('%s runs %s', (locale, expected) => {
  expect(directionOf(locale)).toBe(expected)
})

test.each([
  ['Ljubav, njegov džem', 'Љубав, његов џем'],
  ['DŽEP Šišmiš đak ćup', 'ЏЕП Шишмиш ђак ћуп'],
  ['{name} piše', '{name} пише'],
  ['Još oko {time}…', 'Још око {time}…'],
])('“%s” in Cyrillic is “%s”', (latin, cyrillic) => {
  expect(toCyrillic(latin)).toBe(cyrillic)
})
