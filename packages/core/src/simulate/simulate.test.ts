import { expect, test } from 'vitest'
import { given, poisson } from './arrivals.ts'
import { idlenessCv, occupancy } from './crew.ts'
import { constant, exponential, lognormal } from './law.ts'
import { seededRandom } from './random.ts'
import type { Scenario } from './scenario.ts'
import { simulate } from './simulate.ts'
import { interval } from './student.ts'
import { abandonmentRate, averageSpeedOfAnswer, serviceLevel } from './tally.ts'
import { agentOf, HOUR_MS, MINUTE_MS, queueOf, SECOND_MS, sourceOf } from './testing.ts'

const replicated = (scenario: Scenario, measure: (run: ReturnType<typeof simulate>) => number, runs = 12) =>
  interval(
    Array.from({ length: runs }, (_, seed) => measure(simulate(scenario, seededRandom(seed)))),
    0.999,
  )!

test('two agents and twelve calls an hour wait as Erlang’s formula says', () => {
  // a = 1 Erlang, n = 2: C = 1/3, W = C / (n − a) × 5 min = 100 s; P(W ≤ 20 s) = 1 − C e^(−20/300).
  const scenario: Scenario = {
    startAt: 0,
    endAt: 400 * HOUR_MS,
    countFromAt: 10 * HOUR_MS,
    begin: [queueOf('q'), ...agentOf('ana', ['q']), ...agentOf('ivo', ['q'])],
    sources: [sourceOf('q', { perHour: 12 })],
  }
  const total = (run: ReturnType<typeof simulate>) => run.queues.get('q')!.total
  const wait = replicated(scenario, run => averageSpeedOfAnswer(total(run))! / 1000)
  expect(wait.low).toBeLessThan(100)
  expect(wait.high).toBeGreaterThan(100)
  expect(wait.high - wait.low).toBeLessThan(40)
  const level = replicated(scenario, run => serviceLevel(total(run))!)
  const exact = 1 - Math.exp(-20 / 300) / 3
  expect(level.low).toBeLessThan(exact)
  expect(level.high).toBeGreaterThan(exact)
  const busy = replicated(scenario, run => occupancy(run.agents)!)
  expect(busy.mean).toBeCloseTo(0.5, 1)
})

test('one agent beside impatient customers loses as many as M/M/1+M does', () => {
  // λ = μ = θ: in state n people leave at rate n, so n is Poisson(1) and the share that is answered is P(n > 0) = 1 − 1/e.
  const scenario: Scenario = {
    startAt: 0,
    endAt: 400 * HOUR_MS,
    begin: [queueOf('q'), ...agentOf('ana', ['q'])],
    sources: [sourceOf('q', { perHour: 12, patienceMs: exponential(5 * MINUTE_MS) })],
  }
  const lost = replicated(scenario, run => abandonmentRate(run.queues.get('q')!.total)!)
  expect(lost.low).toBeLessThan(1 / Math.E)
  expect(lost.high).toBeGreaterThan(1 / Math.E)
})

const busyHour: Scenario = {
  startAt: 0,
  endAt: HOUR_MS,
  bucketMs: 15 * MINUTE_MS,
  begin: [queueOf('q'), ...agentOf('ana', ['q']), ...agentOf('ivo', ['q'])],
  sources: [
    sourceOf('q', { perHour: 60, handleMs: lognormal(4 * MINUTE_MS, 1), patienceMs: exponential(3 * MINUTE_MS) }),
  ],
}

test('the same seed gives the same run, another seed another', () => {
  const first = simulate(busyHour, seededRandom(1))
  expect(simulate(busyHour, seededRandom(1))).toEqual(first)
  expect(simulate(busyHour, seededRandom(2))).not.toEqual(first)
})

test('everybody who came is answered, gave up or still waits, and stretches add up to the whole', () => {
  const { total, buckets } = simulate(busyHour, seededRandom(3)).queues.get('q')!
  expect(buckets.length).toBe(4)
  expect(buckets.reduce((sum, { offered }) => sum + offered, 0)).toBe(total.offered)
  const ended = total.answered + total.abandoned + total.shortAbandoned
  expect(total.offered).toBeGreaterThanOrEqual(ended)
  expect(total.offered - ended).toBeLessThan(10)
})

test('other rules meet the same customers', () => {
  const helped = { ...busyHour, begin: [...busyHour.begin, ...agentOf('eva', ['q'])] }
  const few = simulate(busyHour, seededRandom(4)).queues.get('q')!
  const more = simulate(helped, seededRandom(4)).queues.get('q')!
  expect(more.total.offered).toBe(few.total.offered)
  expect(more.total.abandoned).toBeLessThan(few.total.abandoned)
})

