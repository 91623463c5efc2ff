import { createQueue } from '@centrala/api/queue.ts'
import { createRoutingProfile } from '@centrala/api/routing-profile.ts'
import {
  cancelWhatIf,
  deleteWhatIf,
  getWhatIf,
  listWhatIfs,
  startWhatIf,
  type WhatIf,
  WhatIfRules,
} from '@centrala/api/what-if.ts'
import { NO_CHANGES } from '@centrala/core/replay/change.ts'
import type { RoutingEvent } from '@centrala/core/routing/event.ts'
import { exponential } from '@centrala/core/simulate/law.ts'
import { seededRandom } from '@centrala/core/simulate/random.ts'
import { simulate } from '@centrala/core/simulate/simulate.ts'
import { HOUR_MS, MINUTE_MS, queueOf, sourceOf } from '@centrala/core/simulate/testing.ts'
import { appendTurns, journalDecision, type NewTurn } from '@centrala/store/routing-journal.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestTenant, type TestUser } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { chatDesk } from '../webchat/testing.ts'
import { readChanges } from './read-changes.ts'
import { readRulesFile } from './read-rules-file.ts'
import { replay } from './replay.ts'
import { forgetWhatIfs } from './what-if.ts'

let server: TestServer
let tenant: TestTenant
let ana: TestUser
let queueId: string
/** A Monday morning, three hours, with three agents where four are needed. */
const FROM = Date.UTC(2026, 2, 2, 8)
const TO = FROM + 3 * HOUR_MS
const period = { from: new Date(FROM).toISOString(), to: new Date(TO).toISOString() }

beforeAll(async () => {
  server = await startTestServer()
  tenant = await server.tenant()
  // Its router has begun its journal before the morning takes its place.
  await server.services.router.adopt(tenant.id)
  await server.services.router.settle()
  const profile = await tenant.client.call(createRoutingProfile, { body: { name: 'Phone', weights: { voice: 100 } } })
  const queue = await tenant.client.call(createQueue, {
    body: { name: 'Sales', targetSeconds: { voice: 20 }, routingProfileIds: [profile.id] },
  })
  queueId = queue.id
  const people = await Promise.all(
    ['Ana', 'Ivo', 'Eva'].map(name => tenant.user({ name, roles: ['supervisor'], routingProfileId: profile.id })),
  )
  ana = people[0] as TestUser
  await keepMorning(people.map(({ id }) => id))
})
afterAll(() => server?.close())

async function keepMorning(agentIds: string[]): Promise<void> {
  const turns: NewTurn[] = []
  const begin: RoutingEvent[] = [queueOf(queueId), ...agentIds.flatMap(agent)]
  const source = sourceOf(queueId, { perHour: 40, fromAt: FROM, patienceMs: exponential(4 * MINUTE_MS) })
  simulate({ startAt: FROM, endAt: TO, begin, sources: [source] }, seededRandom(1), (told, decisions, at) =>
    turns.push({
      at: new Date(at),
      start: turns.length === 0,
      told: [...told],
      decisions: decisions.map(journalDecision),
    }),
  )
  await server.services.db.tenant(tenant.id, async tx => {
    // The company's own router may have written of today already.
    await tx.query('DELETE FROM routing_journal', [])
    await appendTurns(tx, turns)
  })
}

const agent = (agentId: string): RoutingEvent[] => [
  {
    type: 'agent.set',
    at: FROM,
    agentId,
    name: agentId,
    skills: {},
    queues: [{ queueId, priority: 0, delayMs: 0 }],
    weights: { voice: 100 },
    interrupts: {},
    capacity: 100,
  },
  { type: 'agent.presence', at: FROM, agentId, state: 'available' },
]

async function ended(id: string, who = tenant): Promise<WhatIf> {
  return until(
    async () => {
      const whatIf = await who.client.call(getWhatIf, { params: { id } })
      return whatIf.state === 'waiting' || whatIf.state === 'running' ? undefined : whatIf
    },
    'the end of the what-if',
    60_000,
  )
}

test('a supervisor sees what one more agent would have done, beside what happened', async () => {
  const started = await ana.client.call(startWhatIf, {
    body: { name: 'One more', ...period, runs: 10, rules: { extraAgents: [{ likeAgentId: ana.id, count: 1 }] } },
  })
  expect(started).toMatchObject({ name: 'One more', state: 'waiting', createdBy: { id: ana.id, name: 'Ana' } })
  const { state, problem, result, progress, finishedAt } = await ended(started.id)
  expect({ state, problem, progress }).toEqual({ state: 'done', problem: null, progress: 1 })
  expect(finishedAt).not.toBeNull()
  expect(result?.exact).toMatchObject({ same: true, difference: null })
  expect(result?.exact.decisions).toBeGreaterThan(50)
  const sales = result?.queues.find(queue => queue.queueId === queueId)
  expect(sales).toMatchObject({ name: 'Sales', targetSeconds: { before: 20, after: 20 } })
  expect(sales?.row.truth.offered).toBeGreaterThan(80)
  expect(sales?.row.before.offered?.mean).toBe(sales?.row.truth.offered)
  expect(sales?.row.change.serviceLevel?.low).toBeGreaterThan(0.05)
  expect(sales?.row.change.abandonmentRate?.high).toBeLessThan(0)
  expect(sales?.model[0]).toMatchObject({ channel: 'voice' })
  expect(sales?.intervals.length).toBe(12)
  const { items, journalFrom } = await ana.client.call(listWhatIfs)
  expect(journalFrom && Date.parse(journalFrom)).toBe(FROM)
  expect(items[0]).toMatchObject({ id: started.id, state: 'done' })
})

