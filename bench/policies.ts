/**
 * Measures how good the router's decisions are, by simulation on the real core: `npm run bench:policies`, within 60 s with `-- --quick`; `-- --minutes 10` for narrower
 * intervals, `-- --only one,pooled` for some, `-- --seed 1000` for other customers. Runs with seeds 1, 2, 3 … of every experiment in turn until the time is over, on all cores; every figure is the mean over
 * the runs with its 95 % confidence interval (Student's t), narrowed where the same customers were measured in a system of which the mean is exactly known (control variate). What is exact or bounded stands beside it (docs/promises.md). The last line is one JSON object.
 */
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { controlledInterval, type Interval, interval } from '@centrala/core/simulate/student.ts'
import { erlangC, r3Cost } from './policies/exact.ts'
import { EXPERIMENTS, idlenessOver, type Measured } from './policies/experiments.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    minutes: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
})
const forMs = options.quick ? 38_000 : Number(options.minutes ?? 6) * 60_000
const names = options.only ? options.only.split(',') : Object.keys(EXPERIMENTS)
const beganAt = Date.now()
const measured = new Map<string, (Measured & { seed: number })[]>(names.map(name => [name, []]))

/** The least run experiment next; at least two runs of each, however long they take. */
const customers = options.quick ? 80_000 : 400_000
let asked = 0
function nextJob(): { name: string; seed: number; customers: number } | null {
  if (Date.now() - beganAt > forMs && asked >= 2 * names.length) return null
  const job = {
    name: names[asked % names.length]!,
    seed: Math.floor(asked / names.length) + Number(options.seed),
    customers,
  }
  asked++
  return job
}

await Promise.all(
  Array.from(
    { length: Math.min(cpus().length, 16) },
    () =>
      new Promise<void>((resolve, reject) => {
        const worker = new Worker(new URL('./policies/worker.ts', import.meta.url))
        const next = () => {
          const job = nextJob()
          if (job) worker.postMessage(job)
          else void worker.terminate().then(() => resolve())
        }
        worker.on('message', (answer: { name: string; seed: number; measured: Measured }) => {
          measured.get(answer.name)?.push({ seed: answer.seed, ...answer.measured })
          if (process.stdout.isTTY)
            process.stdout.write(`\r${Math.round((Date.now() - beganAt) / 1000)} s, run ${asked} `)
          next()
        })
        worker.on('error', reject)
        next()
      }),
  ),
)
if (process.stdout.isTTY) process.stdout.write('\r')

const valuesOf = (name: string, value: string): number[] =>
  (measured.get(name) ?? []).sort((a, b) => a.seed - b.seed).map(({ values }) => values[value] ?? Number.NaN)

interface Figure {
  name: string
  value: string
  beside: string
  /** What is exactly known of the same customers elsewhere. */
  control?: { name: string; value: string; known: number }
}

const pooled = erlangC(90, 84, 20 / 300)
const optimum = r3Cost()
const byPriority = r3Cost(() => true)
const pooledWait = { name: 'pooled', value: 'wait_s', known: pooled.wait * 300 }
const priorityCost = { name: 'r3_priority', value: 'cost', known: byPriority }
const two = { name: 'r2_two_pooled', value: 'wait', known: erlangC(2, 1.6).wait }
const three = { name: 'r2_three_pooled', value: 'wait', known: erlangC(3, 2.4).wait }
const FIGURES: Figure[] = [
  { name: 'one', value: 'wait_s', beside: `exact ${(erlangC(15, 14).wait * 300).toFixed(3)}` },
  { name: 'two_chain', value: 'wait_s', beside: '28.0 ± 0.8', control: pooledWait },
  { name: 'two_pairs', value: 'wait_s', beside: '25.3 ± 0.6', control: pooledWait },
  { name: 'three_chain', value: 'wait_s', beside: '21.9 ± 0.9', control: pooledWait },
  { name: 'pooled', value: 'wait_s', beside: `exact ${(pooled.wait * 300).toFixed(3)}` },
  { name: 'pooled', value: 'service_level', beside: `exact ${pooled.level.toFixed(5)}`, control: pooledWait },
  { name: 'level_pooled', value: 'service_level', beside: 'no policy exceeds .97520', control: pooledWait },
  { name: 'level_three_chain', value: 'service_level', beside: 'no policy exceeds .97520', control: pooledWait },
  { name: 'r2_two', value: 'wait_1', beside: `exact ${(56 / 33).toFixed(6)}`, control: two },
  { name: 'r2_two', value: 'wait_2', beside: `exact ${(112 / 33).toFixed(6)}`, control: two },
  { name: 'r2_three', value: 'wait_1', beside: 'exact .989530', control: three },
  { name: 'r2_three', value: 'wait_2', beside: 'exact 2.096832', control: three },
  { name: 'r2_three', value: 'wait_3', beside: 'exact 6.033609', control: three },
  { name: 'r3_first_come', value: 'cost', beside: 'first-come 8.10', control: priorityCost },
  { name: 'r3_priority', value: 'cost', beside: `exact ${byPriority.toFixed(6)}` },
  { name: 'r3_reserves', value: 'cost', beside: `optimum ${optimum.toFixed(6)}`, control: priorityCost },
]