test('two chats at once fill an agent, one alone half of them', () => {
  const chats = (count: number) => ({
    ...sourceOf('q', { perHour: 1, handleMs: constant(HOUR_MS), channel: 'chat' as const }),
    arrivals: given(Array.from({ length: count }, () => 0)),
  })
  const share = (count: number) =>
    occupancy(
      simulate(
        {
          startAt: 0,
          endAt: 2 * HOUR_MS,
          begin: [queueOf('q'), ...agentOf('ana', ['q'])],
          sources: [chats(count)],
        },
        seededRandom(1),
      ).agents,
    )
  expect(share(1)).toBeCloseTo(0.25, 3)
  expect(share(2)).toBeCloseTo(0.5, 3)
})

test('an offer that is not answered goes to the next agent after its time', () => {
  const source = {
    ...sourceOf('q', { perHour: 1 }),
    arrivals: given([0]),
    answers: { acceptMs: constant(3 * SECOND_MS), rejected: 0, expired: 0.5 },
  }
  const begin = [queueOf('q', { offerMs: 20 * SECOND_MS }), ...agentOf('ana', ['q']), ...agentOf('ivo', ['q'])]
  const waits = Array.from({ length: 20 }, (_, seed) =>
    averageSpeedOfAnswer(
      simulate({ startAt: 0, endAt: HOUR_MS, begin, sources: [source] }, seededRandom(seed)).queues.get('q')!.total,
    ),
  )
  expect(waits).toContain(3 * SECOND_MS)
  expect(waits).toContain(23 * SECOND_MS)
})

test('who comes and goes by a schedule works only while there', () => {
  const run = simulate(
    {
      startAt: 0,
      endAt: 2 * HOUR_MS,
      begin: [queueOf('q'), ...agentOf('ana', ['q']).slice(0, 1)],
      schedule: [
        { type: 'agent.presence', at: 30 * MINUTE_MS, agentId: 'ana', state: 'available' },
        { type: 'agent.presence', at: HOUR_MS, agentId: 'ana', state: 'offline' },
      ],
      sources: [{ ...sourceOf('q', { perHour: 1, handleMs: constant(MINUTE_MS) }), arrivals: given([0, HOUR_MS]) }],
    },
    seededRandom(1),
  )
  expect(run.agents[0]).toMatchObject({ staffedMs: 30 * MINUTE_MS, loadMs: MINUTE_MS, idleMs: 29 * MINUTE_MS })
  const { total, longestWaitMs } = run.queues.get('q')!
  expect(total).toMatchObject({ offered: 2, answered: 1, overdue: 1 })
  expect(longestWaitMs).toBe(HOUR_MS)
})

test('arrivals follow their rates from piece to piece', () => {
  const next = poisson(
    [
      { fromAt: 0, perHour: 100 },
      { fromAt: 100 * HOUR_MS, perHour: 0 },
      { fromAt: 200 * HOUR_MS, perHour: 400 },
    ],
    300 * HOUR_MS,
  ).begin(seededRandom(1))
  const times: number[] = []
  for (let at = next(); at < Number.POSITIVE_INFINITY; at = next()) times.push(at)
  const within = (from: number, to: number) => times.filter(at => at >= from * HOUR_MS && at < to * HOUR_MS).length
  expect(within(0, 100)).toBeGreaterThan(9_700)
  expect(within(0, 100)).toBeLessThan(10_300)
  expect(within(100, 200)).toBe(0)
  expect(within(200, 300)).toBeGreaterThan(39_400)
  expect(within(200, 300)).toBeLessThan(40_600)
  expect(times.at(-1)).toBeLessThan(300 * HOUR_MS)
})

test('idleness of equal agents is even, of unequal ones not', () => {
  const time = (agentId: string, idleMs: number) => ({ agentId, queueIds: [], staffedMs: 100, loadMs: 0, idleMs })
  expect(idlenessCv([time('a', 10), time('b', 10)])).toBe(0)
  expect(idlenessCv([time('a', 5), time('b', 15)])).toBeCloseTo(0.5)
})

test('a step that counts only while the service level is low lets a wider group help then, and not before', () => {
  const helped = (whenLevelBelow: number) => {
    const steps = [
      { afterMs: 0, requirements: [] },
      { afterMs: 1000, requirements: [], queues: ['other'], whenLevelBelow },
    ]
    const run = simulate(
      {
        startAt: 0,
        endAt: 4 * HOUR_MS,
        begin: [queueOf('q', { steps }), queueOf('other'), ...agentOf('ana', ['q']), ...agentOf('ivo', ['other'])],
        sources: [sourceOf('q', { perHour: 20 })],
      },
      seededRandom(1),
    )
    return run.agents.find(({ agentId }) => agentId === 'ivo')!.loadMs
  }
  expect(helped(0.8)).toBeGreaterThan(10 * MINUTE_MS)
  expect(helped(0)).toBe(0)
})
