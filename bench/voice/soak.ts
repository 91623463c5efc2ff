// npm run test:soak -- --minutes N: calls come, wait, are answered, held, transferred, parked, consulted about, recorded, and die in random ways, for so long, at a whole installation (PostgreSQL, server, voice node).
// Afterwards nothing may be left: no port, leg, room, recording, dialog, transaction, timer, call or journal in the node, no open call, interaction or recording in the database; and the node's memory is flat.
// Ends with 1 where something is left. --seed N repeats the choices (not their timing). Last line: one JSON object.
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { startHouse, until } from './house.ts'
import { residentMb } from './node.ts'
import type { Holdings } from './soak-node.ts'
import { Storm } from './storm.ts'

const MINUTES = numberOf('minutes', 3)
const SEED = numberOf('seed', Date.now() % 1_000_000)
const AGENTS = 12
const LOOK_MS = 5000
/** What a finished call's transactions linger for, and a little more. */
const REST_MS = 60_000
const MOST_SLOPE_MB = 2

const say = (text: string) => console.error(text)
const house = await startHouse([AGENTS], {
  nodeMain: join(import.meta.dirname, 'soak-node.ts'),
  execArgv: { node: ['--expose-gc'] },
  settings: { SILENT_SECONDS: '5', LINE_GRACE_SECONDS: '3' },
  queue: { offerSeconds: 5, record: 'always' },
})
const storm = await Storm.open(house, SEED)
let failed = false
try {
  await house.openScreens()
  await storm.register()
  const before = await holdings()
  say(`${MINUTES} minutes with ${AGENTS} agents, seed ${SEED}; at rest: ${JSON.stringify(before.counts)}`)
  const began = Date.now()
  const heap: { minute: number; mb: number }[] = []
  storm.start()
  let said = 0
  while (Date.now() - began < MINUTES * 60_000) {
    await new Promise(resolve => setTimeout(resolve, LOOK_MS))
    const now = await holdings()
    const minute = (Date.now() - began) / 60_000
    heap.push({ minute, mb: now.heap / 1e6 })
    if (++said % 6 === 0)
      say(
        `  ${minute.toFixed(1)} min: ${storm.summary()}; ${now.counts.calls} calls, heap ${(now.heap / 1e6).toFixed(1)} MB, server ${residentMb(house.serverPid).toFixed(0)} MB`,
      )
  }
  await storm.stop()
  say(`  the storm is over: ${storm.summary()}`)

  const left = await leftOver(before)
  const rows = await openRows()
  const folders = await readdir(join(house.node.dataDir, 'voice', 'calls'))
  // Caches fill, and finished transactions linger, in the first minute: that is no leak.
  const steady = heap.filter(({ minute }) => minute > Math.max(1, MINUTES / 3))
  const slope = steady.length < 6 ? 0 : slopeOf(steady)
  failed =
    Object.keys(left).length > 0 ||
    Object.values(rows).some(count => count > 0) ||
    folders.length > 0 ||
    slope > MOST_SLOPE_MB
  console.log(
    JSON.stringify({
      bench: 'soak',
      metrics: {
        minutes: MINUTES,
        seed: SEED,
        ...storm.did,
        left,
        open_rows: rows,
        journals_on_disk: folders.length,
        heap_mb_first: round(heap[0]?.mb ?? 0),
        heap_mb_last: round(heap.at(-1)?.mb ?? 0),
        heap_mb_per_minute: round(slope),
        server_resident_mb: Math.round(residentMb(house.serverPid)),
      },
      machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
    }),
  )
  if (failed) say('Something is left behind.')
} finally {
  await storm.close()
  await house.stop()
}
process.exit(failed ? 1 : 0)

async function holdings(): Promise<Holdings> {
  house.node.child.send('holdings')
  const [answer] = (await once(house.node.child, 'message')) as [Holdings]
  return answer
}

/** What the node holds more than before the first call, once it had the time to let go. */
async function leftOver(before: Holdings): Promise<Record<string, number>> {
  let more: Record<string, number> = {}
  await until(
    async () => {
      const now = await holdings()
      more = Object.fromEntries(
        Object.entries(now.counts)
          // The registrations' own transactions still linger at rest.
          .map(([name, count]) => [name, count - (name.startsWith('sip') ? 0 : (before.counts[name] ?? 0))] as const)
          .filter(([, count]) => count > 0),
      )
      return Object.keys(more).length === 0
    },
    'everything to be given back',
    REST_MS,
  ).catch(() => {})
  return more
}

/** Calls, talks and recordings that nobody has any more and the database believes to go on. */
async function openRows(): Promise<Record<string, number>> {
  const tenantId = house.companies[0]?.tenantId ?? ''
  const count = (from: string) =>
    house.db.tenant(tenantId, async tx => {
      const [row] = await tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`)
      return row?.n ?? 0
    })
  const ask = async () => ({
    calls: await count("call WHERE state <> 'ended'"),
    interactions: await count("interaction WHERE state <> 'ended'"),
    recordings: await count("recording WHERE state IN ('recording', 'paused')"),
  })
  let rows = await ask()
  await until(
    async () => {
      rows = await ask()
      return Object.values(rows).every(n => n === 0)
    },
    'every call to be over in the database',
    20_000,
  ).catch(() => {})
  return rows
}

/** Least squares, in MB a minute. */
function slopeOf(points: { minute: number; mb: number }[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const x = mean(points.map(({ minute }) => minute))
  const y = mean(points.map(({ mb }) => mb))
  const over = points.reduce((sum, { minute, mb }) => sum + (minute - x) * (mb - y), 0)
  const under = points.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0)
  return under === 0 ? 0 : over / under
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function numberOf(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
