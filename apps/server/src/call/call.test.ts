import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as api from '@centrala/api/call.ts'
import { listMessages } from '@centrala/api/conversation.ts'
import { createDeskPhone } from '@centrala/api/desk-phone.ts'
import {
  acceptOffer,
  endInteraction,
  listMyInteractions,
  listSegments,
  rejectOffer,
  transferInteraction,
} from '@centrala/api/interaction.ts'
import { getMyPresence, setMyPresence } from '@centrala/api/presence.ts'
import { superviseNow } from '@centrala/api/supervise.ts'
import type { CallFact } from '@centrala/api/voice-link.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestUser } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { watchPresence } from '../presence/watch-presence.ts'
import { type PhoneDesk, phoneDesk, startTestNode, type TestNode } from '../voice/testing.ts'

let server: TestServer
let node: TestNode
beforeAll(async () => {
  server = await startTestServer()
  node = await startTestNode(server)
})
afterAll(async () => {
  expect(existsSync(join(server.services.env.DATA_DIR, 'voice/refused-facts.jsonl'))).toBe(false)
  await node.close()
  await server.close()
})

beforeEach(() => {
  node.commands.length = 0
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

/** Desk phones of a person, as the node says they are registered. */
async function deskPhone(desk: PhoneDesk, user: TestUser): Promise<string> {
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
    () => node.config?.tenants.some(each => each.deskPhones.some(phone => phone.id === id)),
    'the configuration',
  )
  node.deskPhones.push({ deskPhoneId: id, registered: true, userAgent: 'Phone/1', inCall: false })
  node.state()
  return id
}

test('a desk phone rings with the offer, and picking it up accepts', async () => {
  const desk = await phoneDesk(server, node)
  await deskPhone(desk, desk.ana)
  await available(desk.ana)
  const callId = await desk.arrive()
  expect(await node.hear('ring')).toMatchObject({ callId, userId: desk.ana.id })
  const legId = randomUUID()
  await node.tell(
    callId,
    { type: 'legStarted', legId, kind: 'agent', way: 'desk', userId: desk.ana.id, address: null },
    { type: 'legRinging', legId },
    { type: 'legAnswered', legId },
  )
  expect(await node.hear('connect')).toMatchObject({ callId, userId: desk.ana.id, lineId: null })
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'active', agentId: desk.ana.id })
  await node.tell(callId, { type: 'connected', userId: desk.ana.id, legId }, ENDED)
})

test('a rejected offer stops the ringing, and a phone picked up too late is told so', async () => {
  const desk = await phoneDesk(server, node)
  await deskPhone(desk, desk.ana)
  await available(desk.ana)
  const callId = await desk.arrive()
  await node.hear('ring')
  const offer = await offerTo(desk.ana)
  await desk.ana.client.call(rejectOffer, { params: { id: offer.id } })
  expect(await node.hear('stopRinging')).toMatchObject({ callId, userId: desk.ana.id })
  const legId = randomUUID()
  await node.tell(
    callId,
    { type: 'legStarted', legId, kind: 'agent', way: 'desk', userId: desk.ana.id, address: null },
    { type: 'legAnswered', legId },
  )
  expect(await node.hear('stopRinging')).toMatchObject({ callId, userId: desk.ana.id })
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'queued' })
  await node.tell(callId, ENDED)
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

