import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PartGone, part, reloadOnce } from './part.ts'

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
    return svg()
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const svg = () => new Response(null, { headers: { 'content-type': 'image/svg+xml' } })

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

test('a part that the server no longer has is told apart from a network that is away, and loads the page anew once', async () => {
  await expect(part(failing(9))()).rejects.toBeInstanceOf(PartGone)
  expect(reload).not.toHaveBeenCalled()
  expect([reloadOnce(), reloadOnce()]).toEqual([true, false])
  expect(reload).toHaveBeenCalledTimes(1)
})

test('a network that asks one to sign in is no server, and one that answers nothing is asked again', async () => {
  const load = failing(2)
  vi.stubGlobal(
    'fetch',
    async () => new Response('<h1>Welcome to the hotel</h1>', { headers: { 'content-type': 'text/html' } }),
  )
  const loaded = part(load)()
  await vi.advanceTimersByTimeAsync(30_000)
  vi.stubGlobal(
    'fetch',
    (_: string, init: RequestInit) =>
      new Promise((_resolve, reject) => init.signal?.addEventListener('abort', () => reject(new Error('aborted')))),
  )
  await vi.advanceTimersByTimeAsync(60_000)
  expect(load).toHaveBeenCalledTimes(1)
  vi.stubGlobal('fetch', async () => svg())
  await vi.advanceTimersByTimeAsync(30_000)
  expect(await loaded).toBe('part')
})
