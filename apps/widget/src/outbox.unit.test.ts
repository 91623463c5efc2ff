import { expect, test } from 'vitest'
import type { Memory } from './memory.ts'
import { createOutbox } from './outbox.ts'

function memory(): Memory {
  const kept = new Map<string, string>()
  const place: Memory['tab'] = {
    get<T>(name: string) {
      const text = kept.get(name)
      return text === undefined ? null : (JSON.parse(text) as T)
    },
    set: (name, value) => void (value === null ? kept.delete(name) : kept.set(name, JSON.stringify(value))),
  }
  return { ...place, tab: place }
}

test('what was not acknowledged is still there after a reload, under the same id and in order', () => {
  const tab = memory()
  const before = createOutbox(tab, () => {})
  const first = before.add({ text: 'one', files: [], fields: {} })
  const second = before.add({ text: 'two', files: [], fields: null })
  before.done(first.clientId)
  expect(createOutbox(tab, () => {}).all()).toEqual([second])
})

test('a refused message waits with its reason until it is tried again or thrown away', () => {
  const outbox = createOutbox(memory(), () => {})
  const { clientId } = outbox.add({ text: 'one', files: [], fields: null })
  outbox.refuse(clientId, 'Too long.')
  expect(outbox.all()[0]?.problem).toBe('Too long.')
  outbox.again(clientId)
  expect(outbox.all()[0]?.problem).toBeNull()
  outbox.remove(clientId)
  expect(outbox.all()).toEqual([])
})
