import { describe, expect, test } from 'vitest'
import { createSequence, isPlain, pressedStep } from './combo.ts'

const press = (key: string, held: Partial<Record<'ctrlKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  pressedStep({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })

describe('key combinations', () => {
  test('names a press the way combos are written', () => {
    expect(press('k', { ctrlKey: true })).toBe('mod+k')
    expect(press('Enter', { ctrlKey: true, shiftKey: true })).toBe('mod+shift+enter')
    expect(press('?', { shiftKey: true })).toBe('?')
    expect(press('Escape')).toBe('esc')
  })
  test('keys that write text are told from those that never do', () => {
    expect(isPlain('a')).toBe(true)
    expect(isPlain('g i')).toBe(true)
    expect(isPlain('mod+k')).toBe(false)
    expect(isPlain('esc')).toBe(false)
  })
  test('follows a sequence only while its time lasts', () => {
    const follow = createSequence(() => ['g i', 'a'])
    expect(follow('g', 0)).toBeNull()
    expect(follow('i', 1000)).toBe('g i')
    expect(follow('g', 2000)).toBeNull()
    expect(follow('i', 4000)).toBeNull()
    expect(follow('a', 4100)).toBe('a')
  })
  test('a broken sequence does not swallow a key of its own', () => {
    const follow = createSequence(() => ['g i', 'a'])
    follow('g', 0)
    expect(follow('a', 100)).toBe('a')
  })
})
