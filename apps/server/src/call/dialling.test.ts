import { randomUUID } from 'node:crypto'
import * as api from '@centrala/api/call.ts'
import { acceptOffer, listMyInteractions } from '@centrala/api/interaction.ts'
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

test('an agent calls a number: my phone first, then theirs; unanswered it is over without wrap-up', async () => {
  const desk = await phoneDesk(server, node)
  await allow(server, desk)
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
  await allow(server, desk, { maxSpendPerDay: 0.12 })
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
  await allow(server, desk)
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
  await allow(server, desk)
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