test('hold, consult, and handing over to a colleague: the segments and the owner say so', async () => {
  const desk = await phoneDesk(server, node)
  const { callId, interactionId, legId } = await talking(desk)
  node.line(desk.tenant.id, desk.iva.id)
  const { client } = desk.ana
  const on = { params: { id: callId } }
  await client.call(api.holdCall, on)
  await node.hear('hold')
  await node.tell(callId, { type: 'held' })
  expect((await client.call(api.getCall, on)).state).toBe('held')
  await client.call(api.resumeCall, { ...on, body: {} })
  await node.hear('resume')
  await node.tell(callId, { type: 'resumed' })
  await until(() => server.services.voice.phones.isReachable(desk.tenant.id, desk.iva.id), 'Iva’s line')
  await client.call(api.consult, { ...on, body: { userId: desk.iva.id } })
  expect(await node.hear('consult')).toMatchObject({ target: { type: 'user', userId: desk.iva.id } })
  const asked = randomUUID()
  await node.tell(
    callId,
    { type: 'legStarted', legId: asked, kind: 'agent', way: 'browser', userId: desk.iva.id, address: null },
    { type: 'consulted', legId: asked, userId: desk.iva.id, to: null },
    { type: 'legAnswered', legId: asked },
  )
  expect((await client.call(api.getCall, on)).consulting).toMatchObject({ name: 'Iva', answered: true })
  await client.call(api.completeConsult, { ...on, body: { note: 'Asks about May' } })
  await node.hear('completeConsult')
  await node.tell(
    callId,
    { type: 'consultEnded', legId: asked, how: 'completed' },
    { type: 'legEnded', legId, status: null, q850: null, reason: 'left', quality: null },
  )
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'active', agentId: desk.iva.id })
  const { items } = await desk.iva.client.call(listSegments, { params: { id: interactionId } })
  expect(items.map(({ kind, agentName }) => [kind, agentName])).toEqual([
    ['flow', null],
    ['queue', null],
    ['offer', 'Ana'],
    ['agent', 'Ana'],
    ['hold', 'Ana'],
    ['agent', 'Ana'],
    ['consult', 'Ana'],
    ['agent', 'Iva'],
  ])
  await node.tell(callId, ENDED)
  const refused = await client.call(api.holdCall, on).catch(error => error.problem)
  expect(refused).toMatchObject({ status: 409, code: 'call.ended' })
})

test('a parked caller is picked up by a colleague, whose call it then is', async () => {
  const desk = await phoneDesk(server, node)
  const { callId, legId } = await talking(desk)
  const lineId = node.line(desk.tenant.id, desk.iva.id)
  await until(() => server.services.voice.phones.isReachable(desk.tenant.id, desk.iva.id), 'Iva’s line')
  await desk.ana.client.call(api.parkCall, { params: { id: callId } })
  await node.hear('park')
  await node.tell(
    callId,
    { type: 'parked' },
    { type: 'legEnded', legId, status: null, q850: null, reason: 'left', quality: null },
  )
  expect((await desk.iva.client.call(api.listParkedCalls)).items.map(call => call.id)).toEqual([callId])
  await desk.iva.client.call(api.resumeCall, { params: { id: callId }, body: { lineId } })
  expect(await node.hear('connect')).toMatchObject({ callId, userId: desk.iva.id, lineId })
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'active', agentId: desk.iva.id })
  await node.tell(callId, { type: 'connected', userId: desk.iva.id, legId: randomUUID() }, ENDED)
})

test('a consulted colleague is shown the call, answers in the browser or declines; nobody else can', async () => {
  const desk = await phoneDesk(server, node)
  const { callId } = await talking(desk)
  const ivasCalls = async () => (await desk.iva.client.call(api.listMyCalls)).items.map(call => call.id)
  expect(await ivasCalls()).toEqual([])
  expect((await desk.ana.client.call(api.listMyCalls)).items.map(call => call.id)).toEqual([callId])

  const lineId = node.line(desk.tenant.id, desk.iva.id)
  await until(() => server.services.voice.phones.isReachable(desk.tenant.id, desk.iva.id), 'Iva’s line')
  const asked = randomUUID()
  await node.tell(
    callId,
    { type: 'legStarted', legId: asked, kind: 'agent', way: 'browser', userId: desk.iva.id, address: null },
    { type: 'held' },
    { type: 'consulted', legId: asked, userId: desk.iva.id, to: null },
  )
  expect(await ivasCalls()).toEqual([callId])
  const answer = { params: { id: callId }, body: { accept: true, lineId } }
  const stranger = await desk.ana.client.call(api.answerConsult, answer).catch(error => error.problem)
  expect(stranger).toMatchObject({ status: 409, code: 'call.notConsulting' })

  node.commands.length = 0
  await desk.iva.client.call(api.answerConsult, answer)
  expect(await node.hear('connect')).toMatchObject({ callId, userId: desk.iva.id, lineId })
  await desk.iva.client.call(api.answerConsult, { params: { id: callId }, body: { accept: false } })
  expect(await node.hear('stopRinging')).toMatchObject({ callId, userId: desk.iva.id })
  await node.tell(callId, ENDED)
  expect(await ivasCalls()).toEqual([])
})

