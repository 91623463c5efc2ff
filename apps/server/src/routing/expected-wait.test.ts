import { createQueue } from '@centrala/api/queue.ts'
import { createRoutingProfile } from '@centrala/api/routing-profile.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'
import { expectedWaits } from './expected-wait.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const MINUTE = 60_000

async function desk() {
  const tenant = await server.tenant()
  const { id: queueId } = await tenant.client.call(createQueue, { body: { name: 'Help' } })
  const { id: other } = await tenant.client.call(createQueue, { body: { name: 'Sales' } })
  const profile = await tenant.client.call(createRoutingProfile, {
    body: { name: 'All', weights: { chat: 50, voice: 100 }, queues: [{ queueId }, { queueId: other }] },
  })
  const agent = await tenant.user({ routingProfileId: profile.id })
  const { db } = server.services
  return {
    other,
    async atWork() {
      await db.tenant(tenant.id, tx =>
        tx.query(
          `INSERT INTO presence (user_id, state, since) VALUES ($1, 'available', now())
           ON CONFLICT (tenant_id, user_id) DO UPDATE SET state = 'available'`,
          [agent.id],
        ),
      )
    },
    /** A wait or a handling that began and ended so many minutes ago. */
    async was(kind: 'wait' | 'hold', from: number, to: number, outcome: string | null, queue = queueId) {
      await db.tenant(tenant.id, tx =>
        tx.query(
          `INSERT INTO report_stretch (interaction_id, place, kind, queue_id, agent_id, channel, from_at, to_at, outcome)
           VALUES (gen_random_uuid(), 0, $1, $2, $3, 'voice', now() - $4 * interval '1 minute', now() - $5 * interval '1 minute', $6)`,
          [kind, queue, kind === 'hold' ? agent.id : null, from, to, outcome],
        ),
      )
    },
    /** Asked anew, without what was remembered. */
    ask: (position: number, waitedMs = 0) =>
      expectedWaits(db)(tenant.id, { queueId, channel: 'voice', position, waitedMs }),
  }
}

test('nobody at work: nothing is told; somebody, and nothing known: a wide guess', async () => {
  const { ask, atWork } = await desk()
  expect(await ask(1)).toBeNull()
  await atWork()
  const guess = await ask(2)
  expect(guess).toMatchObject({ from: 'guess', expectedMs: 10 * MINUTE })
  expect(guess!.highMs).toBeGreaterThan(2 * guess!.lowMs)
})

test('few handlings: what others have just waited is told instead, less what one has waited', async () => {
  const { ask, atWork, was } = await desk()
  await atWork()
  for (const minutes of [30, 25, 20, 15]) await was('wait', minutes + 8, minutes, 'answered')
  expect(await ask(3, 2 * MINUTE)).toMatchObject({ from: 'history', expectedMs: 6 * MINUTE })
})

test('rates known: those ahead who will give up are counted, and an agent who works for another queue half the time is half an agent', async () => {
  const { ask, atWork, was, other } = await desk()
  await atWork()
  // Handled in 4 minutes each, long ago, so that they are not the agent's work of the last hours.
  for (let i = 0; i < 12; i++) await was('hold', 400 + i * 10, 396 + i * 10, null)
  const alone = await ask(1)
  expect(alone).toMatchObject({ from: 'rates', expectedMs: 4 * MINUTE })
  const patient = (await ask(6))!.expectedMs
  expect(patient).toBe(24 * MINUTE)
  // One in ten minutes of waiting gives up.
  for (let i = 0; i < 10; i++) await was('wait', 510 + i, 500 + i, i < 5 ? 'abandoned' : 'answered')
  const impatient = (await ask(6))!.expectedMs
  expect(impatient).toBeLessThan(patient * 0.8)
  await was('hold', 200, 100, null, other)
  await was('hold', 95, 5, null)
  expect((await ask(1))!.expectedMs).toBeGreaterThan(6 * MINUTE)
})
