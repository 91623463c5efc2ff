import { randomUUID } from 'node:crypto'
import * as api from '@centrala/api/call.ts'
import { listSegments } from '@centrala/api/interaction.ts'
import { superviseNow } from '@centrala/api/supervise.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { phoneDesk, type TestNode } from '../voice/testing.ts'

import { allow, available, ENDED, endCalls, offerTo, startCalls, talking } from './testing.ts'

let server: TestServer
let node: TestNode
beforeAll(async () => {
  ;({ server, node } = await startCalls())
})
afterAll(() => endCalls(server, node))
beforeEach(() => {
  node.commands.length = 0
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
  await allow(server, desk)
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
