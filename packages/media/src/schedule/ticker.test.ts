import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Ticker } from './ticker.ts'

let now = 0
beforeEach(() => {
  now = 0
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Lets time pass for the clock and the timers together. */
async function pass(ms: number): Promise<void> {
  for (let i = 0; i < ms; i++) {
    now += 1
    await vi.advanceTimersByTimeAsync(1)
  }
}

function counter(ticker: Ticker): { times: number[]; skipped: number } {
  const seen = { times: [] as number[], skipped: 0 }
  ticker.add({
    tick: skipped => {
      seen.times.push(now)
      seen.skipped += skipped
    },
  })
  return seen
}

test('ticks fifty times a second for a minute, without drift', async () => {
  const ticker = new Ticker(() => now)
  const seen = counter(ticker)
  await pass(60_000)
  expect(seen.times.length).toBeGreaterThanOrEqual(2999)
  expect(seen.times.length).toBeLessThanOrEqual(3000)
  ticker.stop()
})

test('spreads its clients over the 20 ms', async () => {
  const ticker = new Ticker(() => now)
  const all = [0, 1, 2, 3].map(() => counter(ticker))
  await pass(100)
  expect(new Set(all.map(seen => seen.times[1]! % 20)).size).toBe(4)
  ticker.stop()
})

test('makes up for a stall at double speed, not in a burst', async () => {
  const ticker = new Ticker(() => now)
  const seen = counter(ticker)
  await pass(100)
  now += 100
  await pass(400)
  expect(seen.skipped).toBe(0)
  expect(seen.times.length).toBeGreaterThanOrEqual(29)
  for (let i = 1; i < seen.times.length; i++) expect(seen.times[i]! - seen.times[i - 1]!).toBeGreaterThanOrEqual(5)
  ticker.stop()
})

test('leaves out what is too old, and says how much', async () => {
  const ticker = new Ticker(() => now)
  const seen = counter(ticker)
  await pass(100)
  now += 5000
  await pass(1000)
  expect(seen.skipped).toBeGreaterThan(230)
  // What was skipped and what was ticked are all the time there was.
  expect(Math.abs(seen.times.length + seen.skipped - 6100 / 20)).toBeLessThanOrEqual(2)
  ticker.stop()
})

test('runs no timer while nobody ticks', () => {
  const ticker = new Ticker(() => now)
  const client = { tick: () => {} }
  expect(ticker.running).toBe(false)
  ticker.add(client)
  expect(ticker.running).toBe(true)
  ticker.remove(client)
  expect(ticker.running).toBe(false)
  expect(vi.getTimerCount()).toBe(0)
})
