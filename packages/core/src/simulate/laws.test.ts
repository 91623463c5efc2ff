import fc from 'fast-check'
import { expect, test } from 'vitest'
import { empirical, exponential, type Law, lognormal } from './law.ts'
import { kaplanMeier } from './patience.ts'
import { seededRandom } from './random.ts'
import { controlledInterval, interval, studentQuantile } from './student.ts'
import { Waits } from './tally.ts'

const draws = (law: Law, count = 100_000) => {
  const random = seededRandom('draws')
  return Array.from({ length: count }, () => law.draw(random))
}
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const deviation = (values: number[]) => {
  const middle = mean(values)
  return Math.sqrt(mean(values.map(value => (value - middle) ** 2)))
}

test('random numbers fill their range evenly, and streams are each other’s strangers', () => {
  const random = seededRandom(7)
  const counts = Array.from({ length: 16 }, () => 0)
  for (let i = 0; i < 160_000; i++) counts[random.below(16)]!++
  // χ² of 15 degrees of freedom exceeds 37.7 once in a thousand.
  expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(37.7)
  const [one, two] = [seededRandom(7).split('a'), seededRandom(7).split('b')]
  let product = 0
  for (let i = 0; i < 100_000; i++) product += (one.next() - 0.5) * (two.next() - 0.5)
  expect(Math.abs(product / 100_000) * 12).toBeLessThan(0.015)
  expect(seededRandom(7).split('a').next()).toBe(seededRandom(7).split('a').next())
})

test('laws have the mean and the spread they promise', () => {
  expect(mean(draws(exponential(300)))).toBeCloseTo(300, -1.3)
  expect(deviation(draws(exponential(300)))).toBeCloseTo(300, -1.3)
  expect(mean(draws(lognormal(300, 0.5)))).toBeCloseTo(300, -1.3)
  expect(deviation(draws(lognormal(300, 0.5))) / 300).toBeCloseTo(0.5, 1)
  expect(new Set(draws(empirical([1, 2, 3]), 1000))).toEqual(new Set([1, 2, 3]))
})

test('patience is estimated by the product of those still there', () => {
  // Of five: one gives up at 1 (4/5 left), one is answered at 2, one gives up at 3 (2/3 of the rest), two are answered at 4.
  const patience = kaplanMeier([
    { ms: 1, abandoned: true },
    { ms: 2, abandoned: false },
    { ms: 3, abandoned: true },
    { ms: 4, abandoned: false },
    { ms: 4, abandoned: false },
  ])!
  for (const [ms, left] of [1, 0.8, 0.8, (0.8 * 2) / 3].entries()) expect(patience.survival(ms)).toBeCloseTo(left)
  expect(patience.meanMs).toBeCloseTo(1 + 2 * 0.8 + (0.8 * 2) / 3)
  const drawn = draws(patience)
  expect(drawn.filter(ms => ms === 1).length / drawn.length).toBeCloseTo(0.2, 2)
  expect(drawn.filter(ms => ms > 4).length / drawn.length).toBeCloseTo((0.8 * 2) / 3, 2)
})

test('customers who were answered do not make patience look short', () => {
  const random = seededRandom('patience')
  const true300 = exponential(300)
  const waits = Array.from({ length: 20_000 }, () => {
    const patience = true300.draw(random)
    const answered = exponential(100).draw(random)
    return { ms: Math.min(patience, answered), abandoned: patience < answered }
  })
  const patience = kaplanMeier(waits)!
  for (const ms of [50, 100, 200, 300]) expect(patience.survival(ms)).toBeCloseTo(Math.exp(-ms / 300), 1)
  expect(mean(draws(patience))).toBeGreaterThan(270)
  expect(mean(draws(patience))).toBeLessThan(330)
})

test('where nobody gave up there is no sign that anybody would', () => {
  expect(kaplanMeier([{ ms: 5, abandoned: false }])).toBeNull()
  expect(kaplanMeier([])).toBeNull()
})

test('Student’s quantiles are those of the tables', () => {
  const table: [number, number][] = [
    [1, 12.706],
    [2, 4.303],
    [5, 2.571],
    [10, 2.228],
    [19, 2.093],
    [120, 1.98],
  ]
  for (const [degrees, quantile] of table) expect(studentQuantile(0.975, degrees)).toBeCloseTo(quantile, 3)
  expect(studentQuantile(0.025, 10)).toBeCloseTo(-2.228, 3)
})

test('a 95 % interval holds the truth about 95 times of 100', () => {
  const random = seededRandom('coverage')
  let held = 0
  for (let i = 0; i < 2000; i++) {
    const { low, high } = interval(Array.from({ length: 10 }, () => lognormal(10, 0.3).draw(random)))!
    if (low <= 10 && 10 <= high) held++
  }
  expect(held / 2000).toBeGreaterThan(0.92)
  expect(held / 2000).toBeLessThan(0.97)
})

test('a control whose mean is known narrows the interval', () => {
  const random = seededRandom('control')
  const control = Array.from({ length: 30 }, () => exponential(10).draw(random))
  const measured = control.map(value => 2 * value + exponential(1).draw(random))
  const plain = interval(measured)!
  const narrowed = controlledInterval(measured, control, 10)!
  expect(narrowed.high - narrowed.low).toBeLessThan((plain.high - plain.low) / 5)
  expect(narrowed.low).toBeLessThan(21)
  expect(narrowed.high).toBeGreaterThan(21)
})

test('percentiles of waits are right to one percent', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 200 }), values => {
      const waits = new Waits()
      for (const value of values) waits.add(value)
      const sorted = values.toSorted((a, b) => a - b)
      for (const p of [0.01, 0.5, 0.9, 1]) {
        const exact = sorted[Math.max(1, Math.ceil(p * sorted.length)) - 1]!
        expect(Math.abs(waits.quantile(p)! - exact)).toBeLessThanOrEqual(exact * 0.01 + 1)
      }
    }),
  )
})