test('who is asked by a colleague, or is in a conference, is offered no call of their own until they are out of it', async () => {
  const desk = await phoneDesk(server, node)
  const { callId } = await talking(desk)
  node.line(desk.tenant.id, desk.iva.id)
  await until(() => server.services.voice.phones.isReachable(desk.tenant.id, desk.iva.id), 'Iva’s line')
  await available(desk.iva)
  const asked = randomUUID()
  await node.tell(
    callId,
    { type: 'legStarted', legId: asked, kind: 'agent', way: 'browser', userId: desk.iva.id, address: null },
    { type: 'held' },
    { type: 'consulted', legId: asked, userId: desk.iva.id, to: null },
  )
  const ivaNow = async () =>
    (await desk.supervisor.client.call(superviseNow)).agents.find(agent => agent.userId === desk.iva.id)
  expect(await ivaNow()).toMatchObject({ inCall: true })
  const next = await desk.arrive()
  await server.services.router.settle()
  expect(await desk.interactionOf(next)).toMatchObject({ state: 'queued' })

  await node.tell(
    callId,
    { type: 'legAnswered', legId: asked },
    { type: 'consultEnded', legId: asked, how: 'conference' },
    { type: 'resumed' },
    { type: 'connected', userId: desk.iva.id, legId: asked },
  )
  await server.services.router.settle()
  expect(await desk.interactionOf(next)).toMatchObject({ state: 'queued' })

  await node.tell(callId, { type: 'legEnded', legId: asked, status: null, q850: 16, reason: 'hungUp', quality: null })
  const offer = await offerTo(desk.iva)
  expect(offer.id).toBe((await desk.interactionOf(next)).id)
  expect(await ivaNow()).toMatchObject({ inCall: false })
  await node.tell(next, ENDED)
  await node.tell(callId, ENDED)
})

test('who listens to a call is offered none; a server that was away knows it from the call again', async () => {
  const desk = await phoneDesk(server, node)
  const { callId } = await talking(desk)
  node.line(desk.tenant.id, desk.iva.id)
  await until(() => server.services.voice.phones.isReachable(desk.tenant.id, desk.iva.id), 'Iva’s line')
  await available(desk.iva)
  const legId = randomUUID()
  await node.tell(
    callId,
    { type: 'legStarted', legId, kind: 'supervisor', way: 'browser', userId: desk.iva.id, address: null },
    { type: 'monitored', userId: desk.iva.id, mode: 'listen' },
  )
  const { phones } = server.services.voice
  expect(phones.isGuest(desk.tenant.id, desk.iva.id)).toBe(true)
  phones.setGuests(desk.tenant.id, callId, []) // as after a start of the server
  await node.cut()
  await node.connect()
  await until(() => phones.isGuest(desk.tenant.id, desk.iva.id), 'Iva to be known in the call')
  const next = await desk.arrive()
  await server.services.router.settle()
  expect(await desk.interactionOf(next)).toMatchObject({ state: 'queued' })
  await node.tell(callId, ENDED)
  expect((await offerTo(desk.iva)).id).toBe((await desk.interactionOf(next)).id)
  await node.tell(next, ENDED)
})

test('who works by a desk phone alone stays available while it is registered, is offered calls, and is offline when it is gone', async () => {
  const desk = await phoneDesk(server, node)
  const stop = watchPresence(server.services, { graceMs: 300, everyMs: 50 })
  try {
    const { phone } = await desk.tenant.client.call(createDeskPhone, { body: { name: 'Desk', userId: desk.ana.id } })
    const { phones } = server.services.voice
    const atDesk = { deskPhoneId: phone.id, registered: true, userAgent: null, inCall: false }
    node.deskPhones.push(atDesk)
    await available(desk.ana)
    await until(
      () => node.config?.tenants.some(one => one.deskPhones.some(({ id }) => id === phone.id)),
      'the phone to be known',
    )
    node.state()
    await until(() => phones.isScreenless(desk.tenant.id, desk.ana.id), 'Ana to work by phone alone')
    const presence = async () => (await desk.ana.client.call(getMyPresence)).state
    expect(await presence()).toBe('available')
    atDesk.inCall = true
    node.state()
    await until(() => phones.isGuest(desk.tenant.id, desk.ana.id), 'Ana to talk with a colleague')
    const callId = await desk.arrive()
    await server.services.router.settle()
    expect(await desk.interactionOf(callId)).toMatchObject({ state: 'queued' })
    atDesk.inCall = false
    node.state()
    expect((await offerTo(desk.ana)).id).toBe((await desk.interactionOf(callId)).id)
    await node.tell(callId, ENDED)
    node.deskPhones.splice(0)
    node.state()
    await until(async () => (await presence()) === 'offline', 'Ana to be offline')
    expect(phones.isScreenless(desk.tenant.id, desk.ana.id)).toBe(false)
  } finally {
    stop()
    node.deskPhones.splice(0)
  }
})

