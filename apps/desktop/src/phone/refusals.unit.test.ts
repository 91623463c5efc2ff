import { NODE_REFUSALS } from '@centrala/api/call-command.ts'
import { expect, test } from 'vitest'
import common from '../i18n/en/common.json' with { type: 'json' }

// That all languages have the same keys as English is proved of all words together.
test('whatever the phone refuses, people read why in words of their language', () => {
  const words: Record<string, string> = common.problem.phone
  expect(NODE_REFUSALS.filter(code => !words[code])).toEqual([])
})
