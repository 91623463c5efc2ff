import { PRESENCES } from '@centrala/core/presence/presence.ts'
import { fold } from '@centrala/core/report/fold.ts'
import { type Place, TOTAL_NAMES, type Totals } from '@centrala/core/report/totals.ts'
import { type Database, openDatabase, type Tx } from '@centrala/store/database.ts'
import { changeInteraction, openInteraction } from '@centrala/store/interaction-store.ts'
import { sumTotals } from '@centrala/store/report-query.ts'
import {
  forgetRollups,
  readReportEvents,
  readRollups,
  readTargets,
  rollUp,
  TOTAL_COLUMNS,
} from '@centrala/store/report-store.ts'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { cloneDatabase, TEST_ROLES, TEST_SECRET } from '../../../../tests/database.ts'
import { rolePasswordOf } from '../wiring.ts'

let db: Database
let owner: pg.Client
let drop: () => Promise<void>
let made = 0

beforeAll(async () => {
  const database = await cloneDatabase(inject('ownerUrl'))
  db = openDatabase({ ownerUrl: database.url, roles: TEST_ROLES, rolePassword: rolePasswordOf(TEST_SECRET) })
  owner = new pg.Client(database.url)
  await owner.connect()
  drop = database.drop
})
afterAll(async () => {
  await owner.end()
  await db.close()
  await drop()
})

const START = Date.UTC(2026, 0, 12, 8)
const MINUTE = 60_000

interface House {
  tenantId: string
  queues: string[]
  agents: string[]
}

async function house(): Promise<House> {
  const { rows } = await owner.query<{ id: string }>(
    "INSERT INTO tenant (slug, name, time_zone) VALUES ($1, 'T', 'Europe/Zagreb') RETURNING tenant_id AS id",
    [`report-${++made}`],
  )
  const tenantId = rows[0]?.id ?? ''
  return db.tenant(tenantId, async tx => ({
    tenantId,
    queues: (await tx.query<{ id: string }>("INSERT INTO queue (name) VALUES ('A'), ('B') RETURNING id")).map(
      r => r.id,
    ),
    agents: (
      await tx.query<{ id: string }>(
        // A chat takes a third of Ana, and all of Iva, who has no profile.
        `WITH profile AS (INSERT INTO routing_profile (name, weights) VALUES ('Chats', '{"chat": 33}') RETURNING id)
         INSERT INTO users (name, email, routing_profile_id) SELECT 'Ana', 'a@x.hr', id FROM profile UNION ALL SELECT 'Iva', 'i@x.hr', NULL RETURNING id`,
      )
    ).map(r => r.id),
  }))
}

async function newContact(tx: Tx, at: Date): Promise<string> {
  const customer = await tx.db.insertInto('customer').values({ name: 'K' }).returning('id').executeTakeFirstOrThrow()
  const conversation = await tx.db
    .insertInto('conversation')
    .values({ customerId: customer.id })
    .returning('id')
    .executeTakeFirstOrThrow()
  const interaction = await openInteraction(tx, {
    conversationId: conversation.id,
    customerId: customer.id,
    channel: 'chat',
    channelAccountId: null,
    direction: 'inbound',
    at,
  })
  return interaction.id
}

/** Rolls up everything committed so far. Transactions of other tests on this server hold the log's horizon back: they are waited for. */
const catchUp = async (tenantId: string) => {
  const { rows } = await owner.query<{ upTo: string }>('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS "upTo"')
  await vi.waitFor(
    async () => {
      const settled = await owner.query<{ ok: boolean }>(
        'SELECT pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8 AS ok',
        [rows[0]?.upTo],
      )
      expect(settled.rows[0]?.ok).toBe(true)
    },
    { timeout: 20_000, interval: 5 },
  )
  while (await db.tenant(tenantId, rollUp)) {}
}

/** Rows in one comparable order, without zeros. */
const comparable = (rows: Iterable<Place & { totals: Totals }>) =>
  [...rows]
    .map(({ totals, ...place }) => {
      const told = Object.fromEntries(TOTAL_NAMES.filter(name => totals[name] !== 0).map(name => [name, totals[name]]))
      return { ...place, ...told }
    })
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

const recomputed = (tenantId: string) =>
  db.tenant(tenantId, async tx => comparable(fold(await readReportEvents(tx, 'true', []), await readTargets(tx))))
const stored = (tenantId: string) => db.tenant(tenantId, async tx => comparable(await readRollups(tx)))

test('the table has a column for every total', async () => {
  const { rows } = await owner.query<{ name: string }>(
    "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'report_rollup'",
  )
  const columns = rows.map(row => row.name)
  for (const { column } of TOTAL_COLUMNS) expect(columns).toContain(column)
})

