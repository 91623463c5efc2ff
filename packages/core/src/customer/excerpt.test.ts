import fc from 'fast-check'
import { expect, test } from 'vitest'
import { excerpt } from './excerpt.ts'

const long = `${'word '.repeat(200)}Gospođa Živković iz Šibenika ${'kraj '.repeat(200)}`

test('a short text is shown whole, in one line', () => {
  expect(excerpt('Dobar dan,\n\nAna', 'ana')).toBe('Dobar dan, Ana')
})

test.each(['zivkovic', 'ŽIVKOVIĆ', 'Живковић', 'gospodja sibenika'])('%s is found in a long text', query => {
  const shown = excerpt(long, query)
  expect(shown).toContain('Živković')
  expect(shown).toMatch(/^….*…$/)
})

test('words that are not there as written show the beginning', () => {
  expect(excerpt(long, 'xyz')).toMatch(/^word .*…$/)
})

test('an excerpt is bounded, and a part of the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), fc.string({ unit: 'binary' }), (text, query) => {
      expect(excerpt(text, query, 100).length).toBeLessThanOrEqual(102)
    }),
  )
})