test('a conference goes on with whoever of us is left in it', async () => {
  const desk = await phoneDesk(server, node)
  const { callId, legId } = await talking(desk)
  const asked = randomUUID()
  await node.tell(
    callId,
    { type: 'legStarted', legId: asked, kind: 'agent', way: 'browser', userId: desk.iva.id, address: null },
    { type: 'consulted', legId: asked, userId: desk.iva.id, to: null },
    { type: 'legAnswered', legId: asked },
    { type: 'consultEnded', legId: asked, how: 'conference' },
    { type: 'legEnded', legId, status: null, q850: null, reason: 'hung up', quality: null },
  )
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'active', agentId: desk.iva.id })
  await node.tell(callId, ENDED)
})

test('a number outside that rings and answers after the agent has left has the customer; the agent wraps up', async () => {
  const desk = await phoneDesk(server, node)
  const { callId, legId } = await talking(desk)
  const outside = randomUUID()
  await node.tell(
    callId,
    { type: 'held' },
    { type: 'legStarted', legId: outside, kind: 'outside', way: 'phone', userId: null, address: '+38512345600' },
    { type: 'legRinging', legId: outside },
    { type: 'legEnded', legId, status: null, q850: 16, reason: 'transferred', quality: null },
  )
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'active', agentId: desk.ana.id })
  await node.tell(
    callId,
    { type: 'legAnswered', legId: outside },
    { type: 'resumed' },
    { type: 'connected', userId: null, legId: outside },
  )
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'wrapUp', agentId: desk.ana.id })
  await node.tell(callId, ENDED)
})

test('handed to a number outside, the call goes on without the agent, who wraps up', async () => {
  const desk = await phoneDesk(server, node)
  await allow(desk)
  const { callId, legId } = await talking(desk)
  const { client } = desk.ana
  const denied = await client
    .call(api.forwardCall, { params: { id: callId }, body: { number: '+44 20 7946 0000' } })
    .catch(error => error.problem)
  expect(denied).toMatchObject({ status: 403, code: 'dial.denied' })
  await client.call(api.forwardCall, { params: { id: callId }, body: { number: '01 2345 600', note: 'He knows you' } })
  expect(await node.hear('forward')).toMatchObject({ number: '+38512345600', userId: desk.ana.id })
  const outside = randomUUID()
  await node.tell(
    callId,
    { type: 'legStarted', legId: outside, kind: 'outside', way: 'phone', userId: null, address: '+38512345600' },
    { type: 'legAnswered', legId: outside },
    { type: 'legEnded', legId, status: null, q850: null, reason: 'left', quality: null },
  )
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'wrapUp', agentId: desk.ana.id })
  expect((await client.call(api.getCall, { params: { id: callId } })).state).not.toBe('ended')
  await node.tell(callId, ENDED)
  const { rows } = await server.owner.query('SELECT price FROM call WHERE id = $1', [callId])
  expect(rows).toEqual([{ price: 0.05 }]) // a begun minute of the number outside
})

