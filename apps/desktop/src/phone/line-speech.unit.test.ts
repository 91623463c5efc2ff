import { expect, test } from 'vitest'
import { createLineSpeech, GOES_ON_MS } from './line-speech.ts'

test('a line that nobody needs is silent', () => {
  const speech = createLineSpeech()
  expect(speech.speaks({ at: 0, wanted: false, heard: false })).toBe(false)
  expect(speech.speaks({ at: 10_000, wanted: false, heard: false })).toBe(false)
})

test('a line speaks as soon as the page knows of a call, or the node sends it something', () => {
  expect(createLineSpeech().speaks({ at: 0, wanted: true, heard: false })).toBe(true)
  expect(createLineSpeech().speaks({ at: 5000, wanted: false, heard: true })).toBe(true)
})

test('a line speaks on for a moment after its call, then falls silent, and speaks again in the next', () => {
  const speech = createLineSpeech()
  expect(speech.speaks({ at: 1000, wanted: true, heard: true })).toBe(true)
  expect(speech.speaks({ at: 1000 + GOES_ON_MS - 1, wanted: false, heard: false })).toBe(true)
  expect(speech.speaks({ at: 1000 + GOES_ON_MS, wanted: false, heard: false })).toBe(false)
  expect(speech.speaks({ at: 60_000, wanted: false, heard: true })).toBe(true)
})

test('a caller whose provider leaves silence out does not silence the agent', () => {
  const speech = createLineSpeech()
  for (let at = 0; at < 60_000; at += 100) expect(speech.speaks({ at, wanted: true, heard: false })).toBe(true)
})
