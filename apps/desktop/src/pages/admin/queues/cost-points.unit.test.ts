import { expect, test } from 'vitest'
import { addedPoint, CURVES, movedPoint, scaleOf } from './cost-points.ts'

const drawn = [
  { afterSeconds: 0, cost: 0 },
  { afterSeconds: 60, cost: 10 },
  { afterSeconds: 300, cost: 100 },
]

test('a point stays between its neighbours, and the first at the beginning', () => {
  const scale = scaleOf(drawn)
  expect(movedPoint(drawn, 1, { seconds: 900, cost: 500 }, scale)[1]).toEqual({ afterSeconds: 299, cost: 100 })
  expect(movedPoint(drawn, 1, { seconds: -10, cost: -5 }, scale)[1]).toEqual({ afterSeconds: 1, cost: 0 })
  expect(movedPoint(drawn, 0, { seconds: 50, cost: 5 }, scale)[0]).toEqual({ afterSeconds: 0, cost: 5 })
})

test('a new point goes on as the curve does', () => {
  expect(addedPoint(drawn).at(-1)).toEqual({ afterSeconds: 540, cost: 190 })
})

test('every beginning is a curve that may be stored', () => {
  for (const begin of Object.values(CURVES))
    for (const target of [1, 20, 14_400]) {
      const points = begin(target)
      expect(points[0]?.afterSeconds).toBe(0)
      for (const [index, point] of points.entries()) {
        const before = points[index - 1]
        if (!before) continue
        expect(point.afterSeconds).toBeGreaterThan(before.afterSeconds)
        expect(point.cost).toBeGreaterThanOrEqual(before.cost)
      }
    }
})
