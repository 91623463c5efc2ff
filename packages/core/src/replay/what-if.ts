import type { Channel } from '../channel/channel.ts'
import { type AgentTime, occupancy } from '../simulate/crew.ts'
import { seededRandom } from '../simulate/random.ts'
import { type QueueRun, type Run, simulate } from '../simulate/simulate.ts'
import { type Interval, interval } from '../simulate/student.ts'
import {
  abandonmentRate,
  addTally,
  averageSpeedOfAnswer,
  countWait,
  emptyTally,
  serviceLevel,
  type Tally,
  Waits,
} from '../simulate/tally.ts'
import { type Changes, NO_CHANGES } from './change.ts'
import { FIGURES, type Figure } from './figure.ts'
import { type Flow, modelOf } from './model.ts'
import type { Entry, Observation } from './observe.ts'
import { type Promised, scenarioOf, targetOf } from './scenario-of.ts'

/** Null where there is nothing to measure. */
export type Figures = Record<Figure, number | null>
export type Estimates = Record<Figure, Interval | null>

export interface Row {
  truth: Figures
  before: Estimates
  after: Estimates
  /** after − before, run by run. */
  change: Estimates
}

interface Beside<T> {
  truth: T
  before: T
  after: T
}

export interface QueueResult {
  queueId: string
  /** Null: none. */
  targetSeconds: { before: number | null; after: number | null }
  model: {
    channel: Channel
    arrivals: number
    handled: number
    meanHandleMs: number | null
    meanPatienceMs: number | null
    abandoned: number
  }[]
  row: Row
  intervals: {
    at: number
    offered: number
    serviceLevel: Beside<number | null>
    waitMs: Beside<number | null>
  }[]
}

export interface WhatIf {
  runs: number
  total: Row
  queues: QueueResult[]
}

export interface WhatIfOptions {
  runs: number
  /** Told after each run, with the share that is done; false stops with the runs there are (at least two are made). */
  onRun?: (done: number) => boolean
}

const QUARTER_MS = 15 * 60_000
const INTERVALS = 96

/**
 * Simulates an observed stretch under its own rules and under changed ones, with the same customers in each pair of runs, and sets both beside what really happened. What
 * the model does not know: that customers come because others waited, and that people work otherwise under other rules.
 */
export function whatIf(
  observation: Observation,
  promised: ReadonlyMap<string, Promised>,
  changes: Changes,
  { runs, onRun = () => true }: WhatIfOptions,
): WhatIf {
  const flows = modelOf(observation)
  const bucketMs = bucketFor(observation)
  const before = scenarioOf(observation, flows, promised, NO_CHANGES, bucketMs)
  const after = scenarioOf(observation, flows, promised, changes, bucketMs)
  const made: { before: Run; after: Run }[] = []
  for (let seed = 1; seed <= runs; seed++) {
    made.push({ before: simulate(before, seededRandom(seed)), after: simulate(after, seededRandom(seed)) })
    if (!onRun(seed / runs) && seed >= 2) break
  }
  const truth = truthOf(observation, promised, bucketMs)
  const queueIds = [...new Set(flows.map(({ queueId }) => queueId))]
  return {
    runs: made.length,
    total: rowOf(
      figuresOf([...truth.values()], observation.agents),
      made.map(run => ({
        before: figuresOf([...run.before.queues.values()], run.before.agents),
        after: figuresOf([...run.after.queues.values()], run.after.agents),
      })),
    ),
    queues: queueIds.map(queueId => {
      const own = flows.filter(flow => flow.queueId === queueId)
      return {
        queueId,
        targetSeconds: targets(own, promised.get(queueId), changes),
        model: own.map(modelled),
        row: rowOf(
          queueFigures(queueId, truth, observation.agents),
          made.map(run => ({
            before: queueFigures(queueId, run.before.queues, run.before.agents),
            after: queueFigures(queueId, run.after.queues, run.after.agents),
          })),
        ),
        intervals: intervalsOf(observation, bucketMs, truth.get(queueId), made, queueId),
      }
    }),
  }
}

/** Quarters of an hour, or as many of them together as keep the chart readable. */
function bucketFor({ fromAt, toAt }: Observation): number {
  return QUARTER_MS * Math.max(1, Math.ceil((toAt - fromAt) / QUARTER_MS / INTERVALS))
}

