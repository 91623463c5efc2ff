import { randomUUID } from 'node:crypto'
import { createDeskPhone } from '@centrala/api/desk-phone.ts'
import { rejectOffer } from '@centrala/api/interaction.ts'
import { getMyPresence } from '@centrala/api/presence.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { watchPresence } from '../presence/watch-presence.ts'
import { phoneDesk, type TestNode } from '../voice/testing.ts'

import { allow, available, deskPhone, ENDED, endCalls, offerTo, startCalls } from './testing.ts'

let server: TestServer
let node: TestNode
beforeAll(async () => {
  ;({ server, node } = await startCalls())
})
afterAll(() => endCalls(server, node))
beforeEach(() => {
  node.commands.length = 0
})

test('a desk phone rings with the offer, and picking it up accepts', async () => {
  const desk = await phoneDesk(server, node)
  await deskPhone(server, desk, desk.ana)
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

test('a ring whose offer is not made is taken back, and who picked up meanwhile has no call', async () => {
  const desk = await phoneDesk(server, node)
  await deskPhone(server, desk, desk.ana)
  await available(desk.ana)
  await server.services.router.settle()
  // The database knows better than the router, which rings before it has asked.
  await server.owner.query("UPDATE presence SET state = 'away' WHERE user_id = $1", [desk.ana.id])
  const callId = await desk.arrive()
  expect(await node.hear('ring')).toMatchObject({ callId, userId: desk.ana.id })
  expect(await node.hear('stopRinging')).toMatchObject({ callId, userId: desk.ana.id })
  const legId = randomUUID()
  await node.tell(
    callId,
    { type: 'legStarted', legId, kind: 'agent', way: 'desk', userId: desk.ana.id, address: null },
    { type: 'legAnswered', legId },
  )
  expect(await node.hear('stopRinging')).toMatchObject({ callId, userId: desk.ana.id })
  const { id, state, agentId } = await desk.interactionOf(callId)
  expect({ state, agentId }).toEqual({ state: 'queued', agentId: null })
  const { rows } = await server.owner.query('SELECT count(*)::int AS receipts FROM receipt WHERE interaction_id = $1', [
    id,
  ])
  expect(rows).toEqual([{ receipts: 0 }])
  await node.tell(callId, ENDED)
})

test('a rejected offer stops the ringing, and a phone picked up too late is told so', async () => {
  const desk = await phoneDesk(server, node)
  await deskPhone(server, desk, desk.ana)
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

test('who works by a desk phone alone stays available while it is registered, is offered calls, and is offline when it is gone', async () => {
  const desk = await phoneDesk(server, node)
  const stop = watchPresence(server.services, { graceMs: 300, everyMs: 50 })
  try {
    const { phone } = await desk.tenant.client.call(createDeskPhone, { body: { name: 'Desk', userId: desk.ana.id } })
    const { phones } = server.services.voice
    const atDesk = { deskPhoneId: phone.id, registered: true, userAgent: null, inCall: false }
    node.deskPhones.push(atDesk)
    await until(
      () => node.config?.tenants.some(one => one.deskPhones.some(({ id }) => id === phone.id)),
      'the phone to be known',
    )
    node.state()
    await until(() => phones.isReachable(desk.tenant.id, desk.ana.id), 'the phone to be registered')
    await available(desk.ana)
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

test('a call dialled on a desk phone is the agent’s own, with customer and story', async () => {
  const desk = await phoneDesk(server, node)
  await allow(server, desk)
  const callId = randomUUID()
  const to = '+385911112222'
  await node.tell(callId, desk.started({ direction: 'outbound', way: 'desk', from: null, to, userId: desk.ana.id }))
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'active', agentId: desk.ana.id })
  await node.tell(callId, { type: 'connected', userId: desk.ana.id, legId: randomUUID() }, ENDED)
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'wrapUp', outcome: 'handled' })
})
