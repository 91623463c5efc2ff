import { expect, test } from 'vitest'
import { minutesOf, nextRange, readTime } from './time.ts'

test.each([
  ['8', '08:00'],
  ['830', '08:30'],
  ['8:30', '08:30'],
  ['8.30', '08:30'],
  ['16h30', '16:30'],
  ['24', '24:00'],
])('%s is read as %s', (text, time) => expect(readTime(text)).toBe(time))

test.each(['', '25', '8:75', '24:30', 'noon'])('"%s" is no time and stays as it is', text =>
  expect(readTime(text)).toBe(text),
)

test('the next range begins an hour after the last, while the day lasts', () => {
  expect(nextRange([])).toEqual(['08:00', '16:00'])
  expect(nextRange([['08:00', '12:00']])).toEqual(['13:00', '24:00'])
  expect(nextRange([['08:00', '24:00']])).toBeNull()
  expect(minutesOf('08:30')).toBe(510)
})
