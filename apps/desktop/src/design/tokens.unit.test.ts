import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [
    name ?? '',
    { light: light ?? '', dark: dark ?? '' },
  ]),
)

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map(at => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(one: string, other: string): number {
  const [a = 0, b = 0] = [luminance(one), luminance(other)].sort((x, y) => y - x)
  return (a + 0.05) / (b + 0.05)
}

const SURFACES = ['canvas', 'surface', 'raised', 'sunken', 'hover']
const pairs: [text: string, on: string, least: number][] = [
  ...SURFACES.flatMap(
    on =>
      [
        ['ink', on, 7],
        ['muted', on, 4.5],
        ['faint', on, 4.5],
        ['accent-ink', on, 4.5],
      ] as [string, string, number][],
  ),
  ['accent-ink', 'selected', 4.5],
  ['muted', 'selected', 4.5],
  ['faint', 'selected', 4.5],
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-hover', 4.5],
  ['on-bad', 'bad', 4.5],
  ['ink', 'theirs', 7],
  ['ink', 'mine', 7],
  ['ink', 'note', 7],
  ['muted', 'note', 4.5],
  ['faint', 'note', 4.5],
  ['accent-ink', 'mine', 4.5],
  ['accent-ink', 'theirs', 4.5],
  ['accent-ink', 'accent-soft', 4.5],
  ['muted', 'accent-soft', 4.5],
  ...['ok', 'warn', 'bad', 'busy'].flatMap(
    state =>
      [
        [`${state}-ink`, `${state}-soft`, 4.5],
        [`${state}-ink`, 'surface', 4.5],
        [state, 'surface', 3],
      ] as [string, string, number][],
  ),
  ['line-strong', 'surface', 3],
  ['accent', 'surface', 3],
  ['idle', 'surface', 3],
]

describe.each(['light', 'dark'] as const)('in the %s look', look => {
  test.each(pairs)('%s can be read on %s', (text, on, least) => {
    const [a, b] = [tokens.get(text)?.[look], tokens.get(on)?.[look]]
    expect(contrast(a ?? '', b ?? ''), `${a} on ${b}`).toBeGreaterThanOrEqual(least)
  })
})
