import { expect, test } from 'vitest'
import { emergencyIn, emergencyNumbers } from './emergency.ts'

test('112 and 911 are emergency numbers everywhere, those of the country besides, and what a company adds', () => {
  expect(emergencyNumbers(undefined)).toEqual(['112', '911'])
  expect(emergencyNumbers('hr', ['1987'])).toEqual(['112', '911', '192', '193', '194', '195', '1987'])
  expect(emergencyNumbers('XX', ['112'])).toEqual(['112', '911'])
})

test('a telephone number cannot be made an emergency number', () => {
  expect(emergencyNumbers('HR', ['+38591234567', '38591234567', '1', ''])).toEqual(emergencyNumbers('HR'))
})

test('it is known however it is written, and only whole', () => {
  const numbers = emergencyNumbers('HR')
  for (const dialled of ['112', '+112', ' 1-1 2']) expect(emergencyIn(numbers, dialled)).toBe('112')
  for (const dialled of ['1122', '11', '+385112345', '0112', 'sip:112', ''])
    expect(emergencyIn(numbers, dialled)).toBeNull()
})
