import { expect, test } from 'vitest'
import { readEnv } from './env.ts'

const nameOf = (settings: Record<string, string>) => {
  const read = readEnv({ NODE_TOKEN: 'a token of some length', ...settings })
  return read.ok ? read.env.NODE_ID : read.sentences
}

test('a node that is given no name has one of its machine and folder, the same over restarts', () => {
  const name = nameOf({ DATA_DIR: '/srv/one' })
  expect(name).toMatch(/^voice-[A-Za-z0-9._-]{1,80}-[0-9a-f]{4}$/)
  expect(nameOf({ DATA_DIR: '/srv/one' })).toBe(name)
  expect(nameOf({ DATA_DIR: '/srv/two' })).not.toBe(name)
  expect(nameOf({ DATA_DIR: '/srv/one', NODE_ID: 'voice-2' })).toBe('voice-2')
})
