import { getCall } from '@centrala/api/call.ts'
import type { CallFact } from '@centrala/api/call-fact.ts'
import { sendMessage } from '@centrala/api/conversation.ts'
import { acceptOffer, listMyInteractions } from '@centrala/api/interaction.ts'
import { LIVE_PATH, type ToClient } from '@centrala/api/live.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { getWidgetConfig } from '@centrala/api/webchat.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { startTestNode, type TestNode } from '../voice/testing.ts'
import { type ChatDesk, chatDesk } from './testing.ts'

let server: TestServer
let node: TestNode
beforeAll(async () => {
  server = await startTestServer({ TURN_URLS: 'turn:turn.example.com:3478', TURN_SECRET: 'shared with coturn' })
  node = await startTestNode(server)
})
afterAll(async () => {
  await node.close()
  await server.close()
})

const ENDED: CallFact = { type: 'ended', by: 'customer', status: 200, q850: 16, reason: 'hung up' }

async function callDesk(): Promise<ChatDesk> {
  const desk = await chatDesk(server, { config: { calls: true } })
  await server.services.db.tenant(desk.tenant.id, async tx => {
    await tx.db.updateTable('routingProfile').set({ weights: '{"chat":25,"voice":100}' }).execute()
    tx.emit({ type: 'configuration.changed', data: { noun: 'routingProfile' } })
  })
  await until(() => node.config?.tenants.some(tenant => tenant.tenantId === desk.tenant.id), 'the tenant at the node')
  return desk
}

const startedFact = (desk: ChatDesk, interactionId: string): CallFact => ({
  type: 'started',
  tenantId: desk.tenant.id,
  direction: 'inbound',
  way: 'web',
  from: null,
  fromName: null,
  private: false,
  to: 'web',
  numberId: null,
  trunkId: null,
  divertedFrom: null,
  userId: null,
  interactionId,
})

test('a visitor calls from the page, is answered, adds video with the agent alone, and hangs up', async () => {
  const desk = await callDesk()
  const config = await desk.tenant.client.call(getWidgetConfig, { params: { key: desk.key } })
  expect(config).toMatchObject({ calls: true, iceServers: [{ urls: ['turn:turn.example.com:3478'] }] })
  const visitor = await desk.connect()
  await visitor.hello()
  visitor.say({ type: 'call.start', sdp: 'v=0 offer', fields: { name: 'Marko' } })
  const command = await node.hear('webCall')
  expect(command).toMatchObject({ tenantId: desk.tenant.id, queueId: desk.queueId, sdp: 'v=0 offer' })
  const answer = await visitor.hear('call.answer')
  expect(answer).toMatchObject({ callId: command.callId, sdp: 'v=0 answer' })
  const { callId, interactionId } = command
  await node.tell(callId, startedFact(desk, interactionId), {
    type: 'queued',
    queueId: desk.queueId,
    priority: 0,
    language: null,
    attributes: {},
  })
  const lineId = node.line(desk.tenant.id, desk.ana.id)
  await desk.ana.client.call(setMyPresence, { body: { state: 'available' } })
  const offer = await until(
    async () => (await desk.ana.client.call(listMyInteractions)).items.find(item => item.state === 'offered'),
    'the offer',
  )
  expect(offer).toMatchObject({ id: interactionId, channel: 'voice', customerName: 'Marko' })
  await desk.ana.client.call(acceptOffer, { params: { id: offer.id } })
  expect(await node.hear('connect')).toMatchObject({ callId, lineId })
  const legId = crypto.randomUUID()
  await node.tell(
    callId,
    { type: 'legStarted', legId, kind: 'agent', way: 'browser', userId: desk.ana.id, address: null },
    { type: 'connected', userId: desk.ana.id, legId },
  )
  await until(
    () =>
      visitor.heard.find(
        frame => frame.type === 'call.state' && frame.state === 'talking' && frame.agent?.name === 'Ana',
      ),
    'the agent on the visitor’s side',
  )
  const [agent, stranger] = [await openScreen(desk.ana.cookie), await openScreen((await desk.tenant.user()).cookie)]
  const offered = { kind: 'description', type: 'offer', sdp: 'v=0 video' } as const
  visitor.say({ type: 'video.signal', signal: offered })
  const got = await until(() => agent.heard.find(frame => frame.type === 'video.signal'), 'the signal at the agent')
  expect(got).toMatchObject({ callId, signal: offered })
  stranger.send({ type: 'video.signal', callId, signal: { kind: 'bye' } })
  agent.send({ type: 'video.signal', callId, signal: { kind: 'showing', video: true, screen: false } })
  const first = await visitor.hear('video.signal')
  expect(first.signal).toEqual({ kind: 'showing', video: true, screen: false })
  expect(stranger.heard.filter(frame => frame.type === 'video.signal')).toEqual([])
  visitor.say({ type: 'call.end' })
  expect(await node.hear('hangUp')).toMatchObject({ callId, by: 'customer' })
  await node.tell(callId, ENDED)
  await until(() => visitor.heard.find(frame => frame.type === 'call.state' && frame.state === 'ended'), 'the end')
  for (const screen of [agent, stranger]) screen.close()
  await visitor.close()
})

