import { expect, test } from 'vitest'
import { lettersToSend } from './text-line.ts'

test('only what is new is sent, and what was taken back is taken back there', () => {
  expect(lettersToSend('', 'hi')).toBe('hi')
  expect(lettersToSend('hi', 'hi there')).toBe(' there')
  expect(lettersToSend('hip', 'hi')).toBe('\b')
  expect(lettersToSend('helo', 'hello')).toBe('\blo')
  expect(lettersToSend('hello', 'hello')).toBe('')
})

test('whoever types on what was sent has the line', () => {
  const lines = ['', 'g', 'go', 'goo', 'god', 'good', 'good day', 'go']
  let there = ''
  for (let i = 1; i < lines.length; i++) {
    for (const letter of lettersToSend(lines[i - 1] ?? '', lines[i] ?? ''))
      there = letter === '\b' ? there.slice(0, -1) : there + letter
    expect(there).toBe(lines[i])
  }
})
