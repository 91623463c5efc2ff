import { explainWaiting, listReceipts } from '@centrala/api/interaction.ts'
import type { Receipt } from '@centrala/core/routing/receipt.ts'
import { changeInteraction, openInteraction } from '@centrala/store/interaction-store.ts'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestServer, type TestServer, type TestTenant } from '../../../../tests/server.ts'

let server: TestServer
let tenant: TestTenant
beforeAll(async () => {
  server = await startTestServer()
  tenant = await server.tenant()
})
afterAll(() => server.close())

test('a supervisor reads why a decision fell so and why something waits, in words and in phrases to be said in any language', async () => {
  const ids = await server.services.db.tenant(tenant.id, async tx => {
    const one = async (sql: string, values: unknown[] = []) =>
      (await tx.query<{ id: string }>(sql, values))[0]?.id ?? ''
    const queueId = await one("INSERT INTO queue (name) VALUES ('Support') RETURNING id")
    const skillId = await one("INSERT INTO skill (name) VALUES ('hr') RETURNING id")
    const ana = await one("INSERT INTO users (name, email) VALUES ('Ana', 'ana@example.com') RETURNING id")
    const iva = await one("INSERT INTO users (name, email) VALUES ('Iva', 'iva@example.com') RETURNING id")
    const customerId = await one("INSERT INTO customer (name) VALUES ('K') RETURNING id")
    const conversationId = await one('INSERT INTO conversation (customer_id) VALUES ($1) RETURNING id', [customerId])
    const { id } = await openInteraction(tx, {
      conversationId,
      customerId,
      channel: 'chat',
      channelAccountId: null,
      direction: 'inbound',
    })
    await changeInteraction(tx, id, { type: 'queue', queueId })
    // As whoever makes a queue does: the router may have taken the company up before.
    tx.emit({ type: 'configuration.changed', data: { noun: 'queue', id: queueId } })
    const decision: Receipt = {
      version: 1,
      at: Date.now(),
      interactionId: id,
      queueId,
      channel: 'chat',
      waitedMs: 5000,
      priority: 0,
      step: 0,
      requirements: [{ skillId, minProficiency: 3 }],
      rule: 'longestIdle',
      winner: { agentId: ana, load: 0, idleMs: 60_000, queueRank: 0, skills: [4] },
      others: [{ agentId: iva, reason: 'skill', skillId, has: 2, needs: 3 }],
      counts: { offline: 3 },
    }
    await tx.db
      .insertInto('receipt')
      .values({ interactionId: id, agentId: ana, decidedAt: new Date(), decision: JSON.stringify(decision) })
      .execute()
    return { id }
  })
  const { items } = await tenant.client.call(listReceipts, { params: { id: ids.id } })
  expect(items[0]?.words).toContain('Ana: skill hr 4 ≥ 3, idle longest')
  expect(items[0]?.phrases).toMatchObject([
    {
      code: 'agent',
      params: { agent: 'Ana' },
      parts: [{ code: 'skill.met', params: { skill: 'hr', has: 4, needs: 3 } }, { code: 'rule.longestIdle' }],
    },
    { code: 'agent', params: { agent: 'Iva' }, parts: [{ code: 'reason.skill', params: { skill: 'hr', has: 2 } }] },
    { code: 'others', params: { count: 3 }, parts: [{ code: 'reason.offline' }] },
  ])
  await vi.waitFor(
    async () => {
      const waiting = await tenant.client.call(explainWaiting, { params: { id: ids.id } })
      expect(waiting).toMatchObject({
        words: 'no one serves Support',
        phrases: [{ code: 'waiting.nobodyHasQueue', params: { queue: 'Support' } }],
        position: 1,
      })
    },
    { timeout: 15_000, interval: 100 },
  )
})
