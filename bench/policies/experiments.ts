import type { QueueRules } from '@centrala/core/routing/event.ts'
import { type AgentTime, idlenessCv } from '@centrala/core/simulate/crew.ts'
import { seededRandom } from '@centrala/core/simulate/random.ts'
import { type Run, simulate } from '@centrala/core/simulate/simulate.ts'
import { addTally, averageSpeedOfAnswer, emptyTally, serviceLevel } from '@centrala/core/simulate/tally.ts'
import { type Centre, centre, HANDLE_MS } from './centre.ts'

/** What one run measured, by name; and the agents' times where they are asked for. */
export interface Measured {
  values: Record<string, number>
  customers: number
  agents?: AgentTime[]
}

export interface Experiment {
  centre: Centre
  measure(run: Run, centre: Centre): Record<string, number>
  /** Idle times are added over all runs. */
  keepAgents?: boolean
}

const TARGET_MS = 20_000
const SIX = [0, 1, 2, 3, 4, 5]
const LOAD = SIX.map(() => 14)
const pairs = SIX.flatMap(a => SIX.filter(b => b > a).map(b => [a, b]))

/** 15 agents with first skill i, whose other skills are the next ones. */
const chain = (skills: number): number[][] =>
  SIX.flatMap(first =>
    Array.from({ length: 15 }, () => Array.from({ length: skills }, (_, more) => (first + more) % 6).sort()),
  )

function waitAndLevel(run: Run): Record<string, number> {
  const all = emptyTally()
  for (const { total } of run.queues.values()) addTally(all, total)
  return { wait_s: (averageSpeedOfAnswer(all) ?? 0) / 1000, service_level: serviceLevel(all) ?? 0 }
}

const r1 = (agents: number[][], rules?: Centre['rules']): Experiment => ({
  centre: { agents, load: LOAD, targetMs: TARGET_MS, ...(rules && { rules }) },
  measure: waitAndLevel,
})

const r2 = (agents: number[][], load: number[]): Experiment => ({
  centre: { agents, load },
  measure: run =>
    Object.fromEntries(
      Array.from(run.queues.values(), ({ queueId, total }) => [
        `wait_${Number(queueId) + 1}`,
        (averageSpeedOfAnswer(total) ?? 0) / HANDLE_MS,
      ]),
    ),
})

const r2Pooled = (agents: number, load: number[]): Experiment => ({
  centre: { agents: Array.from({ length: agents }, () => load.map((_, queue) => queue)), load },
  measure: run => ({ wait: (waitAndLevel(run).wait_s! * 1000) / HANDLE_MS }),
})

/** Cost a unit of time of who waits: 1 for class 1, 3 for class 2. By Little's law the number that waits is rate × mean wait. */
const R3_COST = [1, 3]
const R3_LOAD = [2.7, 2.1]
const r3 = (rules: NonNullable<Centre['rules']>): Experiment => ({
  centre: {
    agents: [...Array.from({ length: 3 }, () => [0]), ...Array.from({ length: 3 }, () => [0, 1])],
    load: R3_LOAD,
    rules,
  },
  measure: run => {
    let cost = 0
    for (const { queueId, total } of run.queues.values()) {
      const queue = Number(queueId)
      cost += R3_COST[queue]! * R3_LOAD[queue]! * (total.waitMs / total.offered / HANDLE_MS)
    }
    return { cost }
  },
})

/** Class 1 takes its own agents before those of both classes: a reserve that keeps nobody only says whom to take first. */
const ownFirst = [{ queueId: '1', keep: 0 }]

/** The more a queue's waiting costs, the earlier; services are equally long, so that is the cμ rule. */
const byCost = (queue: number) => ({ priority: R3_COST[queue]! * 10 })

/** The thresholds of the optimum, from value iteration: class 1 takes the last but one agent of both classes once 2 wait, the last once 5 wait. */
const reserves = [
  { queueId: '1', keep: 1, unlessWaiting: 5 },
  { queueId: '1', keep: 2, unlessWaiting: 2 },
]

/**
 * Service level: the longer a customer has waited within the target, the earlier; whose promise is broken comes after all whose promise can still be kept. It is what
 * the order "service level" makes of a target.
 */
const byLevel = (): Partial<QueueRules> => ({
  curves: {
    voice: [
      { afterMs: 0, points: 1000, perMinute: 10 },
      { afterMs: TARGET_MS + 1, points: 0, perMinute: 0 },
    ],
  },
})

export const EXPERIMENTS: Record<string, Experiment> = {
  one: r1(chain(1)),
  two_chain: r1(chain(2)),
  two_pairs: r1(pairs.flatMap(pair => Array.from({ length: 6 }, () => pair))),
  three_chain: r1(chain(3)),
  pooled: { ...r1(chain(6)), keepAgents: true },
  level_pooled: r1(chain(6), byLevel),
  level_three_chain: r1(chain(3), byLevel),
  r2_two: r2([[0], [0, 1]], [1, 0.6]),
  // The same customers with agents who can do everything: exactly known, so they are the others' controls.
  r2_two_pooled: r2Pooled(2, [1, 0.6]),
  r2_three_pooled: r2Pooled(3, [0.9, 0.7, 0.8]),
  r2_three: r2([[0], [0, 1], [1, 2]], [0.9, 0.7, 0.8]),
  r3_first_come: r3(() => ({})),
  r3_priority: r3(queue => ({ ...byCost(queue), ...(queue === 0 && { reserves: ownFirst }) })),
  r3_reserves: r3(queue => ({ ...byCost(queue), ...(queue === 0 && { reserves }) })),
}

/** Runs with the same seed meet the same customers in every experiment of equal load, so that one can be the other's control. */
export function runExperiment(name: string, seed: number, customers: number): Measured {
  const experiment = EXPERIMENTS[name]
  if (!experiment) throw new Error(`There is no experiment "${name}".`)
  const run = simulate(centre(experiment.centre, customers), seededRandom(seed))
  let counted = 0
  for (const { total } of run.queues.values()) counted += total.offered
  const measured = { values: experiment.measure(run, experiment.centre), customers: counted }
  return experiment.keepAgents ? { ...measured, agents: run.agents } : measured
}

/** Idle times of equal runs as those of one long run. */
export function idlenessOver(runs: readonly AgentTime[][]): number {
  const sums = new Map<string, AgentTime>()
  for (const times of runs)
    for (const time of times) {
      const sum = sums.get(time.agentId)
      if (!sum) sums.set(time.agentId, { ...time })
      else {
        sum.staffedMs += time.staffedMs
        sum.loadMs += time.loadMs
        sum.idleMs += time.idleMs
      }
    }
  return idlenessCv([...sums.values()]) ?? 0
}
