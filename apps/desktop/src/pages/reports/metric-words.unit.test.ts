import { METRICS } from '@centrala/core/report/metric.ts'
import { expect, test } from 'vitest'
import en from '../../i18n/en/reports.json' with { type: 'json' }

test('the words beside a figure are those of its definition', () => {
  const defined = METRICS.map(({ id, name, formula, counted }) => [id, { name, formula, counted }])
  expect(en.metric).toEqual(Object.fromEntries(defined))
})
