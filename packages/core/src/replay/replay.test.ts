import { expect, test } from 'vitest'
import type { RoutingEvent } from '../routing/event.ts'
import { constant, exponential } from '../simulate/law.ts'
import { seededRandom } from '../simulate/random.ts'
import type { Scenario } from '../simulate/scenario.ts'
import { simulate } from '../simulate/simulate.ts'
import { serviceLevel } from '../simulate/tally.ts'
import { agentOf, HOUR_MS, MINUTE_MS, queueOf, sourceOf } from '../simulate/testing.ts'
import { type Changes, NO_CHANGES } from './change.ts'
import { modelOf } from './model.ts'
import { Observer } from './observe.ts'
import { Repeater } from './repeat.ts'
import type { Turn, TurnDecision } from './turn.ts'
import { whatIf } from './what-if.ts'

const BEGAN_AT = Date.UTC(2026, 2, 2, 8)

/** A morning with too few agents for “sales”, as its journal. */
function morning(seed: number, hours = 4): { turns: Turn[]; run: ReturnType<typeof simulate> } {
  const turns: Turn[] = []
  const agents = ['ana', 'ivo', 'eva', 'jan'].flatMap(id => agentOf(id, id === 'jan' ? ['help'] : ['sales', 'help']))
  const flows = { patienceMs: exponential(3 * MINUTE_MS), fromAt: BEGAN_AT }
  const scenario: Scenario = {
    startAt: BEGAN_AT,
    endAt: BEGAN_AT + hours * HOUR_MS,
    begin: [queueOf('sales'), queueOf('help'), ...agents],
    schedule: [{ type: 'agent.presence', at: BEGAN_AT + HOUR_MS, agentId: 'eva', state: 'away' }],
    sources: [
      {
        ...sourceOf('sales', { perHour: 60, ...flows }),
        answers: { acceptMs: constant(4000), rejected: 0.05, expired: 0.05 },
      },
      sourceOf('help', { perHour: 12, ...flows }),
    ],
  }
  const run = simulate(scenario, seededRandom(seed), (told, decisions, at) => {
    const plain = (decisions as readonly TurnDecision[]).map(decision => ({ ...decision, receipt: undefined }))
    // As it comes back from the database.
    turns.push(JSON.parse(JSON.stringify({ seq: turns.length, at, start: turns.length === 0, told, decisions: plain })))
    turns.at(-1)!.at = new Date(at)
  })
  return { turns, run }
}

function observe(turns: readonly Turn[], from = BEGAN_AT, to = BEGAN_AT + 4 * HOUR_MS) {
  const observer = new Observer(from, to)
  for (const turn of turns) observer.take(turn)
  return observer.finish()
}

const promised = new Map(['sales', 'help'].map(id => [id, { targetMs: { voice: 20_000 }, shortMs: 0 }]))

test('a journal repeats to exactly the decisions it holds', () => {
  const { turns } = morning(1)
  const repeater = new Repeater()
  for (const turn of turns) repeater.take(turn)
  expect(repeater.result).toMatchObject({ same: true, difference: null, turns: turns.length })
  expect(repeater.result.decisions).toBeGreaterThan(100)
})

test('the first decision that differs is told in words', () => {
  const { turns } = morning(1)
  const index = turns.findIndex(({ decisions }) => decisions.some(({ type }) => type === 'offer'))
  const turn = turns[index]!
  const [decision] = turn.decisions
  const altered = { ...turn, decisions: [{ ...decision!, agentId: 'jan' }] }
  const repeater = new Repeater(id => (id === 'jan' ? 'Jan Kos' : id))
  for (const one of turns.with(index, altered)) repeater.take(one)
  expect(repeater.result.same).toBe(false)
  expect(repeater.result.difference).toContain('to Jan Kos')
  expect(repeater.result.difference).toContain(`turn ${turn.seq}`)
})

test('what is observed is what happened', () => {
  const { turns, run } = morning(2)
  const observation = observe(turns)
  const { truth } = whatIf(observation, promised, NO_CHANGES, { runs: 2 }).queues.find(q => q.queueId === 'sales')!.row
  const { total, longestWaitMs } = run.queues.get('sales')!
  expect(truth).toMatchObject({ offered: total.offered, answered: total.answered, abandoned: total.abandoned })
  expect(truth.serviceLevel).toBeCloseTo(serviceLevel(total)!, 2)
  expect(Math.abs(truth.longestWaitMs! - longestWaitMs)).toBeLessThan(MINUTE_MS)
  const [sales] = modelOf(observation)
  expect(sales!.meanHandleMs! / MINUTE_MS).toBeGreaterThan(3.5)
  expect(sales!.meanHandleMs! / MINUTE_MS).toBeLessThan(7)
  expect(sales!.answers.expired).toBeCloseTo(0.05, 1)
})

test('simulated under its own rules, the morning comes out as it was', () => {
  const outside = [3, 4, 5].flatMap(seed => {
    const { row } = whatIf(observe(morning(seed).turns), promised, NO_CHANGES, { runs: 20 }).queues[0]!
    expect(row.change.serviceLevel).toEqual({ mean: 0, low: 0, high: 0 })
    return [row.truth.abandonmentRate! - row.before.abandonmentRate!.mean]
  })
  // One morning differs from the mean of twenty by chance; three of them not all to one side and not by much.
  for (const difference of outside) expect(Math.abs(difference)).toBeLessThan(0.12)
})

