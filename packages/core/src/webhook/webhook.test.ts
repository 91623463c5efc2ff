import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GIVE_UP_MS, RETRY_PAUSES_MS, restMs, retryAt } from './backoff.ts'
import { isSigned, sign } from './signature.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')

test('a signature holds for its body, its secret and five minutes', () => {
  const header = sign('whsec_a', NOW, '{"id":"1"}')
  expect(isSigned('whsec_a', header, '{"id":"1"}', NOW + 299_000)).toBe(true)
  expect(isSigned('whsec_a', header, '{"id":"1"}', NOW + 301_000)).toBe(false)
  expect(isSigned('whsec_b', header, '{"id":"1"}', NOW)).toBe(false)
  expect(isSigned('whsec_a', header, '{"id":"2"}', NOW)).toBe(false)
  expect(isSigned('whsec_a', header.replace('t=1', 't=2'), '{"id":"1"}', NOW)).toBe(false)
})

test('the signature is the one that the documentation’s example gives', () => {
  // printf '1767225600.{}' | openssl dgst -sha256 -hmac secret
  expect(sign('secret', 1_767_225_600_000, '{}')).toBe(
    't=1767225600,v1=fa7eaa06bf97d7815f3f456e97cde70c9e50cb005f01660c8d10b10c21964887',
  )
})

test('any header that we did not make is refused without a throw', () => {
  fc.assert(fc.property(fc.string(), header => !isSigned('whsec_a', header, 'x', NOW)))
})

test('pauses grow, end within three days, and then nothing is tried any more', () => {
  const pauses = RETRY_PAUSES_MS.map((_, index) => retryAt(index + 1, 0, 0) ?? 0)
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
  expect(pauses.reduce((sum, pause) => sum + pause * 1.1, 0)).toBeLessThan(GIVE_UP_MS * 1.1)
  expect(retryAt(RETRY_PAUSES_MS.length + 1, 0, 0)).toBeNull()
  expect(retryAt(1, NOW, 1)).toBe(NOW + 11_000)
})

test('a receiver that is away rests longer the longer it is away, within bounds', () => {
  expect(restMs(NOW, NOW)).toBe(5000)
  expect(restMs(NOW - 600_000, NOW)).toBe(60_000)
  expect(restMs(NOW - 86_400_000, NOW)).toBe(600_000)
})
