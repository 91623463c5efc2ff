/**
 * Measures decisions carried out through PostgreSQL: `npm run bench:routing -- --stored`. The last line is one JSON object.
 *
 * Everybody is idle, and four calls for every five agents reach their queues at once. An assignment is all that follows: the queued event is read from
 * the log, the router decides, and offer (row, both segments), receipt, event and the journal's row are committed. The clock runs from the commit
 * of the calls to the commit of the last offer. Then all is accepted and ended, which the router takes in too, and the next round begins.
 * Accepting and ending are the load's, and not in the figure.
 *
 * Beside it, in the same minutes on the same rows: plain SQL that takes the first of the queue with FOR UPDATE SKIP LOCKED, a transaction an assignment,
 * over eight connections, helped by an index of its own; it writes the same rows, save the journal, and reads no log.
 *
 * Router and claimer are processes of their own, PostgreSQL is a third and writes durably. CPU is given an assignment.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { rolePasswordOf } from '@centrala/server/wiring.ts'
import { openDatabase } from '@centrala/store/database.ts'
import { migrate, roleNames } from '@centrala/store/migrate.ts'
import { startPostgres } from '@centrala/store/postgres.ts'
import pg from 'pg'
import { endWith, onInterrupt } from './interrupted.ts'
import { SKIP_LOCKED_INDEX } from './routing/skip-locked.ts'
import { type StoredCentre, storedCentre } from './routing/stored-centre.ts'
import type { FromNode, ToNode } from './routing/stored-node.ts'

const SECRET = 'a secret for benches only, which protects nothing'
const WORKERS = 8
/** The first round fills caches and plans, and is not counted. */
const WARM_UP = 1

interface Round {
  perSecond: number
  nodeCpuMs: number
  postgresCpuMs: number
}

