import { changeBrand, createBrand } from '@centrala/api/brand.ts'
import { changeCustomer, createCustomer } from '@centrala/api/customer.ts'
import { changeQueue, createQueue } from '@centrala/api/queue.ts'
import { createRoutingProfile } from '@centrala/api/routing-profile.ts'
import { createTeam } from '@centrala/api/team.ts'
import { changeUser } from '@centrala/api/user.ts'
import { CHANNELS } from '@centrala/core/channel/channel.ts'
import { openInteraction } from '@centrala/store/interaction-store.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { commandInteraction } from '../interaction/command-interaction.ts'
import { routeInteraction } from '../interaction/route-interaction.ts'
import { setPresence } from '../presence/set-presence.ts'
import { presentLevels } from './present-level.ts'
import { queueRules } from './queue-rules.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server?.close())

/** A queue, agents of it, and customers who write to it. */
async function centre() {
  const { db, router } = server.services
  const tenant = await server.tenant()
  const { client } = tenant
  await router.adopt(tenant.id)
  const queue = await client.call(createQueue, { body: { name: 'Help', preferredSeconds: 0 } })
  const queues = [{ queueId: queue.id, priority: 0, delaySeconds: 0 }]
  const body = { name: 'All', weights: { chat: 100 }, queues }
  const { id: routingProfileId } = await client.call(createRoutingProfile, { body })
  const arrive = async (customerId: string) =>
    db.tenant(tenant.id, async tx => {
      const values = { customerId }
      const { id } = await tx.db.insertInto('conversation').values(values).returning('id').executeTakeFirstOrThrow()
      const fresh = { conversationId: id, customerId, channel: 'chat', channelAccountId: null } as const
      const interaction = await openInteraction(tx, { ...fresh, direction: 'inbound' })
      return (await routeInteraction(tx, interaction, { queueId: queue.id })).id
    })
  return {
    tenant,
    client,
    queue,
    arrive,
    agent: async () => {
      const user = await tenant.user({ routingProfileId })
      await db.tenant(tenant.id, async tx => tx.emit({ type: 'configuration.changed', data: { noun: 'user' } }))
      return user
    },
    customer: async (change: object = {}) => (await client.call(createCustomer, { body: change })).id,
    here: (agentId: string) => db.tenant(tenant.id, tx => setPresence(tx, agentId, { state: 'available' })),
    /** Waits until somebody is offered it. */
    offered: (id: string) =>
      until(
        () =>
          db.tenant(tenant.id, async tx => {
            const [row] = await tx.query<{ agentId: string }>(
              'SELECT agent_id AS "agentId" FROM interaction WHERE id = $1 AND state = \'offered\'',
              [id],
            )
            return row?.agentId
          }),
        'an offer',
      ),
    end: (id: string, agentId: string) =>
      db.tenant(tenant.id, async tx => {
        await commandInteraction(tx, id, { type: 'accept', agentId })
        await commandInteraction(tx, id, { type: 'end', outcome: 'handled', wrapUpMs: null })
      }),
  }
}

test('who weighs more by customer or brand is served before those who came earlier', async () => {
  const { client, queue, arrive, agent, customer, here, offered, end } = await centre()
  const ana = await agent()
  const plain = await arrive(await customer())
  const loyal = await customer()
  await client.call(changeCustomer, { params: { id: loyal }, body: { routingWeight: 50 } })
  const dear = await arrive(loyal)
  const { id: brandId, ...brand } = await client.call(createBrand, { body: { name: 'Gold', routingWeight: 20 } })
  expect(brand.routingWeight).toBe(20)
  const renamed = await client.call(changeBrand, { params: { id: brandId }, body: { name: 'Golden' } })
  expect(renamed.routingWeight).toBe(20)
  await client.call(changeQueue, { params: { id: queue.id }, body: { brandId } })
  const branded = await arrive(await customer())
  await here(ana.id)
  for (const next of [dear, branded, plain]) {
    expect(await offered(next)).toBe(ana.id)
    await end(next, ana.id)
  }
})

test('a condition of a step is asked of agents’ teams and attributes and of contacts’, of those who wait already too', async () => {
  const { client, queue, arrive, agent, customer, here, offered } = await centre()
  const [ana, iva] = [await agent(), await agent()]
  const { id: teamId } = await client.call(createTeam, { body: { name: 'North' } })
  await client.call(changeUser, { params: { id: iva.id }, body: { teamId, attributes: { tier: 3 } } })
  const waiting = await arrive(await customer({ attributes: { tier: 3, secret: 'not asked for' } }))
  const where = 'agent.team == "North" && tier >= contact.tier && contact.channel == "chat"'
  const steps = [{ afterSeconds: 0, requirements: [], where }]
  await client.call(changeQueue, { params: { id: queue.id }, body: { steps } })
  await here(ana.id)
  await here(iva.id)
  expect(await offered(waiting)).toBe(iva.id)
  // What no expression names is told to nobody, and so is not in the journal.
  await server.services.router.settle()
  const { rows } = await server.owner.query("SELECT 1 FROM routing_journal WHERE told::text LIKE '%not asked for%'")
  expect(rows).toEqual([])
})