/** A visitor who calls from the page and talks to Ana. */
async function talking(desk: ChatDesk) {
  const visitor = await desk.connect()
  await visitor.hello()
  visitor.say({ type: 'call.start', sdp: 'v=0 offer', fields: { name: 'Marko' } })
  const { callId, interactionId } = await node.hear('webCall')
  await node.tell(callId, startedFact(desk, interactionId), {
    type: 'queued',
    queueId: desk.queueId,
    priority: 0,
    language: null,
    attributes: {},
  })
  node.line(desk.tenant.id, desk.ana.id)
  await desk.ana.client.call(setMyPresence, { body: { state: 'available' } })
  await until(
    async () => (await desk.ana.client.call(listMyInteractions)).items.find(item => item.state === 'offered'),
    'the offer',
  )
  await desk.ana.client.call(acceptOffer, { params: { id: interactionId } })
  await node.hear('connect')
  const legId = crypto.randomUUID()
  await node.tell(
    callId,
    { type: 'legStarted', legId, kind: 'agent', way: 'browser', userId: desk.ana.id, address: null },
    { type: 'connected', userId: desk.ana.id, legId },
  )
  return { visitor, callId, interactionId }
}

const mine = async (desk: ChatDesk) => (await desk.ana.client.call(listMyInteractions)).items

test('what a visitor writes during a call goes to whom they talk with, in the same conversation', async () => {
  const desk = await callDesk()
  const { visitor, callId, interactionId } = await talking(desk)
  visitor.say({ type: 'message', clientId: crypto.randomUUID(), text: 'My order is 4711' })
  const items = await until(async () => (await mine(desk)).length === 2 && mine(desk), 'the chat beside the call')
  const [call, chat] = [items.find(item => item.id === interactionId), items.find(item => item.id !== interactionId)]
  expect(chat).toMatchObject({ channel: 'chat', state: 'active', conversationId: call?.conversationId })
  await node.tell(callId, ENDED)
  await visitor.close()
})

test('an agent writes to whom they talk with from the page; a telephone call has no writing', async () => {
  const desk = await callDesk()
  const { visitor, callId, interactionId } = await talking(desk)
  const [call] = await mine(desk)
  const write = (interaction: string, text: string) =>
    desk.ana.client.call(sendMessage, {
      params: { id: call?.conversationId ?? '' },
      body: { interactionId: interaction, text, clientId: crypto.randomUUID() },
    })
  for (const text of ['https://example.com/returns', 'Write here what you see']) {
    expect(await write(interactionId, text)).toMatchObject({ channel: 'chat' })
    await until(() => visitor.heard.some(frame => JSON.stringify(frame).includes(text)), 'the words at the visitor')
  }
  expect(await mine(desk)).toHaveLength(2)
  await server.owner.query("UPDATE interaction SET context = context #- '{call,web}' WHERE id = $1", [interactionId])
  await expect(write(interactionId, 'Hello?')).rejects.toMatchObject({ problem: { code: 'message.spoken' } })
  await node.tell(callId, ENDED)
  await visitor.close()
})

