import { expect, test } from 'vitest'
import type { Flow } from './flow.ts'
import { languagesOf, textsOf } from './flow-texts.ts'

const menu = { timeoutSeconds: 5, retries: 1, onWrong: [], onTimeout: [{ text: 'Hallo?' }], otherwise: 'bye' }
const flow: Flow = {
  start: 'hello',
  steps: {
    hello: {
      type: 'menu',
      says: [{ text: 'Dobar dan' }, { promptId: 'p' }],
      choices: {
        '1': { next: 'bye', label: 'Hrvatski' },
        '2': { next: 'set', label: 'English', language: 'en' },
      },
      ...menu,
    },
    set: { type: 'set', attributes: {}, next: 'bye' },
    bye: { type: 'end', says: [{ text: 'Bye' }] },
    lost: { type: 'end', says: [{ text: 'Never said' }] },
  },
}

test('a text is spoken in each language that a caller can have when it is said, and in no other', () => {
  const texts = textsOf(flow, ['hr']).map(({ language, text }) => `${language}|${text}`)
  expect(texts.sort()).toEqual(['en|Bye', 'hr|Bye', 'hr|Dobar dan', 'hr|Hallo?'])
})

test('a number in another language adds its own', () => {
  expect(languagesOf(flow, ['hr', 'ro'])).toEqual(['en', 'hr', 'ro'])
  expect(textsOf(flow, ['hr', 'ro'])).toContainEqual({ language: 'ro', text: 'Dobar dan' })
})

test('a round does not keep it busy for ever', () => {
  const round: Flow = { start: 'a', steps: { a: { type: 'say', says: [{ text: 'x' }], next: 'a' } } }
  expect(textsOf(round, ['en'])).toEqual([{ language: 'en', text: 'x' }])
})
