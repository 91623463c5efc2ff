import { expect, test } from 'vitest'
import { createLineWatch } from './line-watch.ts'

/** Looks every 400 ms; a check goes out every 2.5 s. Returns when it was found deaf, or null. */
function watch(forMs: number, packetsUntil: number, answersUntil: number): number | null {
  const line = createLineWatch()
  for (let at = 0; at <= forMs; at += 400) {
    const checksSent = Math.floor(at / 2500) + 1
    const deaf = line.see({
      at: at + 1,
      packetsReceived: Math.min(at, packetsUntil) / 20,
      checksSent,
      checksAnswered: Math.min(checksSent, Math.floor(answersUntil / 2500) + 1),
    })
    if (deaf) return at
  }
  return null
}

test('a line that carries packets is well', () => {
  expect(watch(60_000, 60_000, 60_000)).toBeNull()
})

test('a caller who sends nothing while listening is no broken line', () => {
  expect(watch(60_000, 5000, 60_000)).toBeNull()
})

test('a lost check alone is no broken line', () => {
  expect(watch(60_000, 60_000, 5000)).toBeNull()
})

test('a line that is cut is found within three and a half seconds, wherever the checks stand', () => {
  for (let cutAt = 5000; cutAt < 7500; cutAt += 100) {
    const found = watch(20_000, cutAt, cutAt)
    expect(found).not.toBeNull()
    expect((found ?? 0) - cutAt).toBeLessThanOrEqual(4000)
    expect((found ?? 0) - cutAt).toBeGreaterThan(1000)
  }
})

test('a browser that does not tell of checks leaves the finding to itself', () => {
  const line = createLineWatch()
  for (let at = 0; at < 30_000; at += 400)
    expect(line.see({ at, packetsReceived: 1, checksSent: null, checksAnswered: null })).toBe(false)
})
