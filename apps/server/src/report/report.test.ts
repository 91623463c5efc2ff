import { exportReport, getFairness, getReport, listMetrics, listSurveyAnswers } from '@centrala/api/report.ts'
import { superviseNow } from '@centrala/api/supervise.ts'
import { METRICS, type Metric } from '@centrala/core/report/metric.ts'
import { changeInteraction, openInteraction } from '@centrala/store/interaction-store.ts'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestServer, type TestServer, type TestTenant } from '../../../../tests/server.ts'
import { answerSurvey } from '../survey/answer-survey.ts'
import { judgeContacts } from './judge-contacts.ts'

let server: TestServer
let tenant: TestTenant
let queueId: string
let agentId: string
const MINUTE = 60_000
const DAY = 86_400_000
/** Ten days ago at a full hour: old enough to be judged. */
const START = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 10 * DAY

beforeAll(async () => {
  server = await startTestServer()
  tenant = await server.tenant()
  const ids = await server.services.db.tenant(tenant.id, async tx => ({
    queue: await tx.db.insertInto('queue').values({ name: '=cmd|calc' }).returning('id').executeTakeFirstOrThrow(),
    agent: await tx.db
      .insertInto('users')
      .values({ name: 'Ana', email: 'ana@example.com' })
      .returning('id')
      .executeTakeFirstOrThrow(),
  }))
  queueId = ids.queue.id
  // A zone in which it is noon, so that "today" holds the last minutes and the next. (Its signs are turned round: Etc/GMT-3 is three hours ahead.)
  const ahead = 12 - new Date().getUTCHours()
  const zone = ahead === 0 ? 'UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`
  await server.owner.query('UPDATE tenant SET time_zone = $2 WHERE tenant_id = $1', [tenant.id, zone])
  agentId = ids.agent.id
})
afterAll(() => server.close())

async function contact(start: number, customerId?: string): Promise<{ id: string; customerId: string }> {
  return server.services.db.tenant(tenant.id, async tx => {
    const customer =
      customerId ??
      (await tx.db.insertInto('customer').values({ name: 'K' }).returning('id').executeTakeFirstOrThrow()).id
    const conversation = await tx.db
      .insertInto('conversation')
      .values({ customerId: customer })
      .returning('id')
      .executeTakeFirstOrThrow()
    const at = (minutes: number) => ({ at: new Date(start + minutes * MINUTE) })
    const { id } = await openInteraction(tx, {
      conversationId: conversation.id,
      customerId: customer,
      channel: 'chat',
      channelAccountId: null,
      direction: 'inbound',
      ...at(0),
    })
    await changeInteraction(tx, id, { type: 'queue', queueId }, at(0))
    await changeInteraction(tx, id, { type: 'offer', agentId, expiresAt: start + 10 * MINUTE }, at(0.1))
    await changeInteraction(tx, id, { type: 'accept', agentId }, at(0.25))
    await changeInteraction(tx, id, { type: 'end', outcome: 'handled', wrapUpMs: null }, at(10.25))
    return { id, customerId: customer }
  })
}

const period = { from: new Date(START).toISOString(), to: new Date(START + DAY).toISOString() }
const overview = (more = {}) =>
  tenant.client.call(getReport, { params: { id: 'overview' }, query: { ...period, ...more } })
const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 100 })

test('figures follow the events by themselves, with their definitions beside them', async () => {
  await contact(START)
  await eventually(async () => {
    const report = await overview()
    expect(report.total).toMatchObject({
      offered: 1,
      answered: 1,
      serviceLevel: 1,
      averageSpeedOfAnswer: 15_000,
      averageHandleTime: 600_000,
    })
    expect(report.rows).toMatchObject([{ key: queueId, name: '=cmd|calc', values: { offered: 1, occupancy: null } }])
    expect(report.metrics.find(metric => metric.id === 'serviceLevel')?.formula).toMatch(
      /÷ \(offered − short abandons\)/,
    )
  })
  const byAgent = await overview({ groupBy: 'agent' })
  // a share of what was offered to the queue says nothing about one agent
  expect(byAgent.rows).toMatchObject([
    { key: agentId, name: 'Ana', values: { answered: 1, offered: null, serviceLevel: null } },
  ])
  // nor does an agent's time say anything about one queue
  expect((await overview({ queueId })).total).toMatchObject({ offered: 1, occupancy: null })
  const byHour = await overview({ groupBy: 'interval', interval: 'hour', timeZone: 'Europe/Zagreb' })
  expect(byHour.rows).toMatchObject([{ key: new Date(START).toISOString(), values: { offered: 1 } }])
})

