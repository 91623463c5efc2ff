import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CallFact } from '@centrala/api/call-fact.ts'
import { acceptOffer, listMyInteractions } from '@centrala/api/interaction.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { expect } from 'vitest'
import { startTestServer, type TestServer, type TestUser } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { type PhoneDesk, startTestNode, type TestNode } from '../voice/testing.ts'

/** A server with a voice node that has no telephone behind it. */
export async function startCalls(): Promise<{ server: TestServer; node: TestNode }> {
  const server = await startTestServer()
  return { server, node: await startTestNode(server) }
}

/** Ends both; every fact that the node told must have been understood. */
export async function endCalls(server: TestServer, node: TestNode): Promise<void> {
  expect(existsSync(join(server.services.env.DATA_DIR, 'voice/refused-facts.jsonl'))).toBe(false)
  await node.close()
  await server.close()
}

export const ENDED = {
  type: 'ended',
  by: 'customer',
  status: 200,
  q850: 16,
  reason: 'hung up',
} as const satisfies CallFact

export async function available(user: TestUser): Promise<void> {
  await user.client.call(setMyPresence, { body: { state: 'available' } })
}

export const offerTo = (user: TestUser) =>
  until(
    async () => (await user.client.call(listMyInteractions)).items.find(item => item.state === 'offered'),
    'an offer',
  )

/** A caller who has been accepted by Ana in her browser, and talks to her. */
export async function talking(
  desk: PhoneDesk,
): Promise<{ callId: string; interactionId: string; legId: string; lineId: string }> {
  const lineId = desk.node.line(desk.tenant.id, desk.ana.id)
  await available(desk.ana)
  const callId = await desk.arrive()
  const offer = await offerTo(desk.ana)
  await desk.ana.client.call(acceptOffer, { params: { id: offer.id } })
  const connect = await desk.node.hear('connect')
  expect(connect).toMatchObject({ callId, userId: desk.ana.id, lineId })
  const legId = randomUUID()
  await desk.node.tell(
    callId,
    { type: 'legStarted', legId, kind: 'agent', way: 'browser', userId: desk.ana.id, address: null },
    { type: 'legAnswered', legId },
    { type: 'connected', userId: desk.ana.id, legId },
  )
  return { callId, interactionId: offer.id, legId, lineId }
}

/** Desk phones of a person, as the node says they are registered. */
export async function deskPhone(server: TestServer, desk: PhoneDesk, user: TestUser): Promise<string> {
  const id = await server.services.db.tenant(desk.tenant.id, async tx => {
    const values = {
      userId: user.id,
      name: 'Desk',
      username: `desk-${randomUUID().slice(0, 8)}`,
      ha1Md5: 'a',
      ha1Sha256: 'b',
    }
    const row = await tx.db.insertInto('deskPhone').values(values).returning('id').executeTakeFirstOrThrow()
    tx.emit({ type: 'configuration.changed', data: { noun: 'deskPhone' } })
    return row.id
  })
  await until(
    () => desk.node.config?.tenants.some(each => each.deskPhones.some(phone => phone.id === id)),
    'the configuration',
  )
  desk.node.deskPhones.push({ deskPhoneId: id, registered: true, userAgent: 'Phone/1', inCall: false })
  desk.node.state()
  return id
}

/** Calls to Croatia may be dialled, at a price; nothing else. */
export async function allow(server: TestServer, desk: PhoneDesk, limits: Record<string, number> = {}): Promise<void> {
  await server.services.db.tenant(desk.tenant.id, async tx => {
    await tx.query('UPDATE tenant SET settings = settings || \'{"country":"HR"}\' WHERE tenant_id = current_tenant()')
    await tx.db
      .insertInto('dialRule')
      .values([
        { prefix: '385', allow: true, pricePerMinute: 0.05 },
        { prefix: '38560', allow: false },
      ])
      .execute()
    if (Object.keys(limits).length > 0) await tx.db.insertInto('callLimits').values(limits).execute()
  })
}
