import { sendMessage } from '@centrala/api/conversation.ts'
import {
  acceptOffer,
  endInteraction,
  explainWaiting,
  getInteraction,
  listMyInteractions,
  listReceipts,
  listSegments,
  reassign,
  rejectOffer,
  transferInteraction,
  wrapUp,
} from '@centrala/api/interaction.ts'
import { getMyPresence, setMyPresence } from '@centrala/api/presence.ts'
import { createQueue } from '@centrala/api/queue.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestTenant, type TestUser } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { findOrCreateCustomer } from '../customer/find-or-create-customer.ts'
import { receiveMessage } from '../message/receive-message.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

interface Desk {
  tenant: TestTenant
  queueId: string
  profileId: string
  ana: TestUser
  iva: TestUser
  supervisor: TestUser
  arrive(text?: string): Promise<{ interactionId: string; conversationId: string; customerId: string }>
}

async function desk(): Promise<Desk> {
  const tenant = await server.tenant()
  await server.services.router.adopt(tenant.id)
  const { id: queueId } = await tenant.client.call(createQueue, {
    body: { name: 'Help', offerSeconds: 5, wrapUpSeconds: 60 },
  })
  const profileId = await server.services.db.tenant(tenant.id, async tx => {
    const { id } = await tx.db
      .insertInto('routingProfile')
      .values({ name: 'All' })
      .returning('id')
      .executeTakeFirstOrThrow()
    await tx.db.insertInto('routingProfileQueue').values({ routingProfileId: id, queueId }).execute()
    await tx.db.insertInto('channelAccount').values({ channel: 'chat', name: 'Widget', queueId }).execute()
    return id
  })
  const [ana, iva, supervisor] = [
    await tenant.user({ name: 'Ana' }),
    await tenant.user({ name: 'Iva' }),
    await tenant.user({ roles: ['supervisor'], name: 'Sanja' }),
  ]
  await server.services.db.tenant(tenant.id, async tx => {
    await tx.db.updateTable('users').set({ routingProfileId: profileId }).where('id', 'in', [ana.id, iva.id]).execute()
    tx.emit({ type: 'configuration.changed', data: { noun: 'user' } })
  })
  let visitors = 0
  return {
    tenant,
    queueId,
    profileId,
    ana,
    iva,
    supervisor,
    arrive: (text = 'Where is my order?') =>
      server.services.db.tenant(tenant.id, async tx => {
        const account = await tx.db.selectFrom('channelAccount').select('id').executeTakeFirstOrThrow()
        const { customerId } = await findOrCreateCustomer(tx, {
          kind: 'visitor',
          address: `visitor-${++visitors}`,
          verified: true,
        })
        const result = await receiveMessage(tx, {
          channel: 'chat',
          channelAccountId: account.id,
          customerId,
          conversationId: null,
          queueId,
          message: { text },
        })
        return { interactionId: result.interaction.id, conversationId: result.conversationId, customerId }
      }),
  }
}

const available = (user: TestUser) => user.client.call(setMyPresence, { body: { state: 'available' } })
const mine = async (user: TestUser) => (await user.client.call(listMyInteractions)).items
const offered = (user: TestUser) =>
  until(async () => (await mine(user)).find(item => item.state === 'offered'), 'an offer')

test('an answer whose receipt was lost is the same one when it is sent again, though the talk is over by then', async () => {
  const { ana, arrive } = await desk()
  await available(ana)
  const { interactionId, conversationId } = await arrive()
  await offered(ana)
  await ana.client.call(acceptOffer, { params: { id: interactionId } })
  const body = { clientId: 'reply-0001', interactionId, text: 'On its way.' }
  const first = await ana.client.call(sendMessage, { params: { id: conversationId }, body })
  await ana.client.call(endInteraction, { params: { id: interactionId }, body: {} })
  const again = await ana.client.call(sendMessage, { params: { id: conversationId }, body })
  expect(again.id).toBe(first.id)
  await expect(
    ana.client.call(sendMessage, { params: { id: conversationId }, body: { ...body, clientId: 'reply-0002' } }),
  ).rejects.toMatchObject({ problem: { code: 'interaction.ended' } })
})