test('changed rules of the queue mean what they would mean if they were saved, and nothing is saved', async () => {
  const { id } = await ana.client.call(startWhatIf, {
    body: {
      name: 'Late ones last',
      ...period,
      runs: 4,
      rules: {
        queues: [
          {
            queueId,
            priority: 50,
            steps: [{ afterSeconds: 0, requirements: [] }],
            targetSeconds: { voice: 120 },
            arrivals: 1.5,
          },
        ],
      },
    },
  })
  const { result } = await ended(id)
  const sales = result?.queues[0]
  expect(sales?.targetSeconds).toEqual({ before: 20, after: 120 })
  expect(sales?.row.after.offered?.mean).toBeGreaterThan((sales?.row.truth.offered ?? 0) * 1.3)
  const { rows } = await server.owner.query('SELECT priority, target_seconds FROM queue WHERE id = $1', [queueId])
  expect(rows).toEqual([{ priority: 0, target_seconds: { voice: 20 } }])
})

test('an agent in another profile and one who was absent change the figures', async () => {
  const idle = await tenant.client.call(createRoutingProfile, { body: { name: 'Nothing', weights: { voice: 100 } } })
  const { id } = await ana.client.call(startWhatIf, {
    body: {
      name: 'Fewer',
      ...period,
      runs: 4,
      rules: { agents: [{ agentId: ana.id, routingProfileId: idle.id }] },
    },
  })
  const { result } = await ended(id)
  expect(result?.queues[0]?.row.change.serviceLevel?.high).toBeLessThan(0)
})