test('two more agents answer more, and the gain is certain', () => {
  const observation = observe(morning(6).turns)
  const extra = [{ likeAgentId: 'ana', count: 2, fromAt: BEGAN_AT, toAt: BEGAN_AT + 4 * HOUR_MS }]
  const { row } = whatIf(observation, promised, { ...NO_CHANGES, extra }, { runs: 10 }).queues[0]!
  expect(row.change.serviceLevel!.low).toBeGreaterThan(0.1)
  expect(row.change.abandonmentRate!.high).toBeLessThan(0)
  expect(row.change.occupancy!.high).toBeLessThan(0)
  expect(row.after.offered!.mean).toBe(row.truth.offered)
})

const change = (changes: Partial<Changes>): Changes => ({ ...NO_CHANGES, ...changes })
const asBefore = { rules: {}, arrivals: 1, handleTime: 1, patience: 1 }

test('an absent agent, more customers, longer handling and other targets do what one expects', () => {
  const observation = observe(morning(7).turns)
  const level = (changes: Partial<Changes>) =>
    whatIf(observation, promised, change(changes), { runs: 8 }).queues[0]!.row.change.serviceLevel!
  expect(level({ agents: new Map([['ana', { absent: true, profile: {}, skills: {} }]]) }).high).toBeLessThan(0)
  expect(level({ queues: new Map([['sales', { ...asBefore, arrivals: 1.5 }]]) }).high).toBeLessThan(0)
  expect(level({ queues: new Map([['sales', { ...asBefore, arrivals: 0.5 }]]) }).low).toBeGreaterThan(0)
  expect(level({ queues: new Map([['sales', { ...asBefore, handleTime: 2 }]]) }).high).toBeLessThan(0)
  expect(level({ queues: new Map([['sales', { ...asBefore, targetMs: { voice: 120_000 } }]]) }).low).toBeGreaterThan(0)
})

test('priority for one queue takes from the other', () => {
  const rules = new Map([['help', { ...asBefore, rules: { priority: 100 } }]])
  const { queues } = whatIf(observe(morning(8).turns), promised, change({ queues: rules }), { runs: 20 })
  const lost = (queueId: string) => queues.find(queue => queue.queueId === queueId)!.row.change.abandonmentRate!
  expect(lost('help').high).toBeLessThan(0)
  expect(lost('sales').mean).toBeGreaterThan(0)
})

test('a skill that a step asks for is an agent’s once the rules give it', () => {
  const steps = [{ afterMs: 0, requirements: [{ skillId: 'de', minProficiency: 3 }] }]
  const queues = new Map([['sales', { ...asBefore, rules: { steps } }]])
  const observation = observe(morning(9).turns)
  const answered = (agents: Changes['agents']) =>
    whatIf(observation, promised, change({ queues, agents }), { runs: 2 }).queues[0]!.row.after.answered!.mean
  expect(answered(new Map())).toBe(0)
  expect(answered(new Map([['ana', { absent: false, profile: {}, skills: { de: 4 } }]]))).toBeGreaterThan(10)
})

test('a period within the journal begins with those who were waiting and talking', () => {
  const { turns } = morning(10)
  const observation = observe(turns, BEGAN_AT + 2 * HOUR_MS, BEGAN_AT + 3 * HOUR_MS)
  expect(observation.held.length).toBeGreaterThan(0)
  expect(observation.entries.some(({ enteredAt }) => enteredAt < observation.fromAt)).toBe(true)
  expect(observation.begin.filter(({ type }) => type === 'agent.set').length).toBe(4)
  const row = whatIf(observation, promised, NO_CHANGES, { runs: 4 }).total
  const came = observation.entries.filter(({ enteredAt }) => enteredAt >= observation.fromAt).length
  expect(row.truth.offered).toBe(came)
  expect(row.before.offered?.mean).toBe(came)
})

test('a router made anew in the middle changes nothing of what is observed', () => {
  const { turns } = morning(11)
  const middle = Math.floor(turns.length / 2)
  const at = turns[middle]!.at
  const waiting = new Map<string, RoutingEvent>()
  const holding = new Map<string, RoutingEvent>()
  const known: RoutingEvent[] = []
  for (const event of turns.slice(0, middle).flatMap(turn => turn.told)) {
    if (event.type === 'interaction.queued') waiting.set(event.interactionId, event)
    else if (event.type === 'interaction.assigned') {
      waiting.delete(event.interactionId)
      holding.set(event.interactionId, event)
    } else if (event.type === 'interaction.removed') {
      waiting.delete(event.interactionId)
      holding.delete(event.interactionId)
    } else if (event.type.startsWith('agent') || event.type.startsWith('queue')) known.push(event)
  }
  const told = [...known, ...holding.values(), ...waiting.values()].map(event => ({ ...event, at: at.getTime() }))
  const anew: Turn = { seq: 0, at, start: true, told, decisions: [] }
  const once = observe(turns)
  const twice = observe([...turns.slice(0, middle), anew, ...turns.slice(middle)])
  expect(twice.entries).toEqual(once.entries)
  expect(twice.handlings).toEqual(once.handlings)
  expect(twice.starts).toBe(once.starts + 1)
})

test('nobody came: there is nothing to simulate, and no figure is made up', () => {
  const result = whatIf(observe(morning(1).turns.slice(0, 1)), promised, NO_CHANGES, { runs: 2 })
  expect(result.queues).toEqual([])
  expect(result.total.truth.serviceLevel).toBeNull()
  expect(result.total.before.serviceLevel).toBeNull()
})
