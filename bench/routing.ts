/**
 * Measures the router in memory: `npm run bench:routing`, within 60 s with `-- --quick`. The last line is one JSON object.
 *
 * - Speed: everybody is busy and a million wait; and half are idle and nothing waits. A decision pays for a whole life, three events: one
 *   arrives, an agent is released, which leads to the offer with its receipt, and the acceptance; and meanwhile what waits reaches its next
 *   step. The day is lived once beforehand and written down; making its events is not measured, and they bring ids as fresh as
 *   from the wire. Rates are by the wall clock, by the thread's processor time, and undisturbed: in the fastest tenth of all portions of 300 events.
 * - Growth: ten times the agents, the waiting, the signatures, one at a time.
 * - Exactness: random events against the oracle.
 * - Beside it: a plain linear scan with the same rules.
 *
 * `--stored` measures decisions carried out through PostgreSQL (routing-stored.ts); `--memory` is what happens without it.
 */
import { cpus, totalmem } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Size } from './routing/centre.ts'
import { exactness } from './routing/exactness.ts'
import { linearScanSpeed, type Speed, speed } from './routing/speed.ts'

const quick = process.argv.includes('--quick')

if (process.argv.includes('--stored')) await stored()
else inMemory()

async function stored(): Promise<void> {
  const path = './routing-stored.ts'
  const bench = (await import(path)) as { stored(quick: boolean): Promise<void> }
  await bench.stored(quick)
}

function inMemory(): void {
  setFlagsFromString('--expose-gc')
  globalThis.gc = runInNewContext('gc') as typeof globalThis.gc

  const runs = quick ? 3 : 5
  const decisions = quick ? 30_000 : 300_000
  const base: Size = { agents: 10_000, signatures: 500, waiting: quick ? 200_000 : 1_000_000 }
  const busy = show('everybody busy', base, speed(base, decisions, runs))
  const idle = show('half idle', { ...base, waiting: 0 }, speed(base, decisions, runs, base.agents / 2))

  const small: Size = { agents: 1_000, signatures: 50, waiting: 10_000 }
  console.log('growth, everybody busy:')
  const growth: Record<string, number> = {}
  const sizes: [string, Size][] = [
    ['base', small],
    ['agents_x10', { ...small, agents: small.agents * 10 }],
    ['waiting_x10', { ...small, waiting: small.waiting * 10 }],
    ['signatures_x10', { ...small, signatures: small.signatures * 10 }],
  ]
  for (const [name, size] of sizes) growth[name] = round(show(name, size, speed(size, decisions, runs)).perSecond)

  const few: Size = { ...base, waiting: 10_000 }
  const scan = linearScanSpeed(few, quick ? 1_500 : 10_000)
  const beside = show('router beside linear scan', few, speed(few, decisions, runs))
  console.log(
    `linear scan, ${sizeOf(few)}: ${round(scan.perSecond)} decisions/s, ${scan.same ? 'the same' : 'OTHER'} decisions`,
  )

  const wanted = Number(process.env.ORACLE_EVENTS ?? (quick ? 150_000 : 10_000_000))
  console.log(`comparing ${wanted} random events with the oracle`)
  const exact = exactness(wanted, done => {
    if (process.stdout.isTTY) process.stdout.write(`\r${done} `)
  })
  console.log(`${exact.events} events, ${exact.decisions} decisions, ${exact.mismatches} differ`)

  const metrics = {
    agents: base.agents,
    signatures: base.signatures,
    waiting: base.waiting,
    decisions_per_s: round(busy.perSecond),
    decisions_per_cpu_s: round(busy.perCpuSecond),
    undisturbed_decisions_per_s: round(busy.undisturbedPerSecond),
    events_per_s: round(busy.perSecond * busy.eventsPerLife),
    offers_per_s: round(busy.offersPerSecond),
    decision_us_p50: tenth(busy.p50Us),
    decision_us_p99: tenth(busy.p99Us),
    decision_us_p999: tenth(busy.p999Us),
    decision_us_max: tenth(busy.maxUs),
    receipt_json_us: tenth(busy.receiptUs),
    idle_decisions_per_s: round(idle.perSecond),
    idle_decision_us_p99: tenth(idle.p99Us),
    bytes_per_waiting: round(busy.bytesPerWaiting),
    bytes_per_agent: round(busy.bytesPerAgent),
    growth_decisions_per_s: growth,
    oracle_events: exact.events,
    oracle_decisions: exact.decisions,
    oracle_mismatches: exact.mismatches,
    linear_scan_waiting: few.waiting,
    linear_scan_decisions_per_s: tenth(scan.perSecond),
    linear_scan_same_decisions: scan.same,
    beside_linear_scan_decisions_per_s: round(beside.perSecond),
  }
  const machine = {
    cpu: cpus()[0]?.model.trim(),
    cores: cpus().length,
    memory_gb: round(totalmem() / 2 ** 30),
    node: process.version,
  }
  console.log(JSON.stringify({ bench: 'routing', metrics, machine }))
  if (exact.mismatches > 0 || !scan.same) process.exitCode = 1
}

function sizeOf({ agents, signatures, waiting }: Size): string {
  return `${agents} agents, ${signatures} signatures, ${waiting} waiting`
}

function show(name: string, size: Size, measured: Speed): Speed {
  const { perSecond, perCpuSecond, undisturbedPerSecond, p50Us, p99Us, p999Us, bytesPerWaiting, bytesPerAgent } =
    measured
  console.log(
    `${name}: ${sizeOf(size)}: ${round(perSecond)} decisions/s (${round(perCpuSecond)} per CPU second, ` +
      `${round(undisturbedPerSecond)} undisturbed), ${round(perSecond * measured.eventsPerLife)} events/s; ` +
      `to the offer ${tenth(p50Us)} µs (p99 ${tenth(p99Us)}, p99.9 ${tenth(p999Us)}), ` +
      `${round(bytesPerAgent)} bytes an agent${bytesPerWaiting > 0 ? `, ${round(bytesPerWaiting)} one that waits` : ''}`,
  )
  return measured
}

function round(n: number): number {
  return Math.round(n)
}

function tenth(n: number): number {
  return Math.round(n * 10) / 10
}
