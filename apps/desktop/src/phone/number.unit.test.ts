import { describe, expect, test } from 'vitest'
import { cleanNumber, looksLikeNumber, prettyNumber } from './number.ts'

describe('a number as people write it is dialled as', () => {
  test.each([
    ['+385 1 234-5678', '+38512345678'],
    ['00385 1 234 5678', '+38512345678'],
    ['+385 (0)1 234 5678', '+38512345678'],
    ['01/234 5678', '012345678'],
    ['tel:+38512345678;ext=4', '+38512345678'],
    ['\u202a+385\u00a01\u2011234\u20115678\u202c', '+38512345678'],
    ['(555) 010-2030', '5550102030'],
    ['112', '112'],
  ])('%s → %s', (text, dialled) => expect(cleanNumber(text)).toBe(dialled))

  test.each(['', '+', 'hello', '+0 12345', '1', '+385 1 CALL NOW', '1234567890123456'])('%s is no number', text =>
    expect(cleanNumber(text)).toBeNull(),
  )
})

test('the palette takes a phone number for one, and not an order number or a year', () => {
  expect(['+385 1 234', '01 234 5678', '00385123456'].map(looksLikeNumber)).toEqual([true, true, true])
  expect(['2026', '4711230', 'ana', '+3'].map(looksLikeNumber)).toEqual([false, false, false, false])
})

test('a number is shown in groups, its country code apart', () => {
  expect(prettyNumber('+38512345678')).toBe('+385 123 456 78')
  expect(prettyNumber('+12025550123')).toBe('+1 202 555 0123')
  expect(prettyNumber('+4940123456')).toBe('+49 401 234 56')
  expect(prettyNumber('anonymous')).toBe('anonymous')
})
