import { randomUUID } from 'node:crypto'
import * as api from '@centrala/api/call.ts'
import { listMessages } from '@centrala/api/conversation.ts'
import {
  acceptOffer,
  endInteraction,
  listMyInteractions,
  listSegments,
  transferInteraction,
} from '@centrala/api/interaction.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { phoneDesk, type TestNode } from '../voice/testing.ts'

import { available, ENDED, endCalls, offerTo, startCalls, talking } from './testing.ts'

let server: TestServer
let node: TestNode
beforeAll(async () => {
  ;({ server, node } = await startCalls())
})
afterAll(() => endCalls(server, node))
beforeEach(() => {
  node.commands.length = 0
})

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
      { label: 'Invoices', digits: '' },
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

test('who has no phone connected is offered no call, and gets it the moment a phone is there', async () => {
  const desk = await phoneDesk(server, node)
  await available(desk.ana)
  const callId = await desk.arrive()
  await server.services.router.settle()
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'queued' })
  expect((await desk.ana.client.call(api.getPhone)).reachable).toBe(false)
  node.line(desk.tenant.id, desk.ana.id)
  await offerTo(desk.ana)
  expect((await desk.ana.client.call(api.getPhone)).reachable).toBe(true)
  await node.tell(callId, ENDED)
})

test('an agent whose line is lost gives the caller back to the front of the queue', async () => {
  const desk = await phoneDesk(server, node)
  const { callId, legId } = await talking(desk)
  const before = await desk.interactionOf(callId)
  expect(before.state).toBe('active')
  node.lines = []
  node.state()
  await node.tell(callId, { type: 'legEnded', legId, status: null, q850: null, reason: 'lost', quality: null })
  expect(await node.hear('queue')).toMatchObject({ callId, queueId: desk.queueId })
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'queued', queueId: desk.queueId })
  await node.tell(callId, ENDED)
})

test('whom the node cannot join loses the offer, hears why, and the caller goes back to the queue', async () => {
  const desk = await phoneDesk(server, node)
  node.line(desk.tenant.id, desk.ana.id)
  await available(desk.ana)
  const callId = await desk.arrive()
  const offer = await offerTo(desk.ana)
  const well = node.reply
  node.reply = command =>
    command.type === 'connect'
      ? { ok: false, code: 'line.gone', detail: 'Your audio is not connected.' }
      : well(command)
  await desk.ana.client.call(acceptOffer, { params: { id: offer.id } })
  await node.hear('connect')
  await until(async () => (await desk.interactionOf(callId)).state !== 'active', 'the caller to be queued again')
  node.reply = well
  await node.tell(callId, ENDED)
})

test('nobody came in time: the caller leaves the queue for the flow, and is offered no more', async () => {
  const desk = await phoneDesk(server, node)
  const callId = await desk.arrive()
  await node.tell(callId, { type: 'unqueued', reason: 'timeout' })
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'flow' })
  node.line(desk.tenant.id, desk.ana.id)
  await available(desk.ana)
  await server.services.router.settle()
  expect((await desk.ana.client.call(listMyInteractions)).items).toEqual([])
  await node.tell(callId, desk.queued(desk.otherQueueId))
  await offerTo(desk.ana)
  await node.tell(callId, ENDED)
})

test('lines of a text telephone are messages of the conversation, and the agent types back', async () => {
  const desk = await phoneDesk(server, node)
  const { callId, legId } = await talking(desk)
  await desk.ana.client.call(api.sendCallText, { params: { id: callId }, body: { text: 'HELLO GA' } })
  expect(await node.hear('text')).toMatchObject({ text: 'HELLO GA' })
  await node.tell(
    callId,
    { type: 'text', legId, author: 'customer', how: 'tty', text: 'WHERE IS MY ORDER Q GA' },
    { type: 'text', legId, author: 'agent', how: 'tty', text: 'HELLO GA' },
  )
  const { conversationId } = await desk.interactionOf(callId)
  const { items } = await desk.ana.client.call(listMessages, { params: { id: conversationId } })
  expect(items.map(({ author, text }) => [author, text]).sort()).toEqual([
    ['agent', 'HELLO GA'],
    ['customer', 'WHERE IS MY ORDER Q GA'],
  ])
  await node.tell(callId, ENDED)
})

test('a caller hears the place in the queue', async () => {
  const desk = await phoneDesk(server, node)
  const [first, second] = [await desk.arrive(), await desk.arrive()]
  await server.services.router.settle()
  expect((await node.ask(first)).position).toBe(1)
  expect((await node.ask(second)).position).toBe(2)
  await node.tell(first, ENDED)
  await node.tell(second, ENDED)
})
