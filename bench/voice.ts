// npm run bench:voice: what calls cost and how soon phones ring. Last line: one JSON object.
//
// - Bridged calls go through a whole voice node (its SIP, guard, flow, room, journal): callers by a trunk, agents at desk phones or in browsers, 50 packets a second each way on loopback. Callers and agents are one other process;
//   the server's half of the link is this process, without a database. Beside them, in the same minute, the barest relay that Node can do (bench/voice/relay.ts): the floor of this machine.
// - Rings go through everything: PostgreSQL, server, node, with a registered desk phone and an open screen for each agent.
//
// --quick: under a minute, with smaller numbers (so the metrics say). --only bridged | most | rings. --rounds N: figures of a call are medians of N rounds.
import { cpus, loadavg } from 'node:os'
import { Bridge, type Bridged, type Kind, MOST_DELAY_MS, MOST_LOSS, mostCalls } from './voice/bridged.ts'
import { measureRelay } from './voice/relay.ts'
import { measureRings } from './voice/rings.ts'

const quick = process.argv.includes('--quick')
const only = textOf('only')
const ROUNDS = numberOf('rounds', quick ? 1 : 3)
const SECONDS = quick ? 3 : 5
const CALLS = numberOf('calls', quick ? 100 : 200)
const STEP = { plain: 100, recorded: 100, browser: 50 } as const
const MOST = { plain: 600, recorded: 600, browser: 300 } as const
const AGENTS = numberOf('agents', quick ? 50 : 1000)

const say = (text: string) => console.error(text)
const metrics: Record<string, number> = {}
const began = Date.now()
const loadBefore = loadavg()[0] ?? 0

if (!only || only === 'bridged') await bridged()
if (!only || only === 'most') await most()
if (!only || only === 'rings') await rings()

console.log(
  JSON.stringify({
    bench: 'voice',
    metrics,
    machine: {
      cpu: cpus()[0]?.model,
      cores: cpus().length,
      node: process.version,
      // What else ran: a machine that is busy with other work makes every figure worse.
      load_before: Math.round(loadBefore * 10) / 10,
      quick,
      seconds: Math.round((Date.now() - began) / 1000),
    },
  }),
)

/** What a call costs, side by side: the barest relay, bridged, recorded. */
async function bridged(): Promise<void> {
  const bare: number[] = []
  const rounds: Record<'plain' | 'recorded', Bridged[]> = { plain: [], recorded: [] }
  for (let round = 0; round < ROUNDS; round++) {
    const relay = await measureRelay({
      calls: CALLS,
      seconds: SECONDS,
      kind: 'bare',
    })
    say(`${CALLS} calls, bare relay: ${relay.cpuMsPerCallSecond} ms of CPU a call-second`)
    bare.push(relay.cpuMsPerCallSecond)
    for (const kind of ['plain', 'recorded'] as const) {
      const bridge = await Bridge.open(kind, CALLS)
      try {
        await bridge.add(CALLS)
        const figures = await bridge.measure(CALLS, SECONDS)
        show(figures)
        rounds[kind].push(figures)
      } finally {
        await bridge.close()
      }
    }
  }
  const of = (kind: 'plain' | 'recorded', value: (figures: Bridged) => number) => median(rounds[kind].map(value))
  metrics.cpu_ms_per_call_second = of('plain', figures => figures.cpuMsPerCallSecond)
  metrics.cpu_ms_per_call_second_recorded = of('recorded', figures => figures.cpuMsPerCallSecond)
  metrics.bare_relay_cpu_ms_per_call_second = median(bare)
  metrics.crowd_cpu_ms_per_call_second = of('plain', figures => figures.crowdCpuMsPerCallSecond)
  metrics.loss_ratio = of('plain', figures => figures.lossRatio)
  metrics.added_delay_ms_p50 = of('plain', figures => figures.delayMsP50)
  metrics.added_delay_ms_p99 = of('plain', figures => figures.delayMsP99)
  metrics.added_delay_ms_p99_recorded = of('recorded', figures => figures.delayMsP99)
  metrics.crowd_own_delay_ms_p99 = of('plain', figures => figures.ownDelayMsP99)
  metrics.calls_measured = CALLS

  const bridge = await Bridge.open('plain', 100)
  try {
    const setUps = await bridge.setUps(SECONDS)
    say(`${setUps.perSecond} calls a second set up, joined to an agent and ended`)
    metrics.call_setups_per_s = setUps.perSecond
    metrics.cpu_ms_per_call_setup = setUps.nodeCpuMs
    metrics.crowd_cpu_ms_per_call_setup = setUps.crowdCpuMs
  } finally {
    await bridge.close()
  }
}

/** The largest number of calls on one node with loss under 0.1 % and an added delay (p99) under 20 ms. */
async function most(): Promise<void> {
  say(`How many calls: loss under ${MOST_LOSS * 100} %, p99 of the delay under ${MOST_DELAY_MS} ms`)
  const names = { plain: 'max_calls', recorded: 'max_calls_recorded', browser: 'max_calls_browser' } as const
  for (const kind of ['plain', 'recorded', 'browser'] satisfies Kind[]) {
    if (quick && kind !== 'plain') continue
    const limit = quick ? 100 : MOST[kind]
    const { most: held, steps } = await mostCalls(kind, {
      step: STEP[kind],
      most: limit,
      seconds: quick ? 3 : 5,
      say: show,
    })
    metrics[names[kind]] = held
    const last = steps.at(-1)
    // Where the load could not keep up either, the node was not the limit.
    metrics[`${names[kind]}_crowd_load`] = last?.crowdLoad ?? 0
    metrics[`${names[kind]}_crowd_own_delay_ms_p99`] = last?.ownDelayMsP99 ?? 0
  }
}

async function rings(): Promise<void> {
  const figures = await measureRings({
    few: 10,
    many: AGENTS,
    samples: quick ? 40 : 200,
    freed: quick ? 30 : 200,
    waiting: AGENTS,
    say,
  })
  const { cpu_ms_per_stored_call: cpu, ring_stages_ms_10: stages, ...rest } = figures
  // With fewer agents than the names say, the names say how many.
  const named = Object.entries(rest).map(([name, value]) => [name.replace(/_1000$/, `_${AGENTS}`), value])
  Object.assign(metrics, Object.fromEntries(named), {
    ...Object.fromEntries(Object.entries(stages).map(([name, ms]) => [`ring_stage_ms_${name}`, ms])),
    server_cpu_ms_per_stored_call: cpu.server,
    node_cpu_ms_per_stored_call: cpu.node,
  })
  metrics.agents = AGENTS
  metrics.waiting = AGENTS
}

function show(figures: Bridged): void {
  const { calls, kind, cpuMsPerCallSecond, crowdCpuMsPerCallSecond, lossRatio, delayMsP50, delayMsP99 } = figures
  say(
    `${calls} calls, ${kind}: ${cpuMsPerCallSecond} ms of CPU a call-second (the load ${crowdCpuMsPerCallSecond}), loss ${(lossRatio * 100).toFixed(3)} %, ` +
      `delay p50 ${delayMsP50} p99 ${delayMsP99} ms (the load alone ${figures.ownDelayMsP99}, late ${figures.late} times); node ${figures.nodeLoad} of a core, ${figures.residentMb} MB`,
  )
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function textOf(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : process.argv[at + 1]
}

function numberOf(name: string, otherwise: number): number {
  const text = textOf(name)
  return text === undefined ? otherwise : Number(text)
}
