import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { metricsDoc, TARGET } from './metrics-doc.ts'

test('docs/metrics.md says what the definitions say', async () => {
  expect(await readFile(TARGET, 'utf8')).toBe(metricsDoc())
})
