import { changeQueue, createQueue } from '@centrala/api/queue.ts'
import { createRoutingProfile } from '@centrala/api/routing-profile.ts'
import type { Command } from '@centrala/core/interaction/interaction.ts'
import { seededDraw } from '@centrala/core/routing/random-events.ts'
import type { Tx } from '@centrala/store/database.ts'
import { openInteraction } from '@centrala/store/interaction-store.ts'
import { forgetTurns, readJournal } from '@centrala/store/routing-journal.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { commandInteraction } from '../interaction/command-interaction.ts'
import { setPresence } from '../presence/set-presence.ts'
import { Refusal } from '../refusal.ts'
import { isPassing } from '../voice/passing.ts'
import { takeLease } from './lease.ts'
import { replayJournal } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server?.close())

async function centre(agents: number) {
  const { db, router } = server.services
  const tenant = await server.tenant()
  await router.adopt(tenant.id)
  const queueIds: string[] = []
  for (const name of ['Help', 'Sales'])
    queueIds.push((await tenant.client.call(createQueue, { body: { name, offerSeconds: 5 } })).id)
  const { id: routingProfileId } = await tenant.client.call(createRoutingProfile, {
    body: {
      name: 'All',
      weights: { chat: 40, email: 30 },
      queues: queueIds.map((queueId, priority) => ({ queueId, priority, delaySeconds: 0 })),
    },
  })
  const agentIds: string[] = []
  for (let index = 0; index < agents; index++) agentIds.push((await tenant.user({ routingProfileId })).id)
  const customerId = await db.tenant(tenant.id, async tx => {
    tx.emit({ type: 'configuration.changed', data: { noun: 'user' } })
    return (await tx.db.insertInto('customer').values({ name: 'Eva' }).returning('id').executeTakeFirstOrThrow()).id
  })
  const arrive = async (tx: Tx, channel: string, queueId: string) => {
    const values = { customerId }
    const { id } = await tx.db.insertInto('conversation').values(values).returning('id').executeTakeFirstOrThrow()
    const fresh = { conversationId: id, customerId, channel, channelAccountId: null, direction: 'inbound' } as const
    const interaction = await openInteraction(tx, fresh)
    await commandInteraction(tx, interaction.id, { type: 'queue', queueId })
    return interaction.id
  }
  return { tenant, queueIds, agentIds, arrive }
}

const journalled = (tenantId: string) =>
  server.services.db.tenant(tenantId, tx =>
    tx.query<{ start: boolean }>('SELECT start FROM routing_journal ORDER BY seq', []),
  )