test('every metric is told with its definition', async () => {
  const { metrics, reports } = await tenant.client.call(listMetrics)
  const told = ({ id, version, formula, counted }: Pick<Metric, 'id' | 'version' | 'formula' | 'counted'>) => ({
    id,
    version,
    formula,
    counted,
  })
  expect(metrics.filter(metric => !metric.live).map(told)).toEqual(METRICS.map(told))
  for (const report of reports) expect(report.metrics.length).toBeGreaterThan(2)
})

test('the CSV opens safely in a spreadsheet', async () => {
  const csv = await tenant.client.call(exportReport, {
    params: { id: 'service' },
    query: { ...period, groupBy: 'queue' },
  })
  const [head, row, total] = String(csv)
    .replace(/^\uFEFF/, '')
    .split('\r\n')
  expect(head).toBe(
    'Queue,Offered,Answered,Service level (0–1),Average speed of answer (s),Abandoned,Abandonment rate (0–1),Short abandons',
  )
  expect(row).toBe("'=cmd|calc,1,1,1,15,0,0,0")
  expect(total).toBe('Total,1,1,1,15,0,0,0')
})

test('a bad period is refused with the field', async () => {
  const refused = (query: object) =>
    tenant.client.call(getReport, { params: { id: 'overview' }, query: { ...period, ...query } })
  await expect(refused({ to: period.from })).rejects.toMatchObject({
    problem: { status: 400, fields: [{ path: 'query.to' }] },
  })
  await expect(refused({ groupBy: 'interval', interval: '15m', from: '2020-01-01T00:00:00Z' })).rejects.toMatchObject({
    problem: { status: 400, fields: [{ path: 'query.interval' }] },
  })
  await expect(refused({ timeZone: 'Mars/Base' })).rejects.toMatchObject({ problem: { status: 400 } })
  const agent = await tenant.key(['self', 'inbox.handle'])
  await expect(agent.call(getReport, { params: { id: 'overview' }, query: period })).rejects.toMatchObject({
    status: 403,
  })
})

test('after seven days a contact is judged once: resolved, unless the customer came again', async () => {
  const again = await contact(START + 60 * MINUTE)
  await contact(START + 2 * DAY, again.customerId)
  const judge = () => server.services.db.tenant(tenant.id, tx => judgeContacts(tx, new Date()))
  await judge()
  await judge()
  const { rows } = await server.owner.query(
    "SELECT count(*)::int AS count, count(DISTINCT interaction_id)::int AS contacts FROM event WHERE type = 'interaction.judged' AND tenant_id = $1",
    [tenant.id],
  )
  expect(rows[0]).toEqual({ count: 2, contacts: 2 }) // the repeat is not a first contact
  await eventually(async () => expect((await overview()).total.firstContactResolution).toBe(0.5))
})

test('an answered survey counts where the talk ended, and its comment can be read', async () => {
  const { id } = await contact(START + 120 * MINUTE)
  const answer = (score: number, comment?: string) =>
    server.services.db.tenant(tenant.id, tx =>
      answerSurvey(tx, { interactionId: id, score, ...(comment && { comment }) }, new Date(START + DAY)),
    )
  await answer(2)
  await answer(5, 'Brzo i ljubazno')
  await eventually(async () => expect((await overview()).total.csat).toBe(5))
  const { items } = await tenant.client.call(listSurveyAnswers)
  expect(items).toMatchObject([{ interactionId: id, score: 5, comment: 'Brzo i ljubazno', agentName: 'Ana' }])
  const late = new Date(START + 3 * DAY)
  await expect(
    server.services.db.tenant(tenant.id, tx => answerSurvey(tx, { interactionId: id, score: 1 }, late)),
  ).rejects.toMatchObject({ code: 'survey.closed' })
})