type Deed =
  | { do: 'open' }
  | { do: 'command'; contact: number; agent: number; queue: number; what: number; minutes: number }
  | { do: 'presence'; agent: number; state: number; back: number }
  | { do: 'answer'; contact: number; score: number }
  | { do: 'judge'; contact: number; first: boolean; resolved: boolean }
  | { do: 'target'; queue: number; seconds: number }
  | { do: 'rollUp' }

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('open' as const) }) },
  {
    weight: 24,
    arbitrary: fc.record({
      do: fc.constant('command' as const),
      contact: fc.nat(5),
      agent: fc.nat(1),
      queue: fc.nat(1),
      what: fc.nat(11),
      minutes: fc.nat(25),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('presence' as const),
      agent: fc.nat(1),
      state: fc.nat(5),
      back: fc.nat(40),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      contact: fc.nat(5),
      score: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('judge' as const),
      contact: fc.nat(5),
      first: fc.boolean(),
      resolved: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('target' as const),
      queue: fc.nat(1),
      seconds: fc.integer({ min: 1, max: 900 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('rollUp' as const) }) },
)

async function live(deeds: Deed[]): Promise<House> {
  const place = await house()
  const { tenantId, queues, agents } = place
  const contacts: string[] = []
  let now = START
  for (const one of deeds) {
    const at = () => new Date(now)
    if (one.do === 'rollUp') {
      await db.tenant(tenantId, rollUp)
      continue
    }
    await db.tenant(tenantId, async tx => {
      if (one.do === 'open') contacts.push(await newContact(tx, at()))
      if (one.do === 'target')
        await tx.query('UPDATE queue SET target_seconds = $2 WHERE id = $1', [
          queues[one.queue],
          JSON.stringify({ chat: one.seconds }),
        ])
      if (one.do === 'presence') {
        // now and then an event tells of a moment that is past
        const told = new Date(now - (one.back > 30 ? one.back * MINUTE : 0))
        tx.emit({
          type: 'presence.changed',
          at: told,
          userId: agents[one.agent],
          data: { state: PRESENCES[one.state] },
        })
      }
      const id = 'contact' in one ? contacts[one.contact % Math.max(1, contacts.length)] : undefined
      if (id && one.do === 'answer')
        tx.emit({ type: 'survey.answered', at: at(), interactionId: id, data: { score: one.score } })
      if (id && one.do === 'judge')
        tx.emit({
          type: 'interaction.judged',
          at: at(),
          interactionId: id,
          data: { first: one.first, resolved: one.resolved },
        })
      if (id && one.do === 'command') {
        now += one.minutes * MINUTE
        const agentId = agents[one.agent] ?? ''
        const queueId = queues[one.queue] ?? ''
        const command = (
          [
            { type: 'queue', queueId },
            { type: 'queue', queueId },
            { type: 'offer', agentId, expiresAt: now + 3_600_000 },
            { type: 'offer', agentId, expiresAt: now + 3_600_000 },
            { type: 'accept', agentId },
            { type: 'accept', agentId },
            { type: one.minutes % 2 ? 'reject' : 'expire', agentId },
            { type: 'assign', agentId },
            { type: 'transfer', queueId, preferredAgentId: null },
            { type: 'end', outcome: 'handled', wrapUpMs: one.minutes % 3 ? 60_000 : null },
            { type: 'abandon', shortMs: 5000 },
            { type: 'wrapUp' },
          ] as const
        )[one.what]
        // a node's clock may be behind the others'
        const behind = one.minutes % 5 === 3 ? 12 * MINUTE : 0
        if (command) await changeInteraction(tx, id, command, { at: new Date(now - behind) })
      }
    })
  }
  return place
}

test('rollups kept step by step equal recomputation from raw events, whatever happened and however late it was told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 40, maxLength: 90 }), async deeds => {
      const { tenantId } = await live([{ do: 'open' }, { do: 'open' }, { do: 'open' }, ...deeds])
      await catchUp(tenantId)
      expect(await stored(tenantId)).toEqual(await recomputed(tenantId))
    }),
    { numRuns: Number(process.env.REPORT_RUNS ?? 25) },
  )
}, 120_000)

test('rolling up twice, and anew from nothing, changes no figure', async () => {
  const deeds = fc.sample(fc.array(deed, { minLength: 200, maxLength: 300 }), { numRuns: 1, seed: 7 })[0] ?? []
  const { tenantId } = await live(deeds)
  await catchUp(tenantId)
  const first = await stored(tenantId)
  expect(first.length).toBeGreaterThan(5)
  await catchUp(tenantId)
  expect(await stored(tenantId)).toEqual(first)
  await db.tenant(tenantId, forgetRollups)
  expect(await stored(tenantId)).toEqual([])
  await catchUp(tenantId)
  expect(await stored(tenantId)).toEqual(first)
})