test('a busy day, with a fault in it, is in the journal: told the same, a router decides the same, and nothing was offered that is not in it', async () => {
  const { tenant, queueIds, agentIds, arrive } = await centre(6)
  const { db, router } = server.services
  const draw = seededDraw(7)
  const any = <T>(list: readonly T[]): T => list[draw(list.length)] as T
  const act = async (tx: Tx) => {
    const kind = any([
      'arrive',
      'arrive',
      'accept',
      'accept',
      'reject',
      'end',
      'end',
      'abandon',
      'presence',
      'presence',
    ])
    if (kind === 'arrive') return arrive(tx, any(['chat', 'email']), any(queueIds))
    if (kind === 'presence') return setPresence(tx, any(agentIds), { state: any(['available', 'available', 'away']) })
    const state = { accept: 'offered', reject: 'offered', end: 'active', abandon: 'queued' }[kind] ?? ''
    const [row] = await tx.query<{ id: string; agentId: string }>(
      'SELECT id, agent_id AS "agentId" FROM interaction WHERE state = $1 ORDER BY random() LIMIT 1',
      [state],
    )
    if (!row) return
    const commands: Record<string, Command> = {
      accept: { type: 'accept', agentId: row.agentId },
      reject: { type: 'reject', agentId: row.agentId },
      end: { type: 'end', outcome: 'handled', wrapUpMs: null },
      abandon: { type: 'abandon', shortMs: 0 },
    }
    const command = commands[kind]
    if (command) await commandInteraction(tx, row.id, command)
  }
  const worker = async (bears: (error: unknown) => boolean = error => error instanceof Refusal) => {
    for (let turn = 0; turn < 120; turn++)
      await db.tenant(tenant.id, act).catch(error => {
        if (!bears(error)) throw error
      })
  }
  await Promise.all([worker(), worker(), worker()])
  // Connections are cut, of this database alone, until a cut has met the router at work: it starts over, which begins a stretch.
  const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'centrala %app'`
  await until(
    async () => {
      const during = Promise.all([worker(), worker(), worker()].map(work => work.catch(() => {}))) // some meet the cut
      await new Promise(resolve => setTimeout(resolve, 20 + draw(150)))
      await server.owner.query(cut)
      await during
      const turns = await journalled(tenant.id).catch(() => []) // on a connection that was cut
      return turns.filter(({ start }) => start).length > 1
    },
    'a cut to meet the router',
    25_000,
  )
  // The last cut may not have reached every connection yet.
  const after = () => worker(error => error instanceof Refusal || isPassing(error))
  await Promise.all([after(), after(), after()])
  await router.settle()
  await until(async () => (await replayJournal(db, tenant.id)).undecided === 0, 'the last turns')
  const replayed = await replayJournal(db, tenant.id)
  expect(replayed).toMatchObject({ different: 0, undecided: 0 })
  expect(replayed.decisions).toBeGreaterThan(50)
  expect(replayed.stretches).toBeGreaterThan(1)
}, 60_000)

test('a router whose lease was taken decides nothing any more', async () => {
  const { tenant, queueIds, agentIds, arrive } = await centre(1)
  const { db, router } = server.services
  await router.settle()
  // At once, for its holder renews it.
  const lease = await db.tenant(tenant.id, async tx => {
    await tx.query("UPDATE router_lease SET expires_at = now() - interval '1 second'")
    return takeLease(tx, 'another node')
  })
  expect(lease?.epoch).toBeGreaterThan(1)
  await db.tenant(tenant.id, tx => setPresence(tx, agentIds[0] ?? '', { state: 'available' }))
  await db.tenant(tenant.id, tx => arrive(tx, 'chat', queueIds[0] ?? ''))
  await until(() => !router.owns(tenant.id), 'the router to know that it is no longer the owner')
  const { rows } = await server.owner.query(
    "SELECT 1 FROM event WHERE tenant_id = $1 AND type = 'interaction.offered'",
    [tenant.id],
  )
  expect(rows).toEqual([])
})

test('the journal forgets whole stretches: what is left can be replayed', async () => {
  const { tenant } = await centre(1)
  const { db } = server.services
  await until(async () => (await journalled(tenant.id)).length > 0, 'the first stretch')
  await db.tenant(tenant.id, async tx => {
    await tx.query('DELETE FROM routing_journal', [])
    await tx.query(
      `INSERT INTO routing_journal (at, start, told, decisions) SELECT now() - make_interval(days => 10 - n), n IN (1, 4, 7), '[]', '[]' FROM generate_series(1, 9) n`,
      [],
    )
    // Five days ago the stretch of day 4 went on, so it stays whole.
    expect(await forgetTurns(tx, new Date(Date.now() - 4.5 * 86_400_000), 100)).toBe(3)
    // Not up to now: the company's own router goes on writing.
    const to = new Date(Date.now() - 0.5 * 86_400_000)
    const left: boolean[] = []
    for await (const turn of readJournal(tx, new Date(Date.now() - 2.5 * 86_400_000), to)) left.push(turn.start)
    expect(left).toEqual([true, false, false])
    const all: boolean[] = []
    for await (const turn of readJournal(tx, new Date(0), to)) all.push(turn.start)
    expect(all).toEqual([true, false, false, true, false, false])
  })
})

test('of a change of settings only what changed is told, so that a large company does not fill the journal', async () => {
  const { tenant, queueIds, agentIds } = await centre(4)
  const [queueId = ''] = queueIds
  const told = () =>
    server.services.db.tenant(tenant.id, async tx => {
      const all: unknown[] = []
      for await (const turn of readJournal(tx, new Date(0), new Date())) all.push(...turn.told)
      return all
    })
  await until(async () => {
    const text = JSON.stringify(await told())
    return agentIds.every(id => text.includes(id))
  }, 'the settings of the beginning')
  const before = (await told()).length
  await tenant.client.call(changeQueue, { params: { id: queueId }, body: { priority: 7 } })
  await until(async () => JSON.stringify((await told()).slice(before)).includes('queue.set'), 'the change')
  const set = (await told()).slice(before).filter(event => /\.set$/.test((event as { type: string }).type))
  expect(set).toMatchObject([{ type: 'queue.set', queueId, priority: 7 }])
})
