import { expect, test } from 'vitest'
import { inEnglish, statePhrase, theirWords } from './state-phrase.ts'

test('a phrase is said in English with what it is about', () => {
  expect(inEnglish(statePhrase('trunk.callsRefused', { status: 503, reason: 'Service Unavailable' }))).toBe(
    'The provider does not take calls: 503 Service Unavailable.',
  )
})

test('one is told from many', () => {
  const holds = (count: number) => inEnglish(statePhrase('mailbox.signedIn', { user: 'ana', folder: 'INBOX', count }))
  expect([holds(1), holds(5)]).toEqual([
    'Signed in as ana. The folder “INBOX” holds 1 mail.',
    'Signed in as ana. The folder “INBOX” holds 5 mails.',
  ])
})

test('what a phrase is said about is said in it', () => {
  const last = statePhrase('webhook.answeredSaying', { status: 503, said: 'busy' })
  expect(inEnglish(statePhrase('webhook.switchedOff', {}, [last]))).toContain('Last: Answered with 503: busy. Put it')
})

test('what the other side says stays as it is, even where it looks like a place to fill in', () => {
  expect(inEnglish(statePhrase('webhook.answeredSaying', { status: 400, said: '{"error": {status}}' }))).toBe(
    'Answered with 400: {"error": {status}}.',
  )
})

test('the other side’s words are cut to one line, and no character in two', () => {
  expect(theirWords(' no\r\n  such \u0000  user ')).toBe('no such user')
  expect(theirWords(`${'x'.repeat(299)}😀`)).toHaveLength(300)
  expect(theirWords(`${'x'.repeat(299)}😀`).isWellFormed()).toBe(true)
})
