import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { part } from './part.ts'

let answers = true
const stored = new Map<string, string>()
const reload = vi.fn()

beforeEach(() => {
  vi.useFakeTimers()
  answers = true
  stored.clear()
  reload.mockClear()
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('location', { reload })
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  })
  vi.stubGlobal('fetch', async () => {
    if (!answers) throw new TypeError('Failed to fetch')
    return { ok: true }
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** A part that cannot be had the first `failures` times. */
function failing(failures: number) {
  let left = failures
  return vi.fn(async () => {
    if (left-- > 0) throw new TypeError('Failed to fetch dynamically imported module')
    return 'part'
  })
}

test('a part that is asked for without a network comes when the network does, and the page stays', async () => {
  answers = false
  const load = failing(1)
  const loaded = part(load)()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(load).toHaveBeenCalledTimes(1)
  answers = true
  window.dispatchEvent(new Event('online'))
  expect(await loaded).toBe('part')
  expect(reload).not.toHaveBeenCalled()
})

test('where no browser says that the network is back, it is seen within fifteen seconds', async () => {
  answers = false
  const loaded = part(failing(1))()
  await vi.advanceTimersByTimeAsync(120_000)
  answers = true
  await vi.advanceTimersByTimeAsync(15_000)
  expect(await loaded).toBe('part')
})

test('a part that the server no longer has loads the page anew, once', async () => {
  void part(failing(9))()
  await vi.advanceTimersByTimeAsync(0)
  expect(reload).toHaveBeenCalledTimes(1)
  await expect(part(failing(9))()).rejects.toThrow('dynamically imported')
  expect(reload).toHaveBeenCalledTimes(1)
})
