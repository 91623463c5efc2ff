import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createUser, hashPassword } from '@centrala/server/auth/account.ts'
import { replayJournal } from '@centrala/server/routing/testing.ts'
import { rolePasswordOf } from '@centrala/server/wiring.ts'
import { type Database, openDatabase } from '@centrala/store/database.ts'
import { roleNames } from '@centrala/store/migrate.ts'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { cookieOf } from '../server.ts'
import { NODES_SECRET, type Nodes, serverNodes } from '../server-node.ts'
import { until } from '../until.ts'
import { judgeInteractions, mostLoad } from './judge.ts'
import { type Phase, visit, work } from './load.ts'

const SECONDS = Number(process.env.SECONDS ?? 120)
const VISITORS = Number(process.env.VISITORS ?? 16)
const AGENTS = Number(process.env.AGENTS ?? 8)
/** Longer than it takes a node to start, so that one of the two always runs. */
const KILL_MS = Number(process.env.KILL_MS ?? 15_000)
const PASSWORD = 'seven fault stones in a row'
const WEIGHTS = { chat: 25 }

let cluster: Nodes
let db: Database
let owner: pg.Client
beforeAll(async () => {
  cluster = await serverNodes(inject('ownerUrl'), 2, 21_020)
  for (const node of cluster.nodes) await node.start()
  db = openDatabase({
    ownerUrl: cluster.ownerUrl,
    roles: roleNames(cluster.prefix),
    rolePassword: rolePasswordOf(NODES_SECRET),
  })
  owner = new pg.Client(cluster.ownerUrl)
  await owner.connect()
}, 360_000)
afterAll(async () => {
  await owner?.end()
  await db?.close()
  await cluster?.remove()
}, 60_000)

test(
  'two server nodes killed in turn under load: nothing acknowledged is lost or doubled, no interaction has two owners, and the journal replays to the same decisions',
  async () => {
    const { tenantId, key, people } = await found()
    const phase: Phase = { writing: true, over: false }
    const originOf = (index: number) => cluster.nodes[index % 2]?.origin ?? ''
    const agents: ReturnType<typeof work>[] = []
    for (const [index, email] of people.entries())
      agents.push(work(originOf(index), await cookieOf(originOf(index), email, PASSWORD), phase))
    const visitors = Array.from({ length: VISITORS }, (_, index) => visit(originOf(index), key, 700, phase))

    const kills = [0, 0]
    const leases = async () =>
      Number((await owner.query('SELECT epoch FROM router_lease WHERE tenant_id = $1', [tenantId])).rows[0]?.epoch ?? 0)
    const offers = async () =>
      Number(
        (
          await owner.query("SELECT count(*) AS n FROM event WHERE tenant_id = $1 AND type = 'interaction.offered'", [
            tenantId,
          ])
        ).rows[0].n,
      )
    const waits: number[] = []
    const end = Date.now() + SECONDS * 1000
    while (Date.now() < end) {
      await sleep(KILL_MS * (0.5 + Math.random()))
      const { rows } = await owner.query('SELECT holder FROM router_lease WHERE tenant_id = $1', [tenantId])
      // Mostly the one that routes.
      const routes = cluster.nodes.findIndex(node => String(rows[0]?.holder).endsWith(node.folder))
      const victim = Math.random() < 0.75 ? routes : 1 - routes
      const before = await leases()
      await cluster.nodes[victim]?.kill()
      kills[victim]!++
      if (victim === routes) {
        const killedAt = Date.now()
        await until(async () => (await leases()) > before, 'another owner', 30_000)
        const made = await offers()
        await until(async () => (await offers()) > made, 'the next offer', 30_000).catch(() => {}) // nothing may wait
        waits.push(Date.now() - killedAt)
      }
      await cluster.nodes[victim]?.start()
    }
    phase.writing = false
    await until(
      () => visitors.every(({ unacknowledged }) => unacknowledged.size === 0),
      'every word to be acknowledged',
      60_000,
    )
    const left = async () =>
      Number(
        (
          await owner.query("SELECT count(*) AS n FROM interaction WHERE tenant_id = $1 AND state <> 'ended'", [
            tenantId,
          ])
        ).rows[0].n,
      )
    await until(async () => (await left()) === 0, 'all that waited to be served', 120_000).catch(() => {})
    const forgotten = await left()
    phase.over = true
    await Promise.all([...visitors, ...agents].map(each => each.done))

    const words = visitors.flatMap(({ acknowledged }) => acknowledged)
    const { rows: stored } = await owner.query<{ clientId: string }>(
      `SELECT client_id AS "clientId" FROM message WHERE tenant_id = $1 AND author = 'customer'`,
      [tenantId],
    )
    const times = Map.groupBy(stored, row => row.clientId)
    const lost = words.filter(({ clientId }) => !times.has(clientId))
    const doubled = words.filter(({ clientId }) => (times.get(clientId)?.length ?? 0) > 1)
    const wrong = await judgeInteractions(owner, tenantId)
    const load = await mostLoad(owner, tenantId, WEIGHTS)
    await until(async () => (await replayJournal(db, tenantId)).undecided === 0, 'the last turns').catch(() => {})
    const replayed = await replayJournal(db, tenantId)
    console.log(
      JSON.stringify({
        faults: 'nodes',
        kills,
        goes_on_ms: waits,
        words_acknowledged: words.length,
        accepted: agents.reduce((sum, { counts }) => sum + counts.accepted, 0),
        lost: lost.length,
        doubled: doubled.length,
        forgotten,
        most_load: load,
        wrong: wrong.length,
        replayed,
      }),
    )
    expect(words.length).toBeGreaterThan(50)
    expect(wrong).toEqual([])
    expect({ lost, doubled, forgotten }).toEqual({ lost: [], doubled: [], forgotten: 0 })
    expect(load).toBeLessThanOrEqual(100)
    expect(replayed).toMatchObject({ different: 0, undecided: 0 })
  },
  (SECONDS + 400) * 1000,
)

/** A company with a queue, a widget and people, put in directly: it is the faults that are tested here. */
async function found(): Promise<{ tenantId: string; key: string; people: string[] }> {
  const tenantId = randomUUID()
  const key = `nodes-${randomUUID()}`
  const profileId = await db.tenant(tenantId, async tx => {
    await tx.db.insertInto('tenant').values({ tenantId, slug: 'faults', name: 'Faults' }).execute()
    const queue = { name: 'Help', offerSeconds: 15, wrapUpSeconds: 20 }
    const { id: queueId } = await tx.db.insertInto('queue').values(queue).returning('id').executeTakeFirstOrThrow()
    const profile = { name: 'All', weights: JSON.stringify(WEIGHTS), interrupts: '{}' }
    const { id: routingProfileId } = await tx.db
      .insertInto('routingProfile')
      .values(profile)
      .returning('id')
      .executeTakeFirstOrThrow()
    await tx.db.insertInto('routingProfileQueue').values({ routingProfileId, queueId }).execute()
    await tx.db.insertInto('channelAccount').values({ channel: 'chat', name: 'Shop', key, queueId }).execute()
    return routingProfileId
  })
  const hash = await hashPassword(PASSWORD)
  const people = Array.from({ length: AGENTS }, (_, n) => `agent-${n}@faults.example`)
  for (const email of people)
    await createUser(db, tenantId, {
      name: email,
      email,
      password: PASSWORD,
      hash,
      roles: ['agent'],
      routingProfileId: profileId,
    })
  await db.tenant(tenantId, async tx => tx.emit({ type: 'configuration.changed', data: { noun: 'user' } }))
  return { tenantId, key, people }
}
