import { expect, test } from 'vitest'
import { resultOf } from './try-ways.ts'

test('what a server answered is told apart: wrong credentials, no answer, an error of its own', () => {
  expect([401, 403, 438].map(code => resultOf(code, true))).toEqual(['refused', 'refused', 'refused'])
  expect(resultOf(701, true)).toBe('silent')
  expect(resultOf(486, true)).toBe('failed')
})

test('a TURN server that gave no address does not work, whatever it said; a STUN server that complained of nothing does', () => {
  expect(resultOf(null, true)).toBe('silent')
  expect(resultOf(null, false)).toBe('works')
})
