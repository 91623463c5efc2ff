import { setMyPresence } from '@centrala/api/presence.ts'
import { changeQueue, createQueue, getQueue } from '@centrala/api/queue.ts'
import { createRoutingProfile } from '@centrala/api/routing-profile.ts'
import type { RoutingEvent } from '@centrala/core/routing/event.ts'
import { exponential } from '@centrala/core/simulate/law.ts'
import { seededRandom } from '@centrala/core/simulate/random.ts'
import { simulate } from '@centrala/core/simulate/simulate.ts'
import { agentOf, HOUR_MS, MINUTE_MS, queueOf, sourceOf } from '@centrala/core/simulate/testing.ts'
import { changeInteraction, openInteraction } from '@centrala/store/interaction-store.ts'
import { appendTurns, journalDecision, type NewTurn } from '@centrala/store/routing-journal.ts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestTenant, type TestUser } from '../server.ts'
import { until } from '../until.ts'
import { browserMissing, launch, looks, openDesk } from './browser.ts'

let browser: Browser
let server: TestServer
beforeAll(async () => {
  if (browserMissing) return
  browser = await launch()
  server = await startTestServer()
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
}, 60_000)

interface Centre {
  tenant: TestTenant
  admin: TestUser
  ana: TestUser
  support: string
  complaints: string
  profileId: string
}

/** Two queues and one agent who serves both. */
async function centre(): Promise<Centre> {
  const tenant = await server.tenant()
  await server.services.router.adopt(tenant.id)
  const profile = await tenant.client.call(createRoutingProfile, {
    body: { name: 'Everything', weights: { chat: 100 } },
  })
  const queue = async (name: string) =>
    (
      await tenant.client.call(createQueue, {
        // What is offered stays offered, however long the pages are looked at.
        body: {
          name,
          ageingPerMinute: 0,
          offerSeconds: 600,
          targetSeconds: { chat: 30 },
          routingProfileIds: [profile.id],
        },
      })
    ).id
  return {
    tenant,
    profileId: profile.id,
    support: await queue('Support'),
    complaints: await queue('Complaints'),
    admin: await tenant.user({ name: 'Vesna', roles: ['admin'] }),
    ana: await tenant.user({ name: 'Ana', roles: ['agent'], routingProfileId: profile.id }),
  }
}

/** A chat of this customer that has waited in the queue for so many minutes. */
async function waits({ tenant }: Centre, name: string, queueId: string, minutes: number): Promise<string> {
  return server.services.db.tenant(tenant.id, async tx => {
    const customer = await tx.db.insertInto('customer').values({ name }).returning('id').executeTakeFirstOrThrow()
    const conversation = await tx.db
      .insertInto('conversation')
      .values({ customerId: customer.id })
      .returning('id')
      .executeTakeFirstOrThrow()
    const at = new Date(Date.now() - minutes * MINUTE_MS)
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
  })
}

