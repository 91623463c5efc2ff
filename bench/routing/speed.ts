import type { OfferDecision } from '@centrala/core/routing/decision.ts'
import type { RoutingEvent } from '@centrala/core/routing/event.ts'
import { createRouter, type Router } from '@centrala/core/routing/router.ts'
import { Centre, type Size } from './centre.ts'
import { LinearScan } from './linear-scan.ts'

export interface Speed {
  /** By the wall clock, and by the processor time of the thread: they part when others use the machine. */
  perSecond: number
  perCpuSecond: number
  /** One decision: from the event that leads to an offer to the offer with its receipt. */
  p50Us: number
  p99Us: number
  p999Us: number
  maxUs: number
  bytesPerWaiting: number
  bytesPerAgent: number
}

type Pair = Pick<OfferDecision, 'interactionId' | 'agentId'>
type Clock = (us: number) => void

interface Turns {
  made: number
  ms: number
  cpuMs: number
}

/** Takes an event and gives the offers that follow. */
type Matcher = (event: RoutingEvent) => readonly Pair[]

/** A centre at work. What is measured is only what the matcher does. */
class Working {
  readonly centre: Centre
  private readonly matcher: Matcher
  private readonly indexOf = new Map<string, number>()

  constructor(centre: Centre, matcher: Matcher) {
    this.centre = centre
    this.matcher = matcher
    for (let i = 0; i < centre.agents; i++) this.indexOf.set(centre.agentId(i), i)
  }

  /** Accepts what is offered, and what that leads to. `guess` is the agent it is likely to be. */
  accept(offers: readonly Pair[], guess = 0): number {
    let made = 0
    for (const { agentId, interactionId } of offers) {
      const index = this.centre.agentId(guess) === agentId ? guess : this.indexOf.get(agentId)!
      made += 1 + this.accept(this.matcher(this.centre.accepted(index, interactionId)), guess)
    }
    return made
  }

  /**
   * Per turn one interaction arrives and one call ends; what is offered is accepted. What is to arrive is made up before the clock
   * starts. `clock` takes the time of each event that led to an offer.
   */
  turns(count: number, clock: Clock | null): Turns {
    const { centre } = this
    const arrivals: RoutingEvent[] = []
    const enders: number[] = []
    for (let i = 0; i < count; i++) {
      centre.pass()
      arrivals.push(centre.arrival())
      enders.push(centre.anyone())
    }
    let made = 0
    const cpu = process.threadCpuUsage()
    const start = performance.now()
    for (let i = 0; i < count; i++) {
      const arrival = arrivals[i]!
      made += this.take(arrival, 0, clock)
      // As many end as arrive: whoever is drawn without a call is passed over for the next.
      while (centre.isFree(enders[i]!)) enders[i] = (enders[i]! + 1) % centre.agents
      const ended = centre.ended(enders[i]!, arrival.at)
      if (ended) made += this.take(ended, enders[i]!, clock)
    }
    const ms = performance.now() - start
    const { user, system } = process.threadCpuUsage(cpu)
    return { made, ms, cpuMs: (user + system) / 1_000 }
  }

  /** Turns until so many decisions have been made, or so much time has passed. */
  run(decisions: number, clock: Clock | null = null, maxMs = Number.POSITIVE_INFINITY): Turns {
    const sum = { made: 0, ms: 0, cpuMs: 0 }
    while (sum.made < decisions && sum.ms < maxMs) {
      const part = this.turns(Math.min(1_000, decisions), clock)
      sum.made += part.made
      sum.ms += part.ms
      sum.cpuMs += part.cpuMs
    }
    return sum
  }

  private take(event: RoutingEvent, guess: number, clock: Clock | null): number {
    if (!clock) return this.accept(this.matcher(event), guess)
    const start = performance.now()
    const offers = this.matcher(event)
    const us = (performance.now() - start) * 1_000
    if (offers.length > 0) clock(us)
    return this.accept(offers, guess)
  }
}

function heap(): number {
  global.gc?.()
  return process.memoryUsage().heapUsed
}

const offersOf =
  (router: Router): Matcher =>
  event =>
    router.apply(event) as OfferDecision[]

/** A router whose agents all have a call (all but `idle` of them), with so many waiting. */
function fill(size: Size, idle: number) {
  const centre = new Centre(size)
  const router = createRouter()
  const working = new Working(centre, offersOf(router))
  const before = heap()
  router.applyAll(centre.staff())
  for (let i = idle; i < size.agents; i++) router.apply(centre.accepted(i, `call-${i}`))
  const manned = heap()
  if (idle === 0)
    for (let i = 0; i < size.waiting; i++) {
      if (i % 100 === 0) centre.now += 5
      router.apply(centre.arrival())
    }
  return {
    working,
    bytesPerAgent: (manned - before) / size.agents,
    bytesPerWaiting: idle === 0 ? (heap() - manned) / size.waiting : 0,
  }
}

/**
 * Decisions a second as the median of `runs` runs, and the times of single decisions in a run of their own. With `idle` agents left
 * free nothing waits and each arrival is offered at once; without, everybody is busy and each agent released takes the next.
 */
export function speed(size: Size, decisions: number, runs: number, idle = 0): Speed {
  const { working, bytesPerAgent, bytesPerWaiting } = fill(size, idle)
  working.run(50_000)
  const parts = Array.from({ length: runs }, () => working.run(decisions))
  const times: number[] = []
  working.run(decisions, us => times.push(us))
  const sorted = Float64Array.from(times).sort()
  const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
  return {
    perSecond: median(parts.map(({ made, ms }) => (made * 1_000) / ms)),
    perCpuSecond: median(parts.map(({ made, cpuMs }) => (made * 1_000) / cpuMs)),
    p50Us: quantile(0.5),
    p99Us: quantile(0.99),
    p999Us: quantile(0.999),
    maxUs: quantile(1),
    bytesPerWaiting,
    bytesPerAgent,
  }
}

/** Decisions a second by linear scan, everybody busy; and whether the router, given the same, decides the same. */
export function linearScanSpeed(size: Size, maxMs: number): { perSecond: number; same: boolean } {
  const scan = new LinearScan()
  const router = createRouter()
  let same = true
  let compare = true
  const centre = new Centre(size)
  const working = new Working(centre, event => {
    const pair = scan.apply(event)
    const pairs = pair ? [pair] : []
    if (!compare) return pairs
    const made = offersOf(router)(event)
    if (made[0]?.interactionId !== pair?.interactionId || made[0]?.agentId !== pair?.agentId) same = false
    return pairs
  })
  for (const event of centre.staff()) {
    scan.apply(event)
    router.apply(event)
  }
  // Filling by scan alone would take minutes: everyone is given a call by hand, then the line is laid out.
  for (let i = 0; i < size.agents; i++) {
    const event = centre.accepted(i, `given-${i}`)
    scan.apply(event)
    router.apply(event)
  }
  for (let i = 0; i < size.waiting; i++) {
    const event = centre.arrival() as Extract<RoutingEvent, { type: 'interaction.queued' }>
    scan.waiting.push(event)
    router.apply(event)
  }
  working.run(200)
  compare = false
  const { made, ms } = working.run(Number.POSITIVE_INFINITY, null, maxMs)
  return { perSecond: (made * 1_000) / ms, same }
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1]!
}