test('after a reload the visitor hears of the call, and takes the same call up', async () => {
  const desk = await callDesk()
  const visitor = await desk.connect()
  const { visitorToken } = await visitor.hello()
  visitor.say({ type: 'call.start', sdp: 'v=0 one', fields: {} })
  const { callId, interactionId } = await node.hear('webCall')
  await visitor.hear('call.answer')
  await node.tell(callId, startedFact(desk, interactionId))
  await visitor.close()
  const again = await desk.connect()
  await again.hello({ visitorToken })
  expect(await again.hear('call.state')).toMatchObject({ callId, state: 'waiting' })
  again.say({ type: 'call.start', sdp: 'v=0 two', fields: {} })
  expect(await node.hear('webCall')).toMatchObject({ callId, interactionId, sdp: 'v=0 two' })
  await again.hear('call.answer')
  await node.tell(callId, ENDED)
  await again.close()
})

test('where calls are switched off, or the node will not, the visitor hears why and nothing is left behind', async () => {
  const off = await chatDesk(server)
  const visitor = await off.connect()
  await visitor.hello()
  visitor.say({ type: 'call.start', sdp: 'v=0', fields: {} })
  expect(await visitor.hear('problem')).toMatchObject({ code: 'call.notTaken' })
  await visitor.close()

  const desk = await callDesk()
  const well = node.reply
  node.reply = command =>
    command.type === 'webCall' ? { ok: false, code: 'full', detail: 'No more calls.' } : well(command)
  const other = await desk.connect()
  await other.hello()
  other.say({ type: 'call.start', sdp: 'v=0', fields: {} })
  const { callId } = await node.hear('webCall')
  expect(await other.hear('problem')).toMatchObject({ code: 'phone.full' })
  node.reply = well
  const call = await desk.tenant.client.call(getCall, { params: { id: callId } })
  expect(call).toMatchObject({ state: 'ended', endedBy: 'system' })
  await other.close()
})

test('signals that are no signals, or too large, are refused', async () => {
  const desk = await callDesk()
  const visitor = await desk.connect()
  await visitor.hello()
  for (const signal of [
    { kind: 'eval', code: '1' },
    { kind: 'description', type: 'offer', sdp: 'x'.repeat(50_001) },
  ]) {
    visitor.say({ type: 'video.signal', signal } as never)
    expect((await visitor.hear('problem')).code).toBeTruthy()
  }
  await visitor.close()
})

async function openScreen(cookie: string) {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${LIVE_PATH}`, {
    headers: { cookie, origin: server.origin },
  })
  const heard: ToClient[] = []
  socket.on('message', data => heard.push(JSON.parse(String(data))))
  await new Promise(resolve => socket.once('open', resolve))
  const send = (frame: unknown) => socket.send(JSON.stringify(frame))
  send({ type: 'hello', cursor: null })
  await until(() => heard.find(frame => frame.type === 'ready'), 'the screen to be ready')
  return { heard, send, close: () => socket.close() }
}

test('one address cannot take all the lines', async () => {
  const desk = await callDesk()
  const refused: string[] = []
  for (let n = 0; n < 13 && refused.length === 0; n++) {
    const visitor = await desk.connect()
    await visitor.hello()
    visitor.say({ type: 'call.start', sdp: 'v=0', fields: {} })
    const answer = await Promise.race([visitor.hear('call.answer'), visitor.hear('problem')])
    if (answer.type === 'problem') refused.push(answer.code)
    await visitor.close()
  }
  expect(refused).toEqual(['call.tooMany'])
})
