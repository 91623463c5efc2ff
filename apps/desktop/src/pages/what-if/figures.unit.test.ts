import { FIGURES } from '@centrala/api/what-if.ts'
import { expect, test } from 'vitest'
import { ceilingOf, verdictOf } from './figures.ts'

const change = (mean: number, reach: number) => ({ mean, low: mean - reach, high: mean + reach })

test('a change is only called better or worse where its interval leaves out nought', () => {
  expect(verdictOf('serviceLevel', change(0.05, 0.02))).toBe('better')
  expect(verdictOf('serviceLevel', change(-0.05, 0.02))).toBe('worse')
  expect(verdictOf('averageSpeedOfAnswer', change(-3000, 1000))).toBe('better')
  expect(verdictOf('serviceLevel', change(0.05, 0.06))).toBe('unsure')
  expect(verdictOf('occupancy', change(0.05, 0.01))).toBe('more')
  expect(verdictOf('waitP50Ms', change(-300, 100))).toBe('none')
  expect(verdictOf('offered', change(0, 0))).toBe('none')
  expect(verdictOf('abandoned', null)).toBeNull()
})

test('every figure is drawn within its room', () => {
  for (const figure of FIGURES)
    for (const value of [0, 0.03, 0.4, 0.97]) expect(ceilingOf(figure, [value])).toBeGreaterThanOrEqual(value)
  expect(ceilingOf('waitP90Ms', [45_000])).toBe(60_000)
  expect(ceilingOf('offered', [1234])).toBe(2000)
})