test('what commits late is counted, and nothing twice', async () => {
  const { tenantId, queues } = await house()
  const id = await db.tenant(tenantId, tx => newContact(tx, new Date(START)))
  let release = () => {}
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  let began = () => {}
  const begun = new Promise<void>(resolve => {
    began = resolve
  })
  const late = db.tenant(tenantId, async tx => {
    await changeInteraction(tx, id, { type: 'queue', queueId: queues[0] ?? '' }, { at: new Date(START) })
    began()
    await held
  })
  await begun
  const other = await db.tenant(tenantId, tx => newContact(tx, new Date(START)))
  await db.tenant(tenantId, tx =>
    changeInteraction(tx, other, { type: 'queue', queueId: queues[0] ?? '' }, { at: new Date(START) }),
  )
  await db.tenant(tenantId, rollUp)
  release()
  await late
  await catchUp(tenantId)
  expect(await stored(tenantId)).toEqual(await recomputed(tenantId))
  const sum = await db.tenant(tenantId, tx => sumTotals(tx, { ...DAY, groupBy: null }))
  expect(sum.total.offered).toBe(2)
})

const DAY = {
  from: new Date(START - 8 * 3_600_000),
  to: new Date(START + 16 * 3_600_000),
  now: new Date(START + 3_600_000),
}

test('a contact that is told of late fills the time of an agent that had been counted already', async () => {
  const { tenantId, agents } = await house()
  const [agentId = ''] = agents
  const id = await db.tenant(tenantId, async tx => {
    tx.emit({ type: 'presence.changed', at: new Date(START), userId: agentId, data: { state: 'available' } })
    tx.emit({
      type: 'presence.changed',
      at: new Date(START + 60 * MINUTE),
      userId: agentId,
      data: { state: 'offline' },
    })
    return newContact(tx, new Date(START))
  })
  await catchUp(tenantId)
  await db.tenant(tenantId, tx =>
    changeInteraction(tx, id, { type: 'assign', agentId }, { at: new Date(START + 20 * MINUTE) }),
  )
  await catchUp(tenantId)
  expect(await stored(tenantId)).toEqual(await recomputed(tenantId))
  const sum = await db.tenant(tenantId, tx => sumTotals(tx, { ...DAY, groupBy: null }))
  expect(sum.total.occupiedMs).toBe(40 * MINUTE)
})

test('what still goes on is added when a report is read: a wait beyond the target, and the present state up to now', async () => {
  const { tenantId, queues, agents } = await house()
  await db.tenant(tenantId, async tx => {
    const id = await newContact(tx, new Date(START))
    await changeInteraction(tx, id, { type: 'queue', queueId: queues[0] ?? '' }, { at: new Date(START) })
    const held = await newContact(tx, new Date(START))
    await changeInteraction(
      tx,
      held,
      { type: 'assign', agentId: agents[0] ?? '' },
      { at: new Date(START + 30 * MINUTE) },
    )
    tx.emit({ type: 'presence.changed', at: new Date(START), userId: agents[0] ?? '', data: { state: 'available' } })
  })
  await catchUp(tenantId)
  const read = (now: number) =>
    db.tenant(tenantId, async tx => (await sumTotals(tx, { ...DAY, now: new Date(now), groupBy: null })).total)
  expect(await read(START + 20_000)).toMatchObject({ offered: 1, overdue: 0 })
  expect(await read(START + 60 * MINUTE)).toMatchObject({
    overdue: 1,
    availableMs: 60 * MINUTE,
    occupiedMs: 30 * MINUTE,
  })
})

test('days and weeks are those of the time zone asked for, also when the clocks change', async () => {
  const { tenantId, queues } = await house()
  // 28 March 2026, 23:30 in Zagreb; 29 March 00:30; and after the change, 29 March 23:30
  const moments = ['2026-03-28T22:30:00Z', '2026-03-28T23:30:00Z', '2026-03-29T21:30:00Z']
  for (const moment of moments)
    await db.tenant(tenantId, async tx => {
      const id = await newContact(tx, new Date(moment))
      await changeInteraction(tx, id, { type: 'queue', queueId: queues[0] ?? '' }, { at: new Date(moment) })
    })
  await catchUp(tenantId)
  const { rows } = await db.tenant(tenantId, tx =>
    sumTotals(tx, {
      from: new Date('2026-03-01'),
      to: new Date('2026-05-01'),
      now: new Date('2026-05-01'),
      groupBy: 'interval',
      step: 'day',
      timeZone: 'Europe/Zagreb',
    }),
  )
  expect(rows.map(row => [row.key, row.totals.offered])).toEqual([
    ['2026-03-27T23:00:00.000Z', 1],
    ['2026-03-28T23:00:00.000Z', 2],
  ])
})
