import { FIGURES, type WhatIfResult } from '@centrala/api/what-if.ts'
import { expect, test } from 'vitest'
import { printResult } from './print-result.ts'

const all = <T>(value: T) =>
  Object.fromEntries(FIGURES.map(figure => [figure, value])) as Record<(typeof FIGURES)[number], T>
const row: WhatIfResult['total'] = {
  truth: { ...all<number | null>(null), offered: 100, serviceLevel: 0.8, averageSpeedOfAnswer: 12_345 },
  before: { ...all(null), serviceLevel: { mean: 0.79, low: 0.77, high: 0.81 } },
  after: { ...all(null), serviceLevel: { mean: 0.9, low: 0.89, high: 0.91 } },
  change: {
    ...all(null),
    serviceLevel: { mean: 0.11, low: 0.1, high: 0.12 },
    averageSpeedOfAnswer: { mean: -2000, low: -2500, high: -1500 },
  },
}

test('a result is told as tables with units, signs and what is not known', () => {
  const text = printResult({
    runs: 20,
    exact: { decisions: 5, same: true, difference: null },
    total: row,
    queues: [{ queueId: 'q', name: 'Sales', targetSeconds: { before: 20, after: 30 }, model: [], row, intervals: [] }],
    notes: [{ code: 'openAtEnd', text: '3 contacts still waited.' }],
  })
  expect(text).toContain('All queues (means of 20 runs')
  expect(text).toContain('Sales (promised within 20 s, then 30 s)')
  expect(text).toMatch(/Service level +80\.0 % +79\.0 % ± 2\.0 % +90\.0 % ± 1\.0 % +\+11\.0 % ± 1\.0 %/)
  expect(text).toMatch(/Average speed of answer +12\.3 s +– +– +-2\.0 s ± 0\.5 s/)
  expect(text).toMatch(/Longest wait +– +– +– +–/)
  expect(text).toContain('Note: 3 contacts still waited.')
})
