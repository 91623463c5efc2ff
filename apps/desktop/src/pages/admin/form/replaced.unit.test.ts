import { expect, test } from 'vitest'
import { replaced } from './replaced.ts'

test('a place deep inside is changed, and what lies beside it stays the same object', () => {
  const value = { imap: { host: 'a', port: 993 }, smtp: { host: 'b' } }
  const next = replaced(value, ['imap', 'host'], 'c') as typeof value
  expect(next).toEqual({ imap: { host: 'c', port: 993 }, smtp: { host: 'b' } })
  expect(next.smtp).toBe(value.smtp)
  expect(value.imap.host).toBe('a')
})

test('what is not there yet is made, what becomes undefined is gone, and a list keeps its length', () => {
  expect(replaced({ imap: null }, ['imap', 'host'], 'a')).toEqual({ imap: { host: 'a' } })
  expect(replaced({ a: 1, b: 2 }, ['a'], undefined)).toEqual({ b: 2 })
  expect(replaced({ list: [{ a: 1 }, { a: 2 }] }, ['list', '1', 'a'], 3)).toEqual({ list: [{ a: 1 }, { a: 3 }] })
})
