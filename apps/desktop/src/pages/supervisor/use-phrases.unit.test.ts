import { REASONS } from '@centrala/core/routing/receipt.ts'
import { expect, test } from 'vitest'
import en from '../../i18n/en/supervisor.json' with { type: 'json' }

test('every reason of the router has words', () => {
  expect(Object.keys(en.phrase.reason)).toEqual(expect.arrayContaining([...REASONS]))
})
