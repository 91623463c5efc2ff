import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { holidayCountries, holidaysOf } from './holidays.ts'
import { DAYS, type Hours, holidaysAhead, isOpen, nextChange, planAhead, planOf, type Range } from './hours.ts'

const at = (text: string) => Date.parse(text)
const shown = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
const week = (range: Range) => Object.fromEntries(DAYS.slice(0, 5).map(day => [day, [range]]))
const OFFICE: Hours = { timeZone: 'Europe/Zagreb', weekly: week(['08:00', '16:00']), country: 'HR', closures: [] }
const HOUR = 3_600_000

test('an office is open from its first minute up to, and not including, its last', () => {
  expect(isOpen(OFFICE, at('2026-06-01T06:00:00Z'))).toBe(true)
  expect(isOpen(OFFICE, at('2026-06-01T05:59:59.999Z'))).toBe(false)
  expect(isOpen(OFFICE, at('2026-06-01T13:59:59.999Z'))).toBe(true)
  expect(isOpen(OFFICE, at('2026-06-01T14:00:00Z'))).toBe(false)
})

test('the same wall clock is another instant in winter', () => {
  expect(isOpen(OFFICE, at('2026-12-01T07:00:00Z'))).toBe(true)
  expect(isOpen(OFFICE, at('2026-12-01T06:59:00Z'))).toBe(false)
})

test('a public holiday is closed, and what comes next is the first day after it', () => {
  // Friday 1 May and the weekend after it.
  expect(isOpen(OFFICE, at('2026-05-01T08:00:00Z'))).toBe(false)
  expect(planOf(OFFICE, '2026-05-01')).toMatchObject({ kind: 'holiday', name: 'Praznik rada' })
  expect(shown(nextChange(OFFICE, at('2026-04-30T14:00:00Z')))).toBe('2026-05-04T06:00:00.000Z')
})

test('a closure wins over the holiday: open for two hours on 6 January, closed on a working day', () => {
  const hours: Hours = {
    ...OFFICE,
    closures: [
      { from: '2026-01-06', to: '2026-01-06', name: 'Emergency desk', open: [['09:00', '11:00']] },
      { from: '2026-01-07', to: '2026-01-08', name: 'Stock-taking' },
    ],
  }
  expect(isOpen(hours, at('2026-01-06T08:30:00Z'))).toBe(true)
  expect(isOpen(hours, at('2026-01-06T10:00:00Z'))).toBe(false)
  expect(planOf(hours, '2026-01-07')).toEqual({
    date: '2026-01-07',
    ranges: [],
    kind: 'closure',
    name: 'Stock-taking',
  })
  expect(shown(nextChange(hours, at('2026-01-06T10:00:00Z')))).toBe('2026-01-09T07:00:00.000Z')
})

test('a night shift over midnight is one opening', () => {
  const hours: Hours = {
    timeZone: 'Europe/Bucharest',
    weekly: { mon: [['22:00', '24:00']], tue: [['00:00', '06:00']] },
    country: null,
    closures: [],
  }
  expect(shown(nextChange(hours, at('2026-06-01T20:00:00Z')))).toBe('2026-06-02T03:00:00.000Z')
  expect(isOpen(hours, at('2026-06-01T21:00:00Z'))).toBe(true)
})

test('always open never changes, never open never changes', () => {
  const always: Hours = {
    timeZone: 'UTC',
    weekly: Object.fromEntries(DAYS.map(day => [day, [['00:00', '24:00']]])),
    country: null,
    closures: [],
  }
  expect(isOpen(always, at('2026-06-01T00:00:00Z'))).toBe(true)
  expect(nextChange(always, at('2026-06-01T00:00:00Z'))).toBeNull()
  const never: Hours = { timeZone: 'UTC', weekly: {}, country: null, closures: [] }
  expect(isOpen(never, at('2026-06-01T00:00:00Z'))).toBe(false)
  expect(nextChange(never, at('2026-06-01T00:00:00Z'))).toBeNull()
})

test('when the clocks go forward the opening that does not exist is an hour later', () => {
  const hours: Hours = { timeZone: 'Europe/Zagreb', weekly: { sun: [['02:30', '05:00']] }, country: null, closures: [] }
  // 29 March 2026: 02:00 → 03:00, so 02:30 is 03:30 local, 01:30 UTC.
  expect(isOpen(hours, at('2026-03-29T01:29:59Z'))).toBe(false)
  expect(isOpen(hours, at('2026-03-29T01:30:00Z'))).toBe(true)
  expect(isOpen(hours, at('2026-03-29T03:00:00Z'))).toBe(false)
})