test('who served the customer last is asked first, unless the queue is told not to', async () => {
  const { client, queue, arrive, agent, customer, here, offered, end } = await centre()
  const [ana, iva] = [await agent(), await agent()]
  const eva = await customer()
  await here(ana.id)
  const first = await arrive(eva)
  expect(await offered(first)).toBe(ana.id)
  await here(iva.id)
  await end(first, ana.id)
  // Iva has been idle longer, but Ana knows Eva.
  const second = await arrive(eva)
  expect(await offered(second)).toBe(ana.id)
  await end(second, ana.id)
  await client.call(changeQueue, { params: { id: queue.id }, body: { preferLastAgent: false } })
  expect(await offered(await arrive(eva))).toBe(iva.id)
})

test('an expression with a fault is refused with the place of the fault', async () => {
  const { client, queue } = await centre()
  const steps = [{ afterSeconds: 0, requirements: [], where: 'team = "north"' }]
  await expect(client.call(changeQueue, { params: { id: queue.id }, body: { steps } })).rejects.toMatchObject({
    problem: { fields: [{ path: 'body.steps.0.where', message: 'Write == instead of =.' }] },
  })
})

test('the present service level is the share of the last quarter of an hour answered within the target', async () => {
  const { tenant, queue, arrive, customer } = await centre()
  const now = new Date()
  const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)
  const level = await server.services.db.tenant(tenant.id, async tx => {
    const stretch = async (from: Date, to: Date | null, outcome: string | null) =>
      tx.query(
        `INSERT INTO report_stretch (interaction_id, place, kind, queue_id, channel, from_at, to_at, outcome, target_ms) VALUES (uuidv7(), 0, 'wait', $1, 'chat', $2, $3, $4, 30000)`,
        [queue.id, from, to, outcome],
      )
    await stretch(ago(800), ago(790), 'answered')
    await stretch(ago(700), ago(600), 'answered') // too late
    await stretch(ago(500), ago(450), 'abandoned')
    await stretch(ago(400), null, null) // waits beyond the target
    await stretch(ago(300), ago(298), 'shortAbandoned') // counts nowhere
    await stretch(ago(10), null, null) // not decided yet
    await stretch(ago(1000), ago(1), 'answered') // too long ago
    return presentLevels(tx, [queue.id, '00000000-0000-0000-0000-000000000001'], now)
  })
  expect([...level.values()]).toEqual([0.25, null])
  expect(await arrive(await customer())).toBeTruthy()
})

test('policies become the router’s rules', () => {
  const settings = {
    id: 'q',
    name: 'Q',
    priority: 7,
    ageingPerMinute: 2,
    offerSeconds: 20,
    targetSeconds: { chat: 30 },
    policy: {},
    steps: [
      { afterSeconds: 60, requirements: [], queueIds: ['other'], whenLevelBelow: 0.8 },
      { afterSeconds: 0, requirements: [] },
    ],
  }
  expect(queueRules(settings)).toEqual({
    queueId: 'q',
    name: 'Q',
    priority: 7,
    ageingPerMinute: 2,
    offerMs: 20_000,
    steps: [
      { afterMs: 0, requirements: [] },
      { afterMs: 60_000, requirements: [], queues: ['other'], whenLevelBelow: 0.8 },
    ],
  })
  const reserves = [{ queueId: null, skillId: 's', keep: 2, unlessWaiting: null, unlessWaitedSeconds: 90 }]
  const level = queueRules({ ...settings, policy: { order: 'serviceLevel', maxWaitSeconds: { chat: 600 }, reserves } })
  expect(level.curves?.chat?.map(piece => piece.afterMs)).toEqual([0, 30_000])
  expect(level).toMatchObject({
    maxWaitMs: { chat: 600_000 },
    reserves: [{ skillId: 's', keep: 2, unlessWaitedMs: 90_000 }],
  })
  expect(Object.keys(level.curves ?? {}).sort()).toEqual([...CHANNELS].sort())
  const first = queueRules({ ...settings, policy: { order: 'firstCome' } })
  expect(first).toMatchObject({ priority: 0, curves: { chat: [{ afterMs: 0, points: 0, perMinute: 1 }] } })
})
