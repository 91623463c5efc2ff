import type { Decision } from '@centrala/core/routing/decision.ts'
import type { RoutingEvent } from '@centrala/core/routing/event.ts'
import { createRouter } from '@centrala/core/routing/router.ts'
import type { Size } from './centre.ts'
import { Day } from './day.ts'
import { LinearScan } from './linear-scan.ts'

export interface Speed {
  /** Whole lives, by the wall clock and by the processor time of the thread: they part when others use the machine. */
  perSecond: number
  perCpuSecond: number
  /** By the wall clock in the fastest tenth of all portions: what it would be on a machine of its own. */
  undisturbedPerSecond: number
  eventsPerLife: number
  /** One offer: from the event that leads to it to the offer with its receipt; and how many such a second. */
  offersPerSecond: number
  p50Us: number
  p99Us: number
  p999Us: number
  maxUs: number
  /** Writing a receipt out as JSON, which is done when it is stored. */
  receiptUs: number
  bytesPerWaiting: number
  bytesPerAgent: number
}

/** Events told at a time: few enough to stay in the processor's nearest cache. */
const PORTION = 300
const WARM_UP = 10_000

function memory(): number {
  // The first lets go, the second sweeps what buffers were let go.
  global.gc?.()
  global.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/**
 * Whole lives a second as the median of `runs` runs of so many, and the times of single decisions in a run of their own. The clock
 * runs only while the router works: events are made before, and offers compared with those of the day as it was written down after.
 */
export function speed(size: Size, lives: number, runs: number, idle = 0): Speed {
  const day = new Day(size, idle, WARM_UP + lives * (runs + 1))
  const before = memory()
  const router = createRouter()
  let manned = before
  for (const event of day.opening(() => {
    manned = memory()
  }))
    router.apply(event)
  const filled = memory()
  const perLife = day.events / day.lives
  let told = 0
  let made = 0
  /** Tells the next so many events; returns the time taken. */
  const portions: number[] = []
  const tell = (count: number, times?: number[], receipts?: { written: number; ms: number }) => {
    const sum = { ms: 0, cpuMs: 0, made: 0 }
    for (const end = Math.min(told + count, day.events); told < end; ) {
      const events = day.told(told, Math.min(told + PORTION, end))
      const decided: Decision[][] = []
      const cpu = process.threadCpuUsage()
      const start = performance.now()
      if (times) applyOneByOne(router.apply.bind(router), events, decided, times)
      else for (const event of events) decided.push(router.apply(event))
      const ms = performance.now() - start
      sum.ms += ms
      portions.push(ms / events.length)
      const { user, system } = process.threadCpuUsage(cpu)
      sum.cpuMs += (user + system) / 1_000
      for (const decisions of decided) {
        compare(day, told++, decisions)
        sum.made += decisions.length
      }
      if (receipts) writeOut(decided.flat(), receipts)
    }
    made += sum.made
    return sum
  }
  tell(Math.floor(WARM_UP * perLife))
  portions.length = 0
  const parts = Array.from({ length: runs }, () => tell(Math.floor(lives * perLife)))
  const fast = portions.sort((a, b) => a - b)[Math.floor(portions.length / 10)]!
  const times: number[] = []
  const receipts = { written: 0, ms: 0 }
  tell(Number.POSITIVE_INFINITY, times, receipts)
  if (made !== day.lives) throw new Error(`${made} offers were made, not ${day.lives} as before`)
  const sorted = Float64Array.from(times).sort()
  const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
  return {
    perSecond: median(parts.map(part => (part.made * 1_000) / part.ms)),
    perCpuSecond: median(parts.map(part => (part.made * 1_000) / part.cpuMs)),
    undisturbedPerSecond: 1_000 / (fast * perLife),
    eventsPerLife: perLife,
    p50Us: quantile(0.5),
    p99Us: quantile(0.99),
    p999Us: quantile(0.999),
    maxUs: quantile(1),
    offersPerSecond: (times.length * 1e6) / times.reduce((sum, us) => sum + us, 0),
    receiptUs: (receipts.ms * 1_000) / receipts.written,
    bytesPerWaiting: idle === 0 ? (filled - manned) / size.waiting : 0,
    bytesPerAgent: (manned - before) / size.agents,
  }
}

function applyOneByOne(
  apply: (event: RoutingEvent) => Decision[],
  events: readonly RoutingEvent[],
  decided: Decision[][],
  times: number[],
): void {
  for (const event of events) {
    const start = performance.now()
    const decisions = apply(event)
    const us = (performance.now() - start) * 1_000
    if (decisions.length > 0) times.push(us)
    decided.push(decisions)
  }
}

function writeOut(decisions: readonly Decision[], sum: { written: number; ms: number }): void {
  const start = performance.now()
  for (const decision of decisions)
    if (decision.type === 'offer') sum.written += Number(JSON.stringify(decision.receipt) !== '')
  sum.ms += performance.now() - start
}

/** The offers that followed from an event must be those that followed when the day was written down. */
function compare(day: Day, index: number, decisions: readonly Decision[]): void {
  if (decisions.length === 0) return
  const [made] = decisions
  const expected = day.follows(index)
  if (decisions.length > 1 || made?.interactionId !== expected?.interactionId || made?.agentId !== expected?.agentId)
    throw new Error(`Event ${index} led to another offer than before: ${JSON.stringify(decisions)}`)
}

/** Lives a second by linear scan, everybody busy; and whether it decides what the router decided. */
export function linearScanSpeed(size: Size, maxMs: number): { perSecond: number; same: boolean } {
  const day = new Day(size, 0, 10_000)
  const scan = new LinearScan()
  // Filling by scan alone would take minutes: the line is laid out.
  for (const event of day.opening()) {
    if (event.type === 'interaction.queued') scan.waiting.push(event)
    else scan.apply(event)
  }
  let same = true
  let lives = 0
  let ms = 0
  for (let i = 0; i < day.events && ms < maxMs; i++) {
    const [event] = day.told(i, i + 1)
    const start = performance.now()
    const pair = scan.apply(event!)
    ms += performance.now() - start
    if (!pair) continue
    lives++
    const expected = day.follows(i)
    if (pair.interactionId !== expected?.interactionId || pair.agentId !== expected.agentId) same = false
  }
  return { perSecond: (lives * 1_000) / ms, same }
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1]!
}
