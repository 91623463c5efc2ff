import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contrast, inkOn, parse, readableOn } from './color.ts'

const color = fc.integer({ min: 0, max: 0xffffff }).map(value => `#${value.toString(16).padStart(6, '0')}`)

test('whatever colour a company has, what is written on it can be read', () => {
  fc.assert(fc.property(color, each => contrast(parse(inkOn(each)), parse(each)) >= 4))
})

test('as text it can be read on light and on dark', () => {
  fc.assert(
    fc.property(
      color,
      fc.constantFrom('#ffffff', '#17191e'),
      (each, ground) => contrast(parse(readableOn(each, ground)), parse(ground)) >= 4.5,
    ),
  )
})

test('a colour that can be read stays as it is', () => {
  expect(readableOn('#0f766e', '#ffffff')).toBe('#0f766e')
})
