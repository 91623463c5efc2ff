import { randomUUID } from 'node:crypto'
import * as api from '@centrala/api/call.ts'
import {
  acceptOffer,
  endInteraction,
  listMyInteractions,
  listSegments,
  transferInteraction,
} from '@centrala/api/interaction.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import type { CallFact } from '@centrala/api/voice-link.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestUser } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { type PhoneDesk, phoneDesk, startTestNode, type TestNode } from '../voice/testing.ts'

let server: TestServer
let node: TestNode
beforeAll(async () => {
  server = await startTestServer()
  node = await startTestNode(server)
})
afterAll(async () => {
  await node.close()
  await server.close()
})

const ENDED: CallFact = { type: 'ended', by: 'customer', status: 200, q850: 16, reason: 'hung up' }

async function available(user: TestUser): Promise<void> {
  await user.client.call(setMyPresence, { body: { state: 'available' } })
}

const offerTo = (user: TestUser) =>
  until(
    async () => (await user.client.call(listMyInteractions)).items.find(item => item.state === 'offered'),
    'an offer',
  )

/** A caller who has been accepted by Ana in her browser, and talks to her. */
async function talking(
  desk: PhoneDesk,
): Promise<{ callId: string; interactionId: string; legId: string; lineId: string }> {
  const lineId = node.line(desk.tenant.id, desk.ana.id)
  await available(desk.ana)
  const callId = await desk.arrive()
  const offer = await offerTo(desk.ana)
  await desk.ana.client.call(acceptOffer, { params: { id: offer.id } })
  const connect = await node.hear('connect')
  expect(connect).toMatchObject({ callId, userId: desk.ana.id, lineId })
  const legId = randomUUID()
  await node.tell(
    callId,
    { type: 'legStarted', legId, kind: 'agent', way: 'browser', userId: desk.ana.id, address: null },
    { type: 'legAnswered', legId },
    { type: 'connected', userId: desk.ana.id, legId },
  )
  return { callId, interactionId: offer.id, legId, lineId }
}

test('a caller becomes a customer with a story, waits, is accepted in the browser, and the end is wrapped up', async () => {
  const desk = await phoneDesk(server, node)
  const { callId, interactionId } = await talking(desk)
  const { client } = desk.ana
  const call = await client.call(api.getCall, { params: { id: callId } })
  expect(call).toMatchObject({ state: 'talking', numberName: 'Main number', direction: 'inbound', interactionId })
  expect(call.connectedAt).not.toBeNull()
  await node.tell(callId, ENDED)
  const ended = await client.call(api.getCall, { params: { id: callId } })
  expect(ended).toMatchObject({ state: 'ended', endedBy: 'customer', endedReason: 'hung up' })
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'wrapUp', agentId: desk.ana.id, outcome: 'handled' })
  const { items } = await client.call(listSegments, { params: { id: interactionId } })
  expect(items.map(segment => segment.kind)).toEqual(['flow', 'queue', 'offer', 'agent', 'wrapUp'])
})

test('what the caller pressed, entered and the language stand with the offer', async () => {
  const desk = await phoneDesk(server, node)
  const callId = randomUUID()
  await node.tell(
    callId,
    desk.started({ fromName: 'Marko M.' }),
    { type: 'chose', step: 'menu', key: '2', label: 'Invoices', language: 'en', attributes: { topic: 'invoice' } },
    { type: 'entered', name: 'Customer number', digits: '1234' },
    { type: 'entered', name: 'Card', digits: null },
    desk.queued(),
  )
  const interaction = await desk.interactionOf(callId)
  expect(interaction.context).toMatchObject({
    pressed: [
      { label: 'Invoices', digits: null },
      { label: 'Customer number', digits: '1234' },
      { label: 'Card', digits: null },
    ],
    attributes: { topic: 'invoice' },
  })
  const call = await desk.tenant.client.call(api.getCall, { params: { id: callId } })
  expect(call.pressed).toHaveLength(3)
  await node.tell(callId, ENDED)
})

test('the same number again is the same customer and the same story; a hidden number is somebody new', async () => {
  const desk = await phoneDesk(server, node)
  const [first, second, hidden, hiddenToo] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  const from = '+385915550001'
  await node.tell(first, desk.started({ from }), desk.queued(), ENDED)
  await node.tell(second, desk.started({ from }), desk.queued(), ENDED)
  await node.tell(hidden, desk.started({ from, private: true }), desk.queued(), ENDED)
  await node.tell(hiddenToo, desk.started({ from: null, private: true }), desk.queued(), ENDED)
  const [a, b, c, d] = await Promise.all([first, second, hidden, hiddenToo].map(id => desk.interactionOf(id)))
  expect(b?.customerId).toBe(a?.customerId)
  expect(b?.conversationId).toBe(a?.conversationId)
  expect(new Set([a, c, d].map(each => each?.customerId)).size).toBe(3)
  const call = await desk.tenant.client.call(api.getCall, { params: { id: hidden } })
  expect(JSON.stringify(call)).not.toContain(from)
})

test('a fact that comes twice is taken once, and both times acknowledged', async () => {
  const desk = await phoneDesk(server, node)
  const callId = randomUUID()
  await node.tell(callId, desk.started(), { type: 'entered', name: 'Number', digits: '7' })
  node.raw(callId, 2, { type: 'entered', name: 'Number', digits: '7' })
  await until(() => node.acked.get(callId)?.filter(n => n === 2).length === 2, 'the second acknowledgement')
  expect((await desk.tenant.client.call(api.getCall, { params: { id: callId } })).pressed).toHaveLength(1)
  node.raw(callId, 3, ENDED)
  await until(() => node.acked.get(callId)?.includes(3), 'the end')
})

test('a caller who hangs up in the queue has abandoned, at once or later', async () => {
  const desk = await phoneDesk(server, node, { abandonSeconds: 0 })
  const callId = await desk.arrive()
  await node.tell(callId, ENDED)
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'ended', outcome: 'abandoned' })
  const short = await phoneDesk(server, node, { abandonSeconds: 60 })
  const shortId = await short.arrive()
  await node.tell(shortId, ENDED)
  expect(await short.interactionOf(shortId)).toMatchObject({ state: 'ended', outcome: 'shortAbandoned' })
})

test('whoever is transferred to a queue hears its music and is offered there; the agent’s end hangs up', async () => {
  const desk = await phoneDesk(server, node)
  const { callId, interactionId } = await talking(desk)
  await desk.ana.client.call(transferInteraction, {
    params: { id: interactionId },
    body: { queueId: desk.otherQueueId, note: 'Wants the invoice of May' },
  })
  expect(await node.hear('queue')).toMatchObject({ callId, queueId: desk.otherQueueId })
  const lineId = node.line(desk.tenant.id, desk.iva.id)
  await available(desk.iva)
  await until(async () => (await desk.interactionOf(callId)).state === 'offered', 'the next offer')
  const { agentId } = await desk.interactionOf(callId)
  const next = agentId === desk.iva.id ? desk.iva : desk.ana
  await next.client.call(acceptOffer, { params: { id: interactionId } })
  const connect = await node.hear('connect')
  if (next === desk.iva) expect(connect.lineId).toBe(lineId)
  await next.client.call(endInteraction, { params: { id: interactionId }, body: { outcome: 'handled' } })
  expect(await node.hear('hangUp')).toMatchObject({ callId, by: 'agent' })
  await node.tell(callId, { ...ENDED, by: 'agent' })
})