export async function stored(quick: boolean): Promise<void> {
  const agents = quick ? 2000 : 5000
  const calls = agents * 0.8
  const rounds = quick ? 3 : 8
  const folder = await mkdtemp(join(tmpdir(), 'centrala-bench-'))
  await chmod(folder, 0o755) // PostgreSQL runs as an unprivileged user
  const postgres = await startPostgres({ dir: join(folder, 'pg') })
  onInterrupt(async () => {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const database = { pid: postgres.pid }
  try {
    const roles = roleNames('postgres')
    await migrate(postgres.url, roles, rolePasswordOf(SECRET))
    const db = openDatabase({ ownerUrl: postgres.url, roles, rolePassword: rolePasswordOf(SECRET), poolSize: 4 })
    const owner = new pg.Client(postgres.url)
    await owner.connect()
    owner.on('error', () => {}) // told by the query that fails
    const size = { agents, queues: 50 }
    const centre = await storedCentre(db, owner, 'routed', size)
    console.log(
      `${agents} agents, ${size.queues} queues and skills, ${rounds} rounds of ${calls} calls; ${cpus().length} cores`,
    )

    const router = await startNode(postgres.url, 'router')
    const routed: Round[] = []
    for (let round = 0; round < rounds + WARM_UP; round++) {
      const measured = await routerRound(router, centre, calls, database.pid)
      show('router', measured)
      if (round >= WARM_UP) routed.push(measured)
      if (round === 0) await owner.query('VACUUM ANALYZE')
    }
    await endNode(router)

    await owner.query("UPDATE router_lease SET holder = 'nobody', expires_at = 'infinity'")
    const other = await storedCentre(db, owner, 'claimed', size)
    await owner.query(SKIP_LOCKED_INDEX)
    const claimer = await startNode(postgres.url, other.tenantId)
    const claimed: Round[] = []
    for (let round = 0; round < rounds + WARM_UP; round++) {
      const measured = await claimRound(claimer, other, calls, database.pid)
      show('skip locked', measured)
      if (round >= WARM_UP) claimed.push(measured)
      if (round === 0) await owner.query('VACUUM ANALYZE')
    }
    await endNode(claimer)

    const { rows: kept } = await owner.query<{ commits: number }>(
      'SELECT count(DISTINCT xid)::int AS commits FROM event WHERE tenant_id = $1 AND type = $2',
      [centre.tenantId, 'interaction.offered'],
    )
    await owner.end()
    await db.close()
    const metrics = {
      agents,
      queues: size.queues,
      assignments: calls * rounds,
      stored_assignments_per_s: Math.round(median(routed.map(round => round.perSecond))),
      skip_locked_assignments_per_s: Math.round(median(claimed.map(round => round.perSecond))),
      node_cpu_ms_per_assignment: thousandth(median(routed.map(round => round.nodeCpuMs))),
      postgres_cpu_ms_per_assignment: thousandth(median(routed.map(round => round.postgresCpuMs))),
      skip_locked_node_cpu_ms_per_assignment: thousandth(median(claimed.map(round => round.nodeCpuMs))),
      skip_locked_postgres_cpu_ms_per_assignment: thousandth(median(claimed.map(round => round.postgresCpuMs))),
      stored_assignments_per_cpu_s: perCpuSecond(routed),
      skip_locked_assignments_per_cpu_s: perCpuSecond(claimed),
      assignments_per_commit: Math.round((calls * (rounds + WARM_UP)) / Math.max(1, kept[0]?.commits ?? 1)),
    }
    const machine = { cpu: cpus()[0]?.model.trim(), cores: cpus().length, node: process.version }
    console.log(JSON.stringify({ bench: 'routing', metrics, machine }))
  } catch (error) {
    console.error(error)
    process.exitCode = 1
  } finally {
    for (const node of nodes) node.kill('SIGKILL')
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function routerRound(
  node: ChildProcess,
  centre: StoredCentre,
  calls: number,
  postmaster: number,
): Promise<Round> {
  const before = await ask(node, { type: 'report' }, 'report')
  await centre.arrive(calls)
  const began = Date.now()
  const postgresBefore = postgresCpuMs(postmaster)
  let after = before
  while (after.offers - before.offers < calls) {
    await sleep(50)
    after = await ask(node, { type: 'report' }, 'report')
    if (Date.now() - began > 60_000) throw new Error(`Only ${after.offers - before.offers} of ${calls} were offered.`)
  }
  const measured = {
    perSecond: (calls * 1000) / (after.lastAt - began),
    nodeCpuMs: (after.cpuMs - before.cpuMs) / calls,
    postgresCpuMs: (postgresCpuMs(postmaster) - postgresBefore) / calls,
  }
  await centre.accept()
  await centre.end()
  await quiet(node)
  return measured
}

async function claimRound(node: ChildProcess, centre: StoredCentre, calls: number, postmaster: number): Promise<Round> {
  await centre.arrive(calls)
  const before = postgresCpuMs(postmaster)
  const agentIds = centre.agentIds
  const { made, tookMs, cpuMs } = await ask(node, { type: 'claim', agentIds, calls, workers: WORKERS }, 'claimed')
  const database = postgresCpuMs(postmaster) - before
  if (made < calls) throw new Error(`Only ${made} of ${calls} were claimed.`)
  await centre.accept()
  await centre.end()
  return { perSecond: (made * 1000) / tookMs, nodeCpuMs: cpuMs / made, postgresCpuMs: database / made }
}

/** Until the node has taken everything in and uses next to no CPU. */
async function quiet(node: ChildProcess): Promise<void> {
  for (let last = -1; ; ) {
    await sleep(300)
    const { cpuMs } = await ask(node, { type: 'report' }, 'report')
    if (last >= 0 && cpuMs - last < 30) return
    last = cpuMs
  }
}

const nodes: ChildProcess[] = []

async function startNode(ownerUrl: string, how: string): Promise<ChildProcess> {
  const node = fork(new URL('./routing/stored-node.ts', import.meta.url).pathname, [ownerUrl, SECRET, how])
  nodes.push(node)
  endWith(node)
  await answer(node, 'ready')
  return node
}

async function endNode(node: ChildProcess): Promise<void> {
  const ended = new Promise(resolve => node.once('exit', resolve))
  node.send({ type: 'stop' } satisfies ToNode)
  await ended
}

function ask<Type extends FromNode['type']>(node: ChildProcess, message: ToNode, type: Type) {
  const answered = answer(node, type)
  node.send(message)
  return answered
}

function answer<Type extends FromNode['type']>(
  node: ChildProcess,
  type: Type,
): Promise<Extract<FromNode, { type: Type }>> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`The node ended with code ${code}.`))
    const hear = (message: FromNode) => {
      if (message.type !== type) return
      node.off('message', hear).off('exit', ended)
      resolve(message as Extract<FromNode, { type: Type }>)
    }
    node.on('message', hear).once('exit', ended)
  })
}

function show(name: string, { perSecond, nodeCpuMs, postgresCpuMs }: Round): void {
  console.log(
    `${name}: ${Math.round(perSecond)} assignments/s; CPU an assignment: node ${thousandth(nodeCpuMs)} ms, PostgreSQL ${thousandth(postgresCpuMs)} ms`,
  )
}

/** By a second of CPU of the process and PostgreSQL together: what a busy machine changes little. */
function perCpuSecond(rounds: readonly Round[]): number {
  return Math.round(1000 / median(rounds.map(round => round.nodeCpuMs + round.postgresCpuMs)))
}

/** CPU of the postmaster and all its processes, also of those that have ended, in ms. */
function postgresCpuMs(postmaster: number): number {
  const of = (pid: string | number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const own = of(postmaster)
  let ticks = Number(own[11]) + Number(own[12]) + Number(own[13]) + Number(own[14])
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const fields = of(pid)
      if (Number(fields[1]) === postmaster) ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // it has just ended
    }
  }
  return ticks * 10
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

function thousandth(n: number): number {
  return Math.round(n * 1000) / 1000
}