test('the live view tells who waits since when, and what agents hold', async () => {
  const now = Date.now()
  await server.services.db.tenant(tenant.id, async tx => {
    const customer = await tx.db.insertInto('customer').values({ name: 'W' }).returning('id').executeTakeFirstOrThrow()
    const open = async () => {
      const conversation = await tx.db
        .insertInto('conversation')
        .values({ customerId: customer.id })
        .returning('id')
        .executeTakeFirstOrThrow()
      const at = new Date(now - 5 * MINUTE)
      const { id } = await openInteraction(tx, {
        conversationId: conversation.id,
        customerId: customer.id,
        channel: 'chat',
        channelAccountId: null,
        direction: 'inbound',
        at,
      })
      await changeInteraction(tx, id, { type: 'queue', queueId }, { at })
      return id
    }
    await open()
    await changeInteraction(tx, await open(), { type: 'assign', agentId })
  })
  await eventually(async () => {
    const { queues, agents } = await tenant.client.call(superviseNow)
    expect(queues).toMatchObject([
      {
        queueId,
        waiting: 1,
        active: 1,
        overdue: 1,
        longestWaitSince: new Date(now - 5 * MINUTE).toISOString(),
        overdueSince: new Date(now - 5 * MINUTE).toISOString(),
        overdueTargetSeconds: 30,
      },
    ])
    // one answered too late, one waiting beyond the target
    expect(queues[0]?.today).toMatchObject({ offered: 2, answered: 1, serviceLevel: 0 })
    expect(queues[0]?.lastHour.some(point => point === 0)).toBe(true)
    expect(agents).toMatchObject([{ userId: agentId, held: [{ channel: 'chat', active: 1 }] }])
  })
}, 20_000)

test('fairness: idle time of agents with equal skills side by side, and waits against the bound of their queue', async () => {
  const fair = await server.tenant()
  const start = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3 * 3_600_000
  const at = (minutes: number) => new Date(start + minutes * MINUTE)
  const { queue } = await server.services.db.tenant(fair.id, async tx => {
    const policy = JSON.stringify({ maxWaitSeconds: { chat: 60 } })
    const queue = await tx.db
      .insertInto('queue')
      .values({ name: 'Help', policy })
      .returning('id')
      .executeTakeFirstOrThrow()
    const customer = await tx.db.insertInto('customer').values({ name: 'K' }).returning('id').executeTakeFirstOrThrow()
    for (const [index, name] of ['Ana', 'Ivo'].entries()) {
      const user = { name, email: `${name.toLowerCase()}@fair.example` }
      const agent = await tx.db.insertInto('users').values(user).returning('id').executeTakeFirstOrThrow()
      const present = (minutes: number, state: string) =>
        tx.emit({ type: 'presence.changed', at: at(minutes), userId: agent.id, data: { state } })
      present(0, 'available')
      present(60, 'offline')
      const conversation = await tx.db
        .insertInto('conversation')
        .values({ customerId: customer.id })
        .returning('id')
        .executeTakeFirstOrThrow()
      const { id } = await openInteraction(tx, {
        conversationId: conversation.id,
        customerId: customer.id,
        channel: 'chat',
        channelAccountId: null,
        direction: 'inbound',
        at: at(0),
      })
      // Ana waits two minutes for her contact and works 30, Ivo none and 45.
      const taken = index === 0 ? 2 : 0
      await changeInteraction(tx, id, { type: 'queue', queueId: queue.id }, { at: at(0) })
      await changeInteraction(tx, id, { type: 'assign', agentId: agent.id }, { at: at(taken) })
      await changeInteraction(
        tx,
        id,
        { type: 'end', outcome: 'handled', wrapUpMs: null },
        { at: at(taken + (index === 0 ? 30 : 45)) },
      )
    }
    return { queue: queue.id }
  })
  const query = { from: at(0).toISOString(), to: at(120).toISOString() }
  const read = () => fair.client.call(getFairness, { query })
  await vi.waitFor(async () => expect((await read()).groups[0]?.agents).toHaveLength(2), { timeout: 10_000 })
  const { groups, waits } = await read()
  expect(groups).toHaveLength(1)
  expect(groups[0]?.agents.map(one => [one.name, one.idleMs / MINUTE])).toEqual([
    ['Ana', 30],
    ['Ivo', 15],
  ])
  // Idle shares 1/2 and 1/4: mean 3/8, deviation 1/8.
  expect(groups[0]?.variation).toBeCloseTo(1 / 3)
  expect(waits).toMatchObject([
    { queueId: queue, channel: 'chat', waited: 2, longestMs: 2 * MINUTE, boundSeconds: 60, beyondBound: 1 },
  ])
})
