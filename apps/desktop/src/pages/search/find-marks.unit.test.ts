import { expect, test } from 'vitest'
import { findMarks } from './find-marks.ts'

test('marks what was found whatever its diacritics', () => {
  expect(findMarks('Živković Đorđe', 'zivkovic dor')).toEqual([
    [0, 8],
    [9, 12],
  ])
})
test('marks each place once and survives characters of two units', () => {
  expect(findMarks('😀 ana ana', 'ana an')).toEqual([
    [3, 6],
    [7, 10],
  ])
})
test('marks nothing that was not asked for', () => {
  expect(findMarks('Ana', 'x')).toEqual([])
  expect(findMarks('', 'ana')).toEqual([])
})
