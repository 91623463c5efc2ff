import { expect, it } from 'vitest'
import { estimateWait } from './estimate-wait.ts'
import { seededDraw } from './random-events.ts'

it('expects the mean handle time shared among the agents for each place', () => {
  expect(estimateWait({ position: 4, agents: 10, handleMs: 300_000 })?.expectedMs).toBe(120_000)
  expect(estimateWait({ position: 4, agents: 5, slotsPerAgent: 4, handleMs: 300_000 })?.expectedMs).toBe(60_000)
})

it('knows nothing where nobody serves or no handle time is known', () => {
  expect(estimateWait({ position: 1, agents: 0, handleMs: 300_000 })).toBeNull()
  expect(estimateWait({ position: 1, agents: 3, handleMs: 0 })).toBeNull()
})

it('holds eight of ten waits within its range', () => {
  const draw = seededDraw(42)
  const exponential = () => -Math.log((draw(1_000_000) + 1) / 1_000_001)
  for (const position of [1, 2, 5, 30]) {
    const { lowMs, highMs } = estimateWait({ position, agents: 10, handleMs: 10_000 })!
    let within = 0
    for (let i = 0; i < 4_000; i++) {
      let waited = 0
      for (let place = 0; place < position; place++) waited += exponential() * 1_000
      if (waited >= lowMs && waited <= highMs) within++
    }
    expect(within / 4_000).toBeGreaterThan(0.78)
    expect(within / 4_000).toBeLessThan(0.82)
  }
})
