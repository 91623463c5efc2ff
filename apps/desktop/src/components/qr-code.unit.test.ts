import { expect, test } from 'vitest'
import { qrCode } from './qr-code.ts'

const draw = (modules: boolean[][]) => modules.map(row => row.map(dark => (dark ? '#' : '.')).join(''))

test('a code that readers read: "a" in version 1', () => {
  expect(draw(qrCode('a'))).toEqual(KNOWN)
})

test('an authenticator address fits, whatever the names in it', () => {
  const address = `otpauth://totp/Adria:${'long.name'.repeat(12)}@example.com?secret=${'A'.repeat(32)}&issuer=Adria`
  expect(qrCode(address).length).toBeLessThanOrEqual(77)
})

test('what does not fit is refused, not cut', () => {
  expect(() => qrCode('x'.repeat(500))).toThrow(RangeError)
})

/** Checked once with a reader of another make. */
const KNOWN = [
  '#######.....#.#######',
  '#.....#.###.#.#.....#',
  '#.###.#...##..#.###.#',
  '#.###.#..#..#.#.###.#',
  '#.###.#.#.#.#.#.###.#',
  '#.....#..##.#.#.....#',
  '#######.#.#.#.#######',
  '...........##........',
  '#.#.#.#..#.#....#..#.',
  '.##..#.####...#...##.',
  '...#.##.#...#...#...#',
  '#.......##....#...#..',
  '#....##.#...#.#.#.#.#',
  '........#..#.#.#.#.##',
  '#######....#.###.####',
  '#.....#..#.###.###...',
  '#.###.#.#..#.###.##.#',
  '#.###.#.......#...##.',
  '#.###.#.#...#...#...#',
  '#.....#..##...#...##.',
  '#######.##..#.#.#.###',
]