test('a customer who writes is offered to the free agent, answered, and wrapped up', async () => {
  const { ana, supervisor, arrive } = await desk()
  await available(ana)
  const { interactionId, conversationId } = await arrive()
  const offer = await offered(ana)
  expect(offer).toMatchObject({ id: interactionId, preview: 'Where is my order?', queueName: 'Help' })
  await ana.client.call(acceptOffer, { params: { id: interactionId } })
  const reply = await ana.client.call(sendMessage, {
    params: { id: conversationId },
    body: { clientId: 'reply-0001', interactionId, text: 'On its way.' },
  })
  expect(reply).toMatchObject({ author: 'agent', userName: 'Ana', text: 'On its way.' })
  const ended = await ana.client.call(endInteraction, { params: { id: interactionId }, body: {} })
  expect(ended.state).toBe('wrapUp')
  await ana.client.call(wrapUp, { params: { id: interactionId }, body: { note: 'Done' } })
  const { items: segments } = await supervisor.client.call(listSegments, { params: { id: interactionId } })
  expect(segments.map(segment => [segment.kind, segment.outcome])).toEqual([
    ['flow', 'queued'],
    ['queue', 'offered'],
    ['offer', 'accepted'],
    ['agent', 'ended'],
    ['wrapUp', 'done'],
  ])
  const { items: receipts } = await supervisor.client.call(listReceipts, { params: { id: interactionId } })
  expect(receipts[0]?.words).toContain('Ana')
})

describe('an offer', () => {
  test('that is rejected goes to the next agent', async () => {
    const { ana, iva, arrive } = await desk()
    await available(ana)
    const { interactionId } = await arrive()
    await offered(ana)
    await available(iva)
    await ana.client.call(rejectOffer, { params: { id: interactionId } })
    expect((await offered(iva)).id).toBe(interactionId)
  })

  test('that nobody answers goes back to its place, and the agent is asked no more', async () => {
    const { ana, tenant, arrive } = await desk()
    await available(ana)
    const { interactionId } = await arrive()
    await offered(ana)
    await until(
      async () => (await ana.client.call(getMyPresence)).state === 'notResponding',
      'the agent to count as not responding',
    )
    expect((await tenant.client.call(getInteraction, { params: { id: interactionId } })).state).toBe('queued')
  })

  test('accepted by two at once belongs to one', async () => {
    const { ana, iva, tenant, arrive } = await desk()
    await available(ana)
    const { interactionId } = await arrive()
    await offered(ana)
    const answers = await Promise.allSettled(
      [...Array(4).fill(ana), iva].map(user => user.client.call(acceptOffer, { params: { id: interactionId } })),
    )
    expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(1)
    expect(await tenant.client.call(getInteraction, { params: { id: interactionId } })).toMatchObject({
      state: 'active',
      agentId: ana.id,
    })
  })

  test('made to an agent who leaves goes back unharmed', async () => {
    const { ana, tenant, arrive } = await desk()
    await available(ana)
    const { interactionId } = await arrive()
    await offered(ana)
    await ana.client.call(setMyPresence, { body: { state: 'away' } })
    expect((await tenant.client.call(getInteraction, { params: { id: interactionId } })).state).toBe('queued')
  })
})

test('a transfer to an agent is offered to that agent, with the note as the next thing they read', async () => {
  const { ana, iva, arrive } = await desk()
  await available(ana)
  const { interactionId } = await arrive()
  await offered(ana)
  await ana.client.call(acceptOffer, { params: { id: interactionId } })
  await available(iva)
  await ana.client.call(transferInteraction, {
    params: { id: interactionId },
    body: { agentId: iva.id, note: 'Knows the invoice' },
  })
  expect((await offered(iva)).id).toBe(interactionId)
})

test('who chose to leave when done takes nothing new, and leaves when the last work is done', async () => {
  const { ana, arrive } = await desk()
  await available(ana)
  const first = await arrive()
  await offered(ana)
  await ana.client.call(acceptOffer, { params: { id: first.interactionId } })
  const chosen = await ana.client.call(setMyPresence, { body: { state: 'away', whenDone: true } })
  expect(chosen).toMatchObject({ state: 'available', nextState: 'away' })
  await arrive()
  await server.services.router.settle()
  expect((await mine(ana)).map(item => item.state)).toEqual(['active'])
  await ana.client.call(endInteraction, { params: { id: first.interactionId }, body: {} })
  await ana.client.call(wrapUp, { params: { id: first.interactionId }, body: {} })
  expect(await ana.client.call(getMyPresence)).toMatchObject({ state: 'away', nextState: null })
})

test('a supervisor reads why an interaction still waits, and gives it to an agent', async () => {
  const { ana, supervisor, arrive } = await desk()
  const { interactionId } = await arrive()
  await server.services.router.settle()
  const why = await supervisor.client.call(explainWaiting, { params: { id: interactionId } })
  expect(why).toMatchObject({ position: 1 })
  expect(why.words.length).toBeGreaterThan(10)
  const given = await supervisor.client.call(reassign, { params: { id: interactionId }, body: { agentId: ana.id } })
  expect(given).toMatchObject({ state: 'active', agentId: ana.id })
})