/** What really happened, counted as a run is. */
function truthOf(
  { entries, fromAt }: Observation,
  promised: ReadonlyMap<string, Promised>,
  bucketMs: number,
): Map<string, QueueRun> {
  const queues = new Map<string, QueueRun>()
  const runOf = (queueId: string): QueueRun => {
    const known = queues.get(queueId)
    if (known) return known
    const fresh = { queueId, total: emptyTally(), buckets: [], waits: new Waits(), longestWaitMs: 0 }
    queues.set(queueId, fresh)
    return fresh
  }
  const count = ({ queueId, channel, enteredAt, outcome, waitMs }: Entry): void => {
    const run = runOf(queueId)
    if (enteredAt < fromAt) return
    const index = Math.floor((enteredAt - fromAt) / bucketMs)
    while (run.buckets.length <= index) run.buckets.push(emptyTally())
    const rules = promised.get(queueId)
    const bucket = run.buckets[index]!
    bucket.offered++
    countWait(bucket, outcome, waitMs, { targetMs: targetOf(rules, channel), shortMs: rules?.shortMs ?? 0 })
    run.longestWaitMs = Math.max(run.longestWaitMs, waitMs)
    if (outcome === 'answered') run.waits.add(waitMs)
  }
  for (const entry of entries) count(entry)
  for (const run of queues.values()) for (const bucket of run.buckets) addTally(run.total, bucket)
  return queues
}

function queueFigures(queueId: string, queues: ReadonlyMap<string, QueueRun>, agents: readonly AgentTime[]): Figures {
  const run = queues.get(queueId)
  return figuresOf(
    run ? [run] : [],
    agents.filter(({ queueIds }) => queueIds.includes(queueId)),
  )
}

function figuresOf(runs: readonly QueueRun[], agents: readonly AgentTime[]): Figures {
  const tally = emptyTally()
  const waits = new Waits()
  let longestWaitMs: number | null = null
  for (const run of runs) {
    addTally(tally, run.total)
    waits.merge(run.waits)
    if (run.total.offered > 0) longestWaitMs = Math.max(longestWaitMs ?? 0, run.longestWaitMs)
  }
  return {
    offered: tally.offered,
    answered: tally.answered,
    abandoned: tally.abandoned,
    serviceLevel: serviceLevel(tally),
    abandonmentRate: abandonmentRate(tally),
    averageSpeedOfAnswer: averageSpeedOfAnswer(tally),
    waitP50Ms: waits.quantile(0.5),
    waitP90Ms: waits.quantile(0.9),
    longestWaitMs,
    occupancy: occupancy(agents),
  }
}

function rowOf(truth: Figures, pairs: readonly { before: Figures; after: Figures }[]): Row {
  const known = (values: readonly (number | null)[]) => values.filter(value => value !== null)
  const each = (measure: (key: Figure) => (number | null)[]): Estimates => {
    const estimates = {} as Estimates
    for (const key of FIGURES) {
      const measured = known(measure(key))
      estimates[key] = measured.length >= 2 ? interval(measured) : null
    }
    return estimates
  }
  return {
    truth,
    before: each(key => pairs.map(({ before }) => before[key])),
    after: each(key => pairs.map(({ after }) => after[key])),
    change: each(key =>
      pairs.map(({ before, after }) => {
        const [was, is] = [before[key], after[key]]
        return was === null || is === null ? null : is - was
      }),
    ),
  }
}

function modelled({
  channel,
  entries,
  handled,
  meanHandleMs,
  patience,
  abandoned,
}: Flow): QueueResult['model'][number] {
  return {
    channel,
    arrivals: entries.length,
    handled,
    meanHandleMs,
    meanPatienceMs: patience?.meanMs ?? null,
    abandoned,
  }
}

/** Of the channel on which most come. */
function targets(
  flows: readonly Flow[],
  promised: Promised | undefined,
  changes: Changes,
): QueueResult['targetSeconds'] {
  const { channel, queueId } = flows.reduce((most, flow) => (flow.entries.length > most.entries.length ? flow : most))
  const changedTo = changes.queues.get(queueId)?.targetMs
  const seconds = (targetMs: Promised['targetMs'] | undefined) => {
    const ms = targetMs?.[channel]
    return ms === undefined ? null : ms / 1000
  }
  return { before: seconds(promised?.targetMs), after: seconds(changedTo ?? promised?.targetMs) }
}

function intervalsOf(
  { fromAt, toAt }: Observation,
  bucketMs: number,
  truth: QueueRun | undefined,
  made: readonly { before: Run; after: Run }[],
  queueId: string,
): QueueResult['intervals'] {
  const over = (index: number, which: 'before' | 'after', figure: (tally: Tally) => number | null): number | null => {
    const sum = emptyTally()
    for (const run of made) {
      const bucket = run[which].queues.get(queueId)?.buckets[index]
      if (bucket) addTally(sum, bucket)
    }
    return figure(sum)
  }
  return Array.from({ length: Math.ceil((toAt - fromAt) / bucketMs) }, (_, index) => {
    const real = truth?.buckets[index] ?? emptyTally()
    const beside = (figure: (tally: Tally) => number | null): Beside<number | null> => ({
      truth: figure(real),
      before: over(index, 'before', figure),
      after: over(index, 'after', figure),
    })
    return {
      at: fromAt + index * bucketMs,
      offered: real.offered,
      serviceLevel: beside(serviceLevel),
      waitMs: beside(averageSpeedOfAnswer),
    }
  })
}