/** Calls to Croatia may be dialled, at a price; nothing else. */
async function allow(desk: PhoneDesk, limits: Record<string, number> = {}): Promise<void> {
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

test('an agent calls a number: my phone first, then theirs; unanswered it is over without wrap-up', async () => {
  const desk = await phoneDesk(server, node)
  await allow(desk)
  const { client } = desk.ana
  const dial = (to: string, more = {}) => client.call(api.dial, { body: { to, ...more } })
  const refusal = (work: Promise<unknown>) => work.catch(error => error.problem)
  expect(await refusal(dial('091 234 5678'))).toMatchObject({ status: 409, code: 'phone.missing' })
  const lineId = node.line(desk.tenant.id, desk.ana.id)
  await until(() => server.services.voice.phones.isReachable(desk.tenant.id, desk.ana.id), 'the line')
  expect(await refusal(dial('hello'))).toMatchObject({ status: 400, code: 'request.invalid' })
  expect(await refusal(dial('+44 20 7946 0000'))).toMatchObject({ status: 403, code: 'dial.denied' })
  expect(await refusal(dial('+385 60 123 456'))).toMatchObject({ status: 403, code: 'dial.denied' })
  const { call, interaction } = await dial('091 234 5678', { numberId: desk.numberId })
  expect(interaction).toMatchObject({
    direction: 'outbound',
    state: 'active',
    agentId: desk.ana.id,
    queueId: desk.queueId,
  })
  const command = await node.hear('dial')
  expect(command).toMatchObject({ callId: call.id, lineId, to: '+385912345678', numberId: desk.numberId })
  await node.tell(
    call.id,
    desk.started({ direction: 'outbound', to: '+385912345678', interactionId: interaction.id, userId: desk.ana.id }),
  )
  await node.tell(call.id, { ...ENDED, by: 'network', status: 486, q850: 17, reason: 'busy' })
  expect(await desk.interactionOf(call.id)).toMatchObject({ state: 'ended', outcome: 'closed' })
})

test('an emergency number is called whatever rules and limits say, also for somebody on the phone, and the audit log says who did', async () => {
  const desk = await phoneDesk(server, node)
  await server.services.db.tenant(desk.tenant.id, async tx => {
    await tx.query('UPDATE tenant SET settings = settings || \'{"country":"HR"}\' WHERE tenant_id = current_tenant()')
    await tx.db.insertInto('callLimits').values({ maxCalls: 0, maxOutboundCalls: 0, maxSpendPerDay: 0 }).execute()
  })
  const { client } = desk.ana
  const { callId } = await talking(desk)
  await client.call(api.consult, { params: { id: callId }, body: { number: '194' } })
  expect(await node.hear('consult')).toMatchObject({ target: { type: 'number', number: '194' } })
  await node.tell(callId, ENDED)
  const { call } = await client.call(api.dial, { body: { to: '112' } })
  expect(await node.hear('dial')).toMatchObject({ callId: call.id, to: '112' })
  const denied = await client.call(api.dial, { body: { to: '+385 91 234 5678' } }).catch(error => error.problem)
  expect(denied).toMatchObject({ code: 'dial.denied' })
  const atDesk = randomUUID()
  await node.tell(
    atDesk,
    desk.started({ direction: 'outbound', way: 'desk', from: null, to: '112', numberId: null, userId: desk.iva.id }),
    ENDED,
  )
  const { rows } = await server.owner.query(
    "SELECT user_id, subject_id FROM audit_entry WHERE action = 'call.emergencyDialled' AND tenant_id = $1 ORDER BY at",
    [desk.tenant.id],
  )
  expect(rows).toEqual([
    { user_id: desk.ana.id, subject_id: call.id },
    { user_id: desk.iva.id, subject_id: atDesk },
  ])
  await node.tell(call.id, desk.started({ direction: 'outbound', to: '112', userId: desk.ana.id }), ENDED)
})

test('an answered call of one’s own is talked through and wrapped up, with its price; limits hold', async () => {
  const desk = await phoneDesk(server, node)
  await allow(desk, { maxSpendPerDay: 0.12 })
  node.line(desk.tenant.id, desk.ana.id)
  await until(() => server.services.voice.phones.isReachable(desk.tenant.id, desk.ana.id), 'the line')
  const body = { to: '+385 91 234 5678', numberId: desk.numberId }
  for (let calls = 0; calls < 2; calls++) {
    const { call } = await desk.ana.client.call(api.dial, { body })
    await node.tell(
      call.id,
      desk.started({ direction: 'outbound', to: '+385912345678', userId: desk.ana.id }),
      { type: 'connected', userId: desk.ana.id, legId: randomUUID() },
      { ...ENDED, by: 'agent' },
    )
    expect(await desk.interactionOf(call.id)).toMatchObject({ state: 'wrapUp', outcome: 'handled' })
  }
  const refused = await desk.ana.client.call(api.dial, { body }).catch(error => error.problem)
  expect(refused).toMatchObject({ status: 429, code: 'dial.limit' })
})

test('what the node refuses to dial is over at once, and says why', async () => {
  const desk = await phoneDesk(server, node)
  await allow(desk)
  node.line(desk.tenant.id, desk.ana.id)
  await until(() => server.services.voice.phones.isReachable(desk.tenant.id, desk.ana.id), 'the line')
  const well = node.reply
  node.reply = command =>
    command.type === 'dial'
      ? { ok: false, code: 'trunk.none', detail: 'No line to a provider is connected.' }
      : well(command)
  const refused = await desk.ana.client.call(api.dial, { body: { to: '+385912345678' } }).catch(error => error.problem)
  node.reply = well
  expect(refused).toMatchObject({ status: 409, code: 'trunk.none', detail: 'No line to a provider is connected.' })
  expect((await desk.ana.client.call(listMyInteractions)).items).toEqual([])
})

test('who asked to be called back keeps the place, and is called when an agent accepts; unanswered, the agent may try again', async () => {
  const desk = await phoneDesk(server, node)
  await allow(desk)
  const callId = await desk.arrive()
  const to = '+385912223344'
  await node.tell(callId, { type: 'callbackRequested', to }, { type: 'unqueued', reason: 'callback' }, ENDED)
  const waiting = await desk.interactionOf(callId)
  expect(waiting).toMatchObject({ state: 'queued', context: { callback: { to } } })
  node.line(desk.tenant.id, desk.ana.id)
  await available(desk.ana)
  const offer = await offerTo(desk.ana)
  await desk.ana.client.call(acceptOffer, { params: { id: offer.id } })
  const back = await node.hear('dial')
  expect(back).toMatchObject({ to, interactionId: waiting.id, userId: desk.ana.id })
  await node.tell(back.callId, desk.started({ direction: 'outbound', to, interactionId: waiting.id }), {
    ...ENDED,
    by: 'network',
    reason: 'no answer',
  })
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'active', agentId: desk.ana.id })
  const { call } = await desk.ana.client.call(api.dial, { body: { to, interactionId: waiting.id } })
  await node.tell(
    call.id,
    desk.started({ direction: 'outbound', to, interactionId: waiting.id }),
    { type: 'connected', userId: desk.ana.id, legId: randomUUID() },
    ENDED,
  )
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'wrapUp', outcome: 'handled' })
  expect((await desk.ana.client.call(api.listCalls, { params: { id: waiting.id } })).items).toHaveLength(3)
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

