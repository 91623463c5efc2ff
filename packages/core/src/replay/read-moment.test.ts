import { expect, test } from 'vitest'
import { readMoment } from './read-moment.ts'

// 23:30 on the 2nd in London is already the 3rd in Zagreb.
const NOW = new Date('2026-03-02T23:30:00Z')
const read = (text: string) => readMoment(text, 'Europe/Zagreb', NOW).toISOString()

test('days and times are those of the company’s clock', () => {
  expect(read('2026-03-02')).toBe('2026-03-01T23:00:00.000Z')
  expect(read('2026-07-02 08:15')).toBe('2026-07-02T06:15:00.000Z')
  expect(read('today')).toBe('2026-03-02T23:00:00.000Z')
  expect(read('yesterday')).toBe('2026-03-01T23:00:00.000Z')
})

test('instants are taken as they are', () => {
  expect(read('2026-03-02T08:00:00Z')).toBe('2026-03-02T08:00:00.000Z')
  expect(read('2026-03-02T08:00:00+05:00')).toBe('2026-03-02T03:00:00.000Z')
  expect(read('now')).toBe(NOW.toISOString())
})

test('what is no time is refused with what may be written', () => {
  for (const text of ['', 'soon', '2026-13-01', '8 o’clock'])
    expect(() => read(text)).toThrow(/is no time\. Write a day/)
})
