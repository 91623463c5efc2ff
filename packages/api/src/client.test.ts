import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError, createClient } from './client.ts'
import { getMe } from './session.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const problemOf = (call: Promise<unknown>) =>
  call.then(
    answer => answer,
    (error: unknown) => (error instanceof ApiError ? error.problem : error),
  )
const page = (status: number) =>
  new Response('<h1>Please sign in to the network</h1>', { status, headers: { 'content-type': 'text/html' } })

test('a page from a proxy is never taken for an answer, whatever its status says', async () => {
  const codes = []
  for (const status of [200, 502, 503, 504]) {
    const client = createClient({ fetch: async () => page(status) })
    codes.push(await problemOf(client.call(getMe)))
  }
  expect(codes).toMatchObject([502, 502, 503, 504].map(status => ({ code: 'server.unexpected', status })))
})

test('an answer that breaks off half-way is no answer', async () => {
  const client = createClient({
    fetch: async () => new Response('{"id":"4', { headers: { 'content-type': 'application/json' } }),
  })
  expect(await problemOf(client.call(getMe))).toMatchObject({ code: 'server.unreachable', status: 0 })
})

test('a call that is not answered ends when patience does', async () => {
  const client = createClient({
    patienceMs: 60_000,
    fetch: (_, init) =>
      new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))),
  })
  const asked = problemOf(client.call(getMe))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await asked).toMatchObject({ code: 'server.unreachable', status: 0 })
})
