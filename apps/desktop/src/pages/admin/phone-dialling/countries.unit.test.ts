import { expect, test } from 'vitest'
import { callingCodeOf, countryNames, decidingRule } from './countries.ts'

test('a prefix is told by its country, also where several share a code', () => {
  expect(countryNames(callingCodeOf('3859')?.countries ?? [], 'en')).toBe('Croatia')
  expect(callingCodeOf('1')?.countries[0]).toBe('US')
  expect(callingCodeOf('999')).toBeNull()
})

test('the longest prefix decides, and what none fits is denied', () => {
  const rules = [{ prefix: '385' }, { prefix: '38560' }, { prefix: '' }]
  expect(decidingRule(rules, '+385 60 123')?.prefix).toBe('38560')
  expect(decidingRule(rules, '00385 1 234')?.prefix).toBe('385')
  expect(decidingRule(rules, '+44 1')).toBeNull()
})