test('a supervisor listens, and takes the call over', async () => {
  const desk = await phoneDesk(server, node)
  const { callId, legId } = await talking(desk)
  const { client } = desk.supervisor
  const on = { params: { id: callId } }
  expect((await client.call(api.listOpenCalls)).items.map(call => call.id)).toContain(callId)
  const lineId = node.line(desk.tenant.id, desk.supervisor.id)
  await until(() => server.services.voice.phones.isReachable(desk.tenant.id, desk.supervisor.id), 'the line')
  await client.call(api.monitorCall, { ...on, body: { mode: 'whisper' } })
  expect(await node.hear('monitor')).toMatchObject({ mode: 'whisper', userId: desk.supervisor.id, lineId })
  await node.tell(callId, { type: 'monitored', userId: desk.supervisor.id, mode: 'whisper' })
  expect((await client.call(api.getCall, on)).monitors).toEqual([{ userId: desk.supervisor.id, mode: 'whisper' }])
  const agent = await desk.ana.client.call(api.monitorCall, { ...on, body: { mode: 'listen' } }).catch(e => e.problem)
  expect(agent).toMatchObject({ status: 403 })
  await client.call(api.takeOverCall, on)
  expect(await node.hear('connect')).toMatchObject({ callId, userId: desk.supervisor.id, lineId })
  expect(await node.hear('removeLeg')).toMatchObject({ callId, legId })
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'active', agentId: desk.supervisor.id })
  await node.tell(callId, ENDED)
})

test('a colleague’s call is not mine to hold; a supervisor may hang it up', async () => {
  const desk = await phoneDesk(server, node)
  const { callId } = await talking(desk)
  const on = { params: { id: callId } }
  const refused = await desk.iva.client.call(api.holdCall, on).catch(error => error.problem)
  expect(refused).toMatchObject({ status: 409, code: 'call.notYours' })
  await desk.supervisor.client.call(api.hangUp, on)
  expect(await node.hear('hangUp')).toMatchObject({ callId, by: 'supervisor' })
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

test('a call dialled on a desk phone is the agent’s own, with customer and story', async () => {
  const desk = await phoneDesk(server, node)
  await allow(desk)
  const callId = randomUUID()
  const to = '+385911112222'
  await node.tell(callId, desk.started({ direction: 'outbound', way: 'desk', from: null, to, userId: desk.ana.id }))
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'active', agentId: desk.ana.id })
  await node.tell(callId, { type: 'connected', userId: desk.ana.id, legId: randomUUID() }, ENDED)
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'wrapUp', outcome: 'handled' })
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
