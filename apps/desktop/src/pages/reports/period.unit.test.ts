import { expect, test } from 'vitest'
import { addDays, daysOf, instantsOf, isPeriod, stepsFor } from './period.ts'

const ZAGREB = 'Europe/Zagreb'
const at = (iso: string) => Date.parse(iso)

test('days are those of the company’s time zone', () => {
  // half past eleven at night in London is the next day in Zagreb
  expect(daysOf('today', at('2026-03-10T23:30:00Z'), ZAGREB)).toEqual({ from: '2026-03-11', to: '2026-03-11' })
  expect(daysOf('last7', at('2026-03-03T12:00:00Z'), ZAGREB)).toEqual({ from: '2026-02-25', to: '2026-03-03' })
  expect(daysOf('lastMonth', at('2026-03-31T12:00:00Z'), ZAGREB)).toEqual({ from: '2026-02-01', to: '2026-02-28' })
  expect(daysOf('thisMonth', at('2026-01-01T08:00:00Z'), ZAGREB)).toEqual({ from: '2026-01-01', to: '2026-01-01' })
})

test('a day begins and ends at local midnight, on the days the clocks change too', () => {
  const day = (name: string, zone = ZAGREB) => instantsOf({ from: name, to: name }, zone)
  expect(day('2026-03-29')).toEqual({ from: '2026-03-28T23:00:00.000Z', to: '2026-03-29T22:00:00.000Z' }) // 23 hours
  expect(day('2026-10-25')).toEqual({ from: '2026-10-24T22:00:00.000Z', to: '2026-10-25T23:00:00.000Z' }) // 25 hours
  expect(day('2026-07-01', 'Asia/Kolkata').from).toBe('2026-06-30T18:30:00.000Z')
  // in Beirut the clocks go from midnight to one: the day begins at one
  expect(day('2026-03-29', 'Asia/Beirut').from).toBe('2026-03-28T22:00:00.000Z')
})

test('steps suit the length', () => {
  expect(stepsFor({ from: '2026-03-01', to: '2026-03-01' })[0]).toBe('hour')
  expect(stepsFor({ from: '2026-03-01', to: '2026-03-31' })[0]).toBe('day')
  expect(stepsFor({ from: '2026-01-01', to: '2026-12-31' })[0]).toBe('week')
})

test('only a period that makes sense is one', () => {
  expect(isPeriod('2026-03-01', '2026-03-02')).toBe(true)
  expect(isPeriod('2026-03-03', '2026-03-02')).toBe(false)
  expect(isPeriod('yesterday', '2026-03-02')).toBe(false)
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
})
