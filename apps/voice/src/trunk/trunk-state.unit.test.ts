import { inEnglish } from '@centrala/core/phrase/state-phrase.ts'
import { failureOf } from '@centrala/sip/endpoint/failure.ts'
import { expect, test } from 'vitest'
import { describeRegistration, notReached } from './trunk-state.ts'

const failed = (failure: ReturnType<typeof failureOf>) =>
  describeRegistration(
    { state: 'failed', expiresAt: null, failure, retryAt: null, serviceRoute: [], peer: null },
    'sip.exmaple.com',
  )

test('a name that does not exist is told from a server that does not answer, and both say which', () => {
  const unknown = failed(failureOf('unknownHost'))
  expect(unknown.state).toBe('failing')
  expect(inEnglish(unknown.phrase)).toContain('No server named sip.exmaple.com was found')
  expect(inEnglish(failed(failureOf('timeout')).phrase)).toContain('sip.exmaple.com does not answer')
  expect(inEnglish(notReached('sip.exmaple.com', failureOf('unreachable')))).toContain('does not answer')
})