test('a period that the journal does not hold is refused in words', async () => {
  const { id } = await ana.client.call(startWhatIf, {
    body: { name: 'Long ago', from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z', rules: {} },
  })
  const { state, problem } = await ended(id)
  expect(state).toBe('failed')
  expect(problem).toContain('holds nothing between 2020-01-01')
})

test('a cancelled what-if ends, and a removed one is gone', async () => {
  const { id } = await ana.client.call(startWhatIf, {
    body: { name: 'Too long', ...period, runs: 200, rules: {} },
  })
  const cancelled = await ana.client.call(cancelWhatIf, { params: { id } })
  expect(cancelled.state).toBe('cancelled')
  expect((await ana.client.call(getWhatIf, { params: { id } })).result).toBeNull()
  await ana.client.call(deleteWhatIf, { params: { id } })
  await expect(ana.client.call(getWhatIf, { params: { id } })).rejects.toMatchObject({ status: 404 })
})

test('what was simulated more than thirty days ago is forgotten', async () => {
  const body = { ...period, runs: 2, rules: {} }
  const { id: old } = await ana.client.call(startWhatIf, { body: { ...body, name: 'Old' } })
  const { id: recent } = await ana.client.call(startWhatIf, { body: { ...body, name: 'Recent' } })
  // What still ran would go on reading the journal in the next test.
  for (const id of [old, recent]) await ended(id)
  const age = 'UPDATE what_if SET created_at = now() - make_interval(days => $2) WHERE id = $1'
  await server.owner.query(age, [old, 31])
  await server.owner.query(age, [recent, 29])
  expect(await server.services.db.tenant(tenant.id, forgetWhatIfs)).toBe(1)
  const left = (await ana.client.call(listWhatIfs)).items.map(({ id }) => id)
  expect([left.includes(old), left.includes(recent)]).toEqual([false, true])
  await ana.client.call(deleteWhatIf, { params: { id: recent } })
})

test('nothing is kept open in the database while it simulates, however long that takes, and it ends where that is too long', async () => {
  const { db } = server.services
  const wanted = { from: new Date(FROM), to: new Date(TO), changes: NO_CHANGES, runs: 5 }
  const looks: Promise<{ rows: { count: number }[] }>[] = []
  const progress = () =>
    looks.push(
      server.owner.query(
        `SELECT count(*)::int AS count FROM pg_stat_activity
          WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE '%routing_journal%'`,
      ),
    )
  await replay(db, tenant.id, { ...wanted, progress })
  expect(looks.length).toBe(5)
  for (const { rows } of await Promise.all(looks)) expect(rows).toEqual([{ count: 0 }])
  await expect(replay(db, tenant.id, { ...wanted, runs: 200, mostMs: 0 })).rejects.toMatchObject({
    code: 'whatIf.tooLong',
  })
})

test('bad periods and ids that name nothing are refused before anything runs', async () => {
  const start = (body: object) =>
    ana.client.call(startWhatIf, { body: { name: 'Bad', ...period, rules: {}, ...body } as never })
  await expect(start({ to: period.from })).rejects.toMatchObject({ status: 400 })
  await expect(start({ to: '2026-04-02T08:00:00Z' })).rejects.toMatchObject({ status: 400 })
  await expect(start({ from: '2999-01-01T00:00:00Z', to: '2999-01-02T00:00:00Z' })).rejects.toMatchObject({
    status: 400,
  })
  const stranger = crypto.randomUUID()
  for (const rules of [
    { queues: [{ queueId: stranger }] },
    { agents: [{ agentId: stranger }] },
    { agents: [{ agentId: ana.id, routingProfileId: stranger }] },
    { agents: [{ agentId: ana.id, skills: [{ skillId: stranger, proficiency: 3 }] }] },
    { extraAgents: [{ likeAgentId: stranger, count: 1 }] },
  ])
    await expect(start({ rules })).rejects.toMatchObject({ status: 400 })
})

test('a rules file may name people and queues, and says where it is wrong', async () => {
  const read = (rules: object | string) =>
    server.services.db.tenant(tenant.id, tx =>
      readRulesFile(tx, typeof rules === 'string' ? rules : JSON.stringify(rules)),
    )
  const extraAgents = [{ likeAgentId: 'Ana', count: 1 }]
  expect(await read({ queues: [{ queueId: 'Sales', arrivals: 2 }], extraAgents })).toEqual({
    queues: [{ queueId, arrivals: 2 }],
    agents: [],
    extraAgents: [{ likeAgentId: ana.id, count: 1 }],
  })
  await expect(read('{')).rejects.toThrow('not JSON')
  await expect(read({ queues: [{ queueId: 'Nowhere' }] })).rejects.toThrow('“Nowhere” as queueId: there is none')
  await expect(read({ queues: [{ queueId: 'Sales', arrivals: 99 }] })).rejects.toThrow(
    'queues.0.arrivals: Write 0.1 to 10.',
  )
})

test('a queue’s order by service level, bound and reserve are simulated as they would be saved', async () => {
  const policy = {
    order: 'serviceLevel' as const,
    curve: [],
    handleSeconds: 300,
    maxWaitSeconds: { voice: 90 },
    reserves: [{ queueId, skillId: null, keep: 2, unlessWaiting: 3, unlessWaitedSeconds: null }],
  }
  const changes = await readChanges(
    server.services.db,
    tenant.id,
    WhatIfRules.parse({ queues: [{ queueId, policy }] }),
    new Date(FROM),
    new Date(TO),
  )
  const { rules } = changes.queues.get(queueId) ?? {}
  expect(rules?.curves?.voice?.length).toBe(2)
  expect(rules).toMatchObject({ maxWaitMs: { voice: 90_000 }, reserves: [{ queueId, keep: 2, unlessWaiting: 3 }] })
  const { id } = await ana.client.call(startWhatIf, {
    body: { name: 'Kept free', ...period, runs: 4, rules: { queues: [{ queueId, policy }] } },
  })
  const { result } = await ended(id)
  // Two of three agents are kept free until three wait: that makes people wait.
  expect(result?.queues[0]?.row.change.averageSpeedOfAnswer?.low).toBeGreaterThan(0)
})

test('agents may not start one, and another tenant sees none of them', async () => {
  const agent = await tenant.user({ roles: ['agent'] })
  await expect(agent.client.call(startWhatIf, { body: { name: 'Mine', ...period, rules: {} } })).rejects.toMatchObject({
    status: 403,
  })
  const { items } = await tenant.client.call(listWhatIfs)
  const other = await server.tenant()
  expect((await other.client.call(listWhatIfs)).items).toEqual([])
  await expect(other.client.call(getWhatIf, { params: { id: items[0]?.id ?? '' } })).rejects.toMatchObject({
    status: 404,
  })
})

test('what the real router decided is decided again exactly', async () => {
  const from = new Date(Date.now() - 60_000)
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  await visitor.hello()
  await visitor.write('Hello')
  await server.services.router.settle()
  await until(
    async () =>
      (
        await server.services.db.tenant(desk.tenant.id, tx =>
          tx.query("SELECT 1 FROM routing_journal WHERE told::text LIKE '%interaction.queued%'", []),
        )
      ).length > 0,
    'the journal of the contact',
  )
  const { id } = await desk.tenant.client.call(startWhatIf, {
    body: {
      name: 'Just now',
      from: from.toISOString(),
      to: new Date(Date.now() + 1000).toISOString(),
      runs: 2,
      rules: {},
    },
  })
  const { result, problem } = await ended(id, desk.tenant)
  expect(problem).toBeNull()
  expect(result?.exact.same).toBe(true)
  expect(result?.queues[0]?.row.truth.offered).toBe(1)
  await visitor.close()
})
