import { expect, it } from 'vitest'
import { abandonRate, estimateByHistory, estimateWait, type WaitEstimate } from './estimate-wait.ts'
import { seededDraw } from './random-events.ts'

it('expects the mean handle time shared among the agents for each place', () => {
  expect(estimateWait({ position: 4, agents: 10, handleMs: 300_000 })?.expectedMs).toBe(120_000)
  expect(estimateWait({ position: 4, agents: 5, slotsPerAgent: 4, handleMs: 300_000 })?.expectedMs).toBe(60_000)
})

it('counts on those ahead who give up', () => {
  // nμ = 1/s and θ = 0.5/s: 1 + 1/1.5 + 1/2 seconds.
  const estimate = estimateWait({ position: 3, agents: 10, handleMs: 10_000, abandonPerMs: 0.0005 })
  expect(estimate?.expectedMs).toBe(2167)
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

it('tells a wider range from fewer handlings', () => {
  const width = (handled: number) => {
    const { lowMs, highMs } = estimateWait({ position: 20, agents: 5, handleMs: 60_000, handled })!
    return highMs - lowMs
  }
  expect(width(5)).toBeGreaterThan(width(50))
  expect(width(50)).toBeGreaterThan(width(5000))
})

it('finds the rate of giving up from waits that were cut short by an answer', () => {
  const draw = uniform(7)
  let gaveUp = 0
  let waitedMs = 0
  for (let i = 0; i < 20_000; i++) {
    const patience = -Math.log(draw()) * 90_000
    const answered = -Math.log(draw()) * 30_000
    if (patience < answered) gaveUp++
    waitedMs += Math.min(patience, answered)
  }
  expect(abandonRate({ gaveUp, waitedMs }) * 90_000).toBeCloseTo(1, 1)
  expect(abandonRate({ gaveUp: 0, waitedMs: 0 })).toBe(0)
})

// A queue with patience: 10 agents, handle times of 60 s, 20 % more arrivals than they can take, patience of 120 s.
const BUSY = { agents: 10, handleMs: 60_000, patienceMs: 120_000, gapMs: 5_000 }

it('from rates: its mean is the mean of the waits, and eight of ten are within its range', () => {
  const asked: { estimate: WaitEstimate; waitedMs: number }[] = []
  for (const { position, waitedMs } of simulate(BUSY, 3)) {
    const { agents, handleMs, patienceMs } = BUSY
    asked.push({ estimate: estimateWait({ position, agents, handleMs, abandonPerMs: 1 / patienceMs })!, waitedMs })
  }
  expect(asked.length).toBeGreaterThan(3_000)
  const sum = (of: (one: (typeof asked)[number]) => number) => asked.reduce((all, one) => all + of(one), 0)
  expect(sum(one => one.waitedMs) / sum(one => one.estimate.expectedMs)).toBeCloseTo(1, 1)
  const within = sum(({ estimate, waitedMs }) => Number(waitedMs >= estimate.lowMs && waitedMs <= estimate.highMs))
  expect(within / asked.length).toBeGreaterThan(0.77)
  expect(within / asked.length).toBeLessThan(0.83)
})

it('from history: without any rate, at least seven of ten are within its range, and it is right on average', () => {
  const asked = simulate(BUSY, 5).flatMap(({ before, waitedMs }) => {
    const estimate = estimateByHistory({ taken: before, waitedMs: 0 })
    return estimate ? [{ estimate, waitedMs }] : []
  })
  const sum = (of: (one: (typeof asked)[number]) => number) => asked.reduce((all, one) => all + of(one), 0)
  const within = sum(({ estimate, waitedMs }) => Number(waitedMs >= estimate.lowMs && waitedMs <= estimate.highMs))
  expect(within / asked.length).toBeGreaterThan(0.7)
  const ratio = sum(one => one.waitedMs) / sum(one => one.estimate.expectedMs)
  expect(ratio).toBeGreaterThan(0.85)
  expect(ratio).toBeLessThan(1.2)
})

it('from history: says nothing of too few, and believes a head of the line that waits longer than the last did', () => {
  const taken = [40_000, 30_000, 20_000].map(at => ({ at, waitedMs: 60_000 }))
  expect(estimateByHistory({ taken: taken.slice(1), waitedMs: 0 })).toBeNull()
  expect(estimateByHistory({ taken, waitedMs: 25_000 })?.expectedMs).toBe(35_000)
  expect(estimateByHistory({ taken, waitedMs: 25_000, headWaitedMs: 90_000 })?.expectedMs).toBe(65_000)
  expect(estimateByHistory({ taken, waitedMs: 90_000, headWaitedMs: 90_000 })?.expectedMs).toBe(10_000)
})

interface Asked {
  position: number
  /** What it came to: the wait of one who never gives up. */
  waitedMs: number
  /** The last who were taken before, the latest first. */
  before: { at: number; waitedMs: number }[]
}

/** First come first served with exponential arrivals, handling and patience; one in twenty never gives up and is asked about. */
function simulate({ agents, handleMs, patienceMs, gapMs }: typeof BUSY, seed: number): Asked[] {
  const draw = uniform(seed)
  const exponential = (mean: number) => -Math.log(draw()) * mean
  const free = Array.from({ length: agents }, () => 0)
  const asked: Asked[] = []
  const taken: { at: number; waitedMs: number }[] = []
  // Whoever waits: when it leaves the line, by being taken or by giving up, is known at once, since nobody overtakes.
  let line: { leavesAt: number }[] = []
  let now = 0
  for (let i = 0; i < 80_000; i++) {
    now += exponential(gapMs)
    line = line.filter(one => one.leavesAt > now)
    const index = free.indexOf(Math.min(...free))
    const turn = Math.max(now, free[index]!)
    const patient = draw() < 0.05
    const waits = turn - now
    const patience = patient ? Number.POSITIVE_INFINITY : exponential(patienceMs)
    if (waits > 0 && patient && i > 1_000) {
      const before = taken.filter(one => one.at <= now && one.waitedMs > 0).slice(-20)
      asked.push({ position: line.length + 1, waitedMs: waits, before: before.reverse() })
    }
    if (patience >= waits) {
      free[index] = turn + exponential(handleMs)
      taken.push({ at: turn, waitedMs: waits })
      if (taken.length > 400) taken.splice(0, 200)
    }
    if (waits > 0) line.push({ leavesAt: now + Math.min(waits, patience) })
  }
  return asked
}

function uniform(seed: number): () => number {
  const draw = seededDraw(seed)
  return () => (draw(1_000_000) + 1) / 1_000_001
}