const found = new Map<string, Interval>()
for (const { name, value, beside, control } of FIGURES) {
  const raw = interval(valuesOf(name, value))
  if (!raw) continue
  const narrowed =
    control && controlledInterval(valuesOf(name, value), valuesOf(control.name, control.value), control.known)
  found.set(`${name} ${value}`, narrowed ?? raw)
  const counted = (measured.get(name) ?? []).reduce((sum, run) => sum + run.customers, 0)
  console.log(
    `${`${name} ${value}`.padEnd(32)} ${said(narrowed ?? raw).padEnd(28)} ${beside}` +
      `${narrowed ? `; without control ${said(raw)}` : ''}; ${(counted / 1e6).toFixed(1)} million customers`,
  )
}

function said({ mean, low, high }: Interval): string {
  const half = (high - low) / 2
  return `${mean.toFixed(5)} ± ${half.toFixed(5)} (${((100 * half) / mean).toFixed(2)} %)`
}

const agents = (measured.get('pooled') ?? []).flatMap(run => (run.agents ? [run.agents] : []))
const cv = agents.length > 0 ? idlenessOver(agents) : null
if (cv !== null) console.log(`idleness of 90 equal agents: coefficient of variation ${cv.toFixed(5)}; goal ≤ .02`)

const round = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : Math.round(value * 1e5) / 1e5
const mean = (key: string): number | null => round(found.get(key)?.mean)
const half = (key: string): number | null =>
  round(((found.get(key)?.high ?? Number.NaN) - (found.get(key)?.low ?? 0)) / 2)
const R1 = ['one', 'two_chain', 'two_pairs', 'three_chain', 'pooled']
const R2 = ['r2_two wait_1', 'r2_two wait_2', 'r2_three wait_1', 'r2_three wait_2', 'r2_three wait_3']
const metrics = {
  r1_wait_s: Object.fromEntries(R1.map(name => [name, mean(`${name} wait_s`)])),
  r1_wait_s_half_width: Object.fromEntries(R1.map(name => [name, half(`${name} wait_s`)])),
  r1_first_come_service_level: mean('pooled service_level'),
  r1_service_level: mean('level_pooled service_level'),
  r1_service_level_three_chain: mean('level_three_chain service_level'),
  r2_waits: R2.map(mean),
  r2_waits_half_width: R2.map(half),
  r3_cost: mean('r3_reserves cost'),
  r3_cost_half_width: half('r3_reserves cost'),
  r3_optimum: round(optimum),
  r3_priority_cost: mean('r3_priority cost'),
  r3_first_come_cost: mean('r3_first_come cost'),
  idleness_cv: round(cv ?? undefined),
  customers: [...measured.values()].flat().reduce((sum, run) => sum + run.customers, 0),
  seconds: Math.round((Date.now() - beganAt) / 1000),
}
const machine = {
  cpu: cpus()[0]?.model.trim(),
  cores: cpus().length,
  memory_gb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
}
console.log(JSON.stringify({ bench: 'policies', metrics, machine }))