describe.skipIf(browserMissing)('routing', () => {
  test('an order set on a queue’s page decides who is served first, and the receipt says why', {
    timeout: 180_000,
  }, async () => {
    const desk = await centre()
    const early = await waits(desk, 'Early Bird', desk.support, 10)
    const late = await waits(desk, 'Late Riser', desk.complaints, 2)

    const page = await openDesk(browser, server, desk.admin, `/admin/queues?open=${desk.complaints}`)
    await page.getByRole('radio', { name: 'By what waiting costs' }).check()
    await page.getByRole('button', { name: 'From the promise on' }).click()
    const last = page.getByRole('slider', { name: 'Point 4' })
    await last.focus()
    const before = Number(await last.getAttribute('aria-valuenow'))
    await page.keyboard.press('Shift+ArrowUp')
    expect(Number(await last.getAttribute('aria-valuenow'))).toBeGreaterThan(before)
    await page.getByRole('spinbutton', { name: 'Point 3: cost' }).fill('5000')
    await page.getByText('Waiting longer never costs less.').waitFor()
    await page.getByRole('spinbutton', { name: 'Point 4: cost' }).fill('90000')
    await page.getByText('Waiting longer never costs less.').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'More conditions' }).click()
    await page.getByRole('menuitem', { name: 'Only agents for whom this holds' }).click()
    const condition = page.getByRole('textbox', { name: 'Only agents for whom this holds' })
    await condition.fill('agent.office = "Zagreb"')
    await page.getByText('At character 14: write this sign twice').waitFor()
    await condition.fill('agent.office != "Split"')
    await page.getByText('1 agent could take it').waitFor()
    await page.locator('canvas').first().waitFor()
    expect(await looks(page, 'policy')).toEqual([])
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    const { policy, steps } = await desk.tenant.client.call(getQueue, { params: { id: desk.complaints } })
    expect(policy.order).toBe('cost')
    expect(policy.curve).toHaveLength(4)
    expect(steps).toEqual([{ afterSeconds: 0, requirements: [], where: 'agent.office != "Split"' }])

    const inbox = await openDesk(browser, server, desk.ana, '/inbox')
    await inbox.getByRole('heading', { level: 1 }).first().waitFor()
    await desk.ana.client.call(setMyPresence, { body: { state: 'available' } })
    await inbox.getByText('Late Riser').first().waitFor({ timeout: 60_000 })
    expect(await inbox.getByText('Early Bird').count()).toBe(0)

    await page.goto(`${server.origin}/supervisor?contact=${late}`)
    await page.getByText('Offered to Ana').waitFor()
    expect(await looks(page, 'receipt')).toEqual([])
    await page.goto(`${server.origin}/supervisor?contact=${early}`)
    await page.getByText('eight in ten wait between').waitFor()
    expect(await looks(page, 'waiting')).toEqual([])
    expect(page.complaints).toEqual([])
  })

  test('attributes given to a person on the people page are what conditions ask for', {
    timeout: 120_000,
  }, async () => {
    const desk = await centre()
    const page = await openDesk(browser, server, desk.admin, `/admin/people?open=${desk.ana.id}`)
    await page.getByRole('textbox', { name: 'Name', exact: true }).last().fill('tier')
    await page.getByRole('textbox', { name: 'Value', exact: true }).fill('3')
    await page.getByRole('button', { name: 'Add the attribute' }).click()
    await page.getByText('agent.tier').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.goto(`${server.origin}/admin/queues?open=${desk.support}`)
    await page.getByText('1 agent could take it').waitFor()
    await page.getByRole('button', { name: 'More conditions' }).click()
    await page.getByRole('menuitem', { name: 'Only agents for whom this holds' }).click()
    const condition = page.getByRole('textbox', { name: 'Only agents for whom this holds' })
    await condition.fill('tier > 3')
    await page.getByText('No agent of these profiles meets this.').waitFor()
    await condition.fill('tier >= 3')
    await page.getByText('1 agent could take it').waitFor()
  })

  test('the fairness report shows idle time among equals side by side, and the longest wait with its bound', {
    timeout: 120_000,
  }, async () => {
    const desk = await centre()
    const marko = await desk.tenant.user({ name: 'Marko', routingProfileId: desk.profileId })
    await changeQueueBound(desk)
    const begin = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 3 * HOUR_MS
    for (const [agent, minutes] of [
      [desk.ana, 10],
      [marko, 40],
    ] as const)
      await worked(desk, agent.id, begin, minutes)
    const held = "SELECT 1 FROM report_stretch WHERE tenant_id = $1 AND kind = 'hold' AND to_at IS NOT NULL"
    await until(
      async () => (await server.owner.query(held, [desk.tenant.id])).rows.length === 2,
      'the figures to be brought up to date',
    )
    const page = await openDesk(browser, server, desk.admin, '/reports?report=fairness')
    const chart = page.getByRole('figure', { name: 'Idle part of the time at work: Everything' })
    await chart.waitFor()
    await chart.locator('canvas').waitFor()
    await page.getByText('2 agents').waitFor()
    await page.getByText('(uneven)').waitFor()
    await page
      .getByRole('row', { name: /^Support Chat/ })
      .getByText('1:00')
      .waitFor()
    expect(await looks(page, 'fairness')).toEqual([])
    await chart.getByRole('button', { name: 'Show as table' }).click()
    await chart.getByRole('row', { name: /^Marko/ }).waitFor()
  })

  test('a supervisor asks what two more agents would have done, and sees it beside what was', {
    timeout: 180_000,
  }, async () => {
    const desk = await centre()
    const vesna = await desk.tenant.user({ name: 'Sanja', roles: ['supervisor'] })
    await keepMorning(desk)
    const page = await openDesk(browser, server, vesna, '/what-if')
    await page.getByText('What would another rule have done?').waitFor()
    await page.getByRole('button', { name: 'Try something' }).click()
    await page.getByRole('button', { name: 'Run it' }).click()
    await page.getByText('Fill this in.').waitFor()
    await page.getByLabel('Name').fill('Two more')
    await page.getByRole('combobox', { name: 'Period' }).click()
    await page.getByRole('option', { name: 'Yesterday' }).click()
    await page.getByRole('button', { name: 'More people' }).click()
    await page.getByLabel('How many').fill('2')
    await page.getByRole('combobox', { name: 'Change a queue' }).click()
    await page.getByRole('option', { name: 'Support' }).click()
    await page.getByRole('button', { name: 'Rules …' }).click()
    await page.getByRole('radio', { name: 'First come, first served' }).check()
    await page.getByRole('button', { name: 'Use these rules' }).click()
    await page.getByText('Order', { exact: true }).last().waitFor()
    expect(await looks(page, 'what-if-form')).toEqual([])
    // Pressed twice in a hurry, it runs once.
    await page.getByRole('button', { name: 'Run it' }).dblclick()
    await page.getByRole('figure', { name: /^Service level for each queue/ }).waitFor({ timeout: 120_000 })
    await page.getByText('decides again exactly as it did').waitFor()
    await page.locator('canvas').first().waitFor()
    expect(await looks(page, 'what-if')).toEqual([])
    const service = page.getByRole('row', { name: /^Service level/ })
    await service.getByText('better').waitFor()
    await page.getByRole('button', { name: 'Longest wait' }).click()
    await page.getByRole('figure', { name: /^Longest wait for each queue/ }).waitFor()
    await page.getByRole('button', { name: 'Last runs' }).click()
    await page.getByRole('cell', { name: 'Two more' }).first().waitFor()
    expect(await page.getByRole('cell', { name: 'Two more' }).count()).toBe(1)
    expect(page.complaints).toEqual([])
  })
})

