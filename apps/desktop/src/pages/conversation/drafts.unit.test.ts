import { beforeEach, expect, test } from 'vitest'
import { draftsChangedElsewhere, EMPTY_DRAFT, readDraft, writeDraft } from './drafts.ts'

const stored = new Map<string, string>()
beforeEach(() => {
  stored.clear()
  globalThis.localStorage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  } as unknown as Storage
  draftsChangedElsewhere(null)
})

test('every letter is in storage at once, and is there after a reload', () => {
  writeDraft('c1', { text: 'Poštovana gospođo' })
  draftsChangedElsewhere(null)
  expect(readDraft('c1').text).toBe('Poštovana gospođo')
  expect(readDraft('c2')).toEqual(EMPTY_DRAFT)
})

test('a reply and a note do not overwrite each other', () => {
  writeDraft('c1', { text: 'for the customer' })
  writeDraft('c1', { mode: 'note', note: 'for colleagues' })
  expect(readDraft('c1')).toMatchObject({ text: 'for the customer', note: 'for colleagues' })
})

test('an empty draft leaves nothing behind', () => {
  writeDraft('c1', { text: 'x' })
  writeDraft('c1', { text: '' })
  expect(stored.size).toBe(0)
})

test('what another tab wrote is read anew, and unreadable storage is as if empty', () => {
  writeDraft('c1', { text: 'old' })
  const [key] = stored.keys()
  stored.set(key as string, JSON.stringify({ text: 'from the other tab' }))
  draftsChangedElsewhere(key as string)
  expect(readDraft('c1').text).toBe('from the other tab')
  stored.set(key as string, '{broken')
  draftsChangedElsewhere(key as string)
  expect(readDraft('c1')).toEqual(EMPTY_DRAFT)
})