test('when the clocks go back a shift over the doubled hour lasts an hour longer and is not torn', () => {
  const hours: Hours = { timeZone: 'Europe/Zagreb', weekly: { sun: [['01:00', '04:00']] }, country: null, closures: [] }
  // 25 October 2026: 03:00 → 02:00. 01:00 local is 23:00 UTC on the 24th; 04:00 local is 03:00 UTC.
  expect(shown(nextChange(hours, at('2026-10-24T22:00:00Z')))).toBe('2026-10-24T23:00:00.000Z')
  expect(shown(nextChange(hours, at('2026-10-24T23:00:00Z')))).toBe('2026-10-25T03:00:00.000Z')
})

test('a region has the holidays of its own beside the country’s', () => {
  expect(holidaysOf('DE-BY', 2026).has('2026-01-06')).toBe(true)
  expect(holidaysOf('DE', 2026).has('2026-01-06')).toBe(false)
  expect(holidaysOf('XX', 2026).size).toBe(0)
})

test('the coming days and holidays are listed from today on', () => {
  const days = planAhead(OFFICE, at('2026-12-24T10:00:00Z'), 4)
  expect(days.map(day => [day.date, day.kind, day.ranges.length])).toEqual([
    ['2026-12-24', 'weekly', 1],
    ['2026-12-25', 'holiday', 0],
    ['2026-12-26', 'holiday', 0],
    ['2026-12-27', 'weekly', 0],
  ])
  expect(holidaysAhead(OFFICE, at('2026-12-26T10:00:00Z'), 2).map(day => day.date)).toEqual([
    '2026-12-26',
    '2027-01-01',
  ])
})

test('a range in the hour that the clocks leave out comes after those it is moved behind', () => {
  const ranges: Range[] = [
    ['02:10', '02:20'],
    ['03:05', '03:10'],
  ]
  const spring = { from: '2026-03-29', to: '2026-03-29', name: 'Clocks', open: ranges }
  const hours: Hours = { ...OFFICE, weekly: {}, country: null, closures: [spring] }
  expect(nextChange(hours, at('2026-03-29T00:30:00Z'))).toBe(at('2026-03-29T01:05:00Z'))
})

test('countries carry their names and regions', () => {
  const countries = holidayCountries('hr')
  expect(countries.find(country => country.code === 'HR')?.name).toBe('Hrvatska')
  expect(countries.find(country => country.code === 'DE')?.regions).toContainEqual({ code: 'DE-BY', name: 'Bayern' })
})

const minutes = fc.integer({ min: 0, max: 1440 })
const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
const ranges = fc.uniqueArray(minutes, { minLength: 0, maxLength: 6 }).map(marks => {
  const sorted = [...marks].sort((a, b) => a - b)
  return Array.from(
    { length: Math.floor(sorted.length / 2) },
    (_, index): Range => [clock(sorted[index * 2] ?? 0), clock(sorted[index * 2 + 1] ?? 0)],
  )
})
const anyHours: fc.Arbitrary<Hours> = fc.record({
  timeZone: fc.constantFrom('Europe/Zagreb', 'Europe/Bucharest', 'America/New_York', 'Australia/Lord_Howe', 'UTC'),
  weekly: fc.dictionary(fc.constantFrom(...DAYS), ranges),
  country: fc.constantFrom(null, 'HR', 'RO', 'RS'),
  closures: fc.constantFrom(
    [],
    [{ from: '2026-03-29', to: '2026-03-30', name: 'x', open: [['01:30', '02:45']] as Range[] }],
  ),
})
const instant = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2026-12-31T00:00:00Z') })

test('between now and the next change nothing changes, and at the change it does', () => {
  fc.assert(
    fc.property(anyHours, instant, fc.double({ min: 0, max: 1, noNaN: true }), (hours, now, share) => {
      const open = isOpen(hours, now)
      const change = nextChange(hours, now)
      if (change === null) {
        expect(isOpen(hours, Math.floor(now + share * 300 * 24 * HOUR))).toBe(open)
        return
      }
      expect(change).toBeGreaterThan(now)
      expect(isOpen(hours, change)).toBe(!open)
      expect(isOpen(hours, change - 1)).toBe(open)
      expect(isOpen(hours, Math.floor(now + (change - 1 - now) * share))).toBe(open)
    }),
    { numRuns: 300 },
  )
})

test('on days without a change of the clocks it is open exactly when the wall clock is within a range', () => {
  fc.assert(
    fc.property(anyHours, instant, (hours, now) => {
      const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(hours.timeZone)
      fc.pre(local.hoursInDay === 24 && local.subtract({ days: 1 }).hoursInDay === 24)
      const time = local.toPlainTime().toString({ smallestUnit: 'minute' })
      const within = planOf(hours, local.toPlainDate().toString()).ranges.some(
        ([from, to]) => from <= time && time < to,
      )
      expect(isOpen(hours, now)).toBe(within)
    }),
    { numRuns: 300 },
  )
})