/** Nobody in Support is to wait longer than a minute. */
async function changeQueueBound({ tenant, support }: Centre): Promise<void> {
  const { policy } = await tenant.client.call(getQueue, { params: { id: support } })
  await tenant.client.call(changeQueue, {
    params: { id: support },
    body: { policy: { ...policy, maxWaitSeconds: { chat: 60 } } },
  })
}

/** An agent at work for an hour, so many minutes of it with a contact that had waited two minutes. */
async function worked({ tenant, support }: Centre, agentId: string, begin: number, minutes: number): Promise<void> {
  const at = (minute: number) => new Date(begin + minute * MINUTE_MS)
  await server.services.db.tenant(tenant.id, async tx => {
    tx.emit({ type: 'presence.changed', at: at(0), userId: agentId, data: { state: 'available' } })
    tx.emit({ type: 'presence.changed', at: at(60), userId: agentId, data: { state: 'offline' } })
    const customer = await tx.db.insertInto('customer').values({ name: 'K' }).returning('id').executeTakeFirstOrThrow()
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
    await changeInteraction(tx, id, { type: 'queue', queueId: support }, { at: at(0) })
    await changeInteraction(tx, id, { type: 'assign', agentId }, { at: at(2) })
    await changeInteraction(tx, id, { type: 'end', outcome: 'handled', wrapUpMs: null }, { at: at(2 + minutes) })
  })
}

/** Yesterday, eight hours: one agent where two are needed. */
async function keepMorning({ tenant, ana, support, complaints }: Centre): Promise<void> {
  const { rows } = await server.owner.query<{ at: Date }>(
    `SELECT (date_trunc('day', now(), time_zone) - interval '16 hours') AS at FROM tenant WHERE tenant_id = $1`,
    [tenant.id],
  )
  const from = rows[0]?.at.getTime() ?? 0
  const turns: NewTurn[] = []
  const begin: RoutingEvent[] = [
    queueOf(support, { name: 'Support' }),
    queueOf(complaints, { name: 'Complaints' }),
    ...agentOf(ana.id, [support, complaints], { name: 'Ana' }),
  ].map(event => ({ ...event, at: from }))
  const source = (queueId: string, perHour: number) =>
    sourceOf(queueId, { perHour, fromAt: from, patienceMs: exponential(6 * MINUTE_MS) })
  simulate(
    { startAt: from, endAt: from + 8 * HOUR_MS, begin, sources: [source(support, 12), source(complaints, 6)] },
    seededRandom(4),
    (told, decisions, at) =>
      turns.push({
        at: new Date(at),
        start: turns.length === 0,
        told: [...told],
        decisions: decisions.map(journalDecision),
      }),
  )
  await server.services.db.tenant(tenant.id, tx => appendTurns(tx, turns))
}
