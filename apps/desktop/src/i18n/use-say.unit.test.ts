import type { Phrase } from '@centrala/api/phrase.ts'
import { createInstance } from 'i18next'
import ICU from 'i18next-icu'
import { beforeAll, expect, test } from 'vitest'
import hr from './hr/phrase.json' with { type: 'json' }
import { say } from './use-say.ts'

const texts = createInstance()
beforeAll(() =>
  texts
    .use(ICU)
    .init({ lng: 'hr', ns: ['phrase'], resources: { hr: { phrase: hr } }, interpolation: { escapeValue: false } }),
)
const phrase = (code: string, params: Phrase['params'] = {}, parts: Phrase['parts'] = []) => ({ code, params, parts })

test('a state is said in the reader’s language, with names, ports and the other side’s words as they are', () => {
  const at = { host: 'mail.example.com', port: 1993 }
  expect(say(texts, phrase('mailbox.nothingThere', at), 'Nothing answers')).toBe(
    'Na mail.example.com:1993 ništa ne odgovara. Provjerite port i radi li poslužitelj pošte.',
  )
  expect(say(texts, phrase('trunk.callsRefused', { status: 503, reason: '{Gone} <b>' }), '')).toBe(
    'Operator ne prima pozive: 503 {Gone} <b>.',
  )
})

test('numbers are counted as the language counts', () => {
  const holds = (count: number) =>
    say(texts, phrase('mailbox.signedIn', { user: 'ana', folder: 'INBOX', count }), '').split('“ ')[1]
  expect([1, 3, 5, 21].map(holds)).toEqual(['je 1 poruka.', 'su 3 poruke.', 'je 5 poruka.', 'je 21 poruka.'])
})

test('what happened last is said in the same language', () => {
  const last = { code: 'webhook.answeredSaying', params: { status: 503, said: 'busy' } }
  expect(say(texts, phrase('webhook.switchedOff', {}, [last]), '')).toContain(
    'Zadnje: Odgovor je bio 503: busy. Ispravite',
  )
})

test('the English sentence is shown where there is no phrase, and where a newer server says what has no words here', () => {
  expect(say(texts, null, 'As before.')).toBe('As before.')
  expect(say(texts, phrase('trunk.onFire'), 'The trunk burns.')).toBe('The trunk burns.')
  expect(say(texts, phrase('webhook.switchedOff', {}, [{ code: 'webhook.new', params: {} }]), 'Off.')).toBe('Off.')
})
