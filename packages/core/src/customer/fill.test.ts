import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NOTHING_FILLED, type Profile, refill, unfill } from './fill.ts'

const nobody: Profile = { name: null, companyId: null, language: null, timeZone: null, attributes: {}, tags: [] }
const merged = (profile: Profile, filled = NOTHING_FILLED) => ({ profile, filled })
const word = fc.constantFrom('a', 'b', 'c')
const profile: fc.Arbitrary<Profile> = fc.record({
  name: fc.option(word),
  companyId: fc.option(word),
  language: fc.option(word),
  timeZone: fc.option(word),
  attributes: fc.dictionary(word, word),
  tags: fc.uniqueArray(word),
})

test('gaps are filled, and what the kept one says itself stays', () => {
  const ana = { ...nobody, name: 'Ana', attributes: { plan: 'gold' }, tags: ['vip'] }
  const other = {
    ...nobody,
    name: 'A. Horvat',
    language: 'hr',
    attributes: { plan: 'free', city: 'Split' },
    tags: ['vip', 'late'],
  }
  const [filled] = refill(ana, [merged(other)])
  expect(filled).toMatchObject({
    name: 'Ana',
    language: 'hr',
    attributes: { plan: 'gold', city: 'Split' },
    tags: ['vip', 'late'],
  })
})

test('what a person removed or changed after the merge does not come back', () => {
  const [first, [filled]] = refill(nobody, [
    merged({ ...nobody, name: 'Ana', tags: ['vip'], attributes: { city: 'Split' } }),
  ])
  const changed = { ...first, name: null, tags: [], attributes: { city: 'Zadar' } }
  const [second, [again]] = refill(changed, [
    merged({ ...nobody, name: 'Ana', tags: ['vip'], attributes: { city: 'Split' } }, filled),
  ])
  expect(second).toEqual(changed)
  expect(unfill(second, again!)).toEqual(changed)
})

test('of several, the earlier merge fills first, and when it is undone the later one fills', () => {
  const [both, [one, two]] = refill(nobody, [merged({ ...nobody, name: 'Ana' }), merged({ ...nobody, name: 'Iva' })])
  expect(both.name).toBe('Ana')
  const [left] = refill(unfill(both, one!), [merged({ ...nobody, name: 'Iva' }, two)])
  expect(left.name).toBe('Iva')
})

test('taking back what was filled restores the profile exactly, whatever the profiles', () => {
  fc.assert(
    fc.property(profile, fc.array(profile, { maxLength: 4 }), (own, others) => {
      const [full, filled] = refill(
        own,
        others.map(other => merged(other)),
      )
      expect(filled.reduce(unfill, full)).toEqual(own)
      // Filling again changes nothing.
      expect(
        refill(
          full,
          others.map((other, at) => merged(other, filled[at])),
        ),
      ).toEqual([full, filled])
    }),
  )
})
