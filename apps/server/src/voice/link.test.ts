import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as api from '@centrala/api/call.ts'
import type { CallFact } from '@centrala/api/call-fact.ts'
import { acceptOffer, endInteraction, listMyInteractions } from '@centrala/api/interaction.ts'
import { LIVE_PATH, type ToClient } from '@centrala/api/live.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { VOICE_LINK_PATH } from '@centrala/api/voice-link.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { watchForsaken } from './forsaken.ts'
import { watchNodes } from './node-lease.ts'
import { phoneDesk, startTestNode } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ NODE_LEASE_SECONDS: '4', METRICS_TOKEN: 'a token of some length' })
})
afterAll(() => server.close())

const ENDED: CallFact = { type: 'ended', by: 'customer', status: 200, q850: 16, reason: 'hung up' }

test('nobody without the node token comes in', async () => {
  for (const authorization of ['', 'Bearer x', `Bearer ${'a'.repeat(43)}`]) {
    const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${VOICE_LINK_PATH}`, {
      headers: authorization ? { authorization } : {},
    })
    const status = await new Promise(resolve => {
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode))
      socket.on('open', () => resolve('open'))
      socket.on('error', () => {})
    })
    expect(status).toBe(401)
  }
})

test('a node is told the configuration, and again when it changes', async () => {
  const node = await startTestNode(server)
  const desk = await phoneDesk(server, node)
  await until(
    () => node.config?.tenants.some(tenant => tenant.numbers.some(number => number.id === desk.numberId)),
    'the number in the configuration',
  )
  await node.close()
})

test('what is no frame is passed over, and the link goes on', async () => {
  const node = await startTestNode(server)
  const desk = await phoneDesk(server, node)
  for (const frame of ['{', '{"type":"fact"}', { type: 'nonsense' }, { type: 'reply', id: 99, ok: true }])
    node.say(frame as never)
  const callId = await desk.arrive()
  await node.tell(callId, ENDED)
  await node.close()
})

test('a fact that cannot be taken is kept for people, and neither the call nor the others wait for it', async () => {
  const node = await startTestNode(server)
  const desk = await phoneDesk(server, node)
  const [gone, unknown] = [randomUUID(), randomUUID()]
  const other = desk.arrive()
  await node.tell(gone, desk.started({ tenantId: randomUUID() }))
  await node.tell(unknown, { type: 'held' })
  const callId = await other
  await node.tell(callId, {
    type: 'legStarted',
    legId: randomUUID(),
    kind: 'agent',
    way: 'desk',
    userId: randomUUID(),
    address: null,
  })
  await node.tell(callId, ENDED)
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'ended' })
  const kept = await readFile(join(server.services.env.DATA_DIR, 'voice/refused-facts.jsonl'), 'utf8')
  expect(
    kept
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).fact.type),
  ).toEqual(['started', 'held', 'legStarted'])
  await node.close()
})

test('facts that waited while the link was down are taken in their order, each once', async () => {
  const node = await startTestNode(server)
  const desk = await phoneDesk(server, node)
  const callId = await desk.arrive()
  await node.cut()
  await node.connect()
  for (const n of [1, 2, 3, 4]) {
    const facts: CallFact[] = [desk.started(), desk.queued(), { type: 'entered', name: 'Number', digits: '1' }, ENDED]
    node.raw(callId, n, facts[n - 1] as CallFact)
  }
  await until(() => node.acked.get(callId)?.includes(4), 'the last acknowledgement')
  expect(node.acked.get(callId)).toEqual([1, 2, 1, 2, 3, 4])
  const call = await desk.tenant.client.call(api.getCall, { params: { id: callId } })
  expect(call).toMatchObject({ state: 'ended', pressed: [{ label: 'Number', digits: '1' }] })
  await node.close()
})

test('a call of a node that is lost ends as lost, its interaction truthfully, and the next call finds the story', async () => {
  const node = await startTestNode(server)
  const desk = await phoneDesk(server, node, { abandonSeconds: 0 })
  const from = '+385915559999'
  const waiting = await desk.arrive({ from })
  const talked = randomUUID()
  await node.tell(talked, desk.started(), desk.queued())
  node.line(desk.tenant.id, desk.ana.id)
  await desk.ana.client.call(setMyPresence, { body: { state: 'available' } })
  const offer = await until(async () => (await desk.ana.client.call(listMyInteractions)).items[0], 'an offer')
  await desk.ana.client.call(acceptOffer, { params: { id: offer.id } })
  const { callId } = await node.hear('connect')
  await node.tell(callId, { type: 'connected', userId: desk.ana.id, legId: randomUUID() })
  await node.close()
  const stateOf = async (id: string) => (await desk.tenant.client.call(api.getCall, { params: { id } })).endedBy
  for (const id of [waiting, talked])
    await until(async () => (await stateOf(id)) === 'nodeLost', 'the lost call to end')
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'wrapUp', outcome: 'handled' })
  const left = callId === waiting ? talked : waiting
  expect(await desk.interactionOf(left)).toMatchObject({ state: 'ended', outcome: 'abandoned' })

  const again = await startTestNode(server)
  const nextId = randomUUID()
  await again.tell(nextId, desk.started({ from }), ENDED)
  expect((await desk.interactionOf(nextId)).conversationId).toBe((await desk.interactionOf(waiting)).conversationId)
  await again.close()
})

test('a call that began after its node last told all of its calls is not lost, and one missing from a later list is', async () => {
  const node = await startTestNode(server)
  const desk = await phoneDesk(server, node)
  const toldAt = () => server.services.voice.node(node.id)?.toldAt ?? 0
  const before = toldAt()
  await until(() => toldAt() > before, 'the next list')
  const listedAt = toldAt()
  const id = await desk.arrive()
  const stateOf = async () => (await desk.tenant.client.call(api.getCall, { params: { id } })).endedBy
  // Far shorter than the time from list to list, as though the next one were late.
  const leaseMs = 300
  const stop = watchNodes(server.services, leaseMs)
  await until(async () => {
    expect(await stateOf()).toBeNull()
    return Date.now() - listedAt > 4 * leaseMs
  }, 'several looks')
  node.calls.delete(id)
  await until(async () => (await stateOf()) === 'nodeLost', 'the lost call to end')
  stop()
  await node.close()
})

test('a node that comes back in time with its calls keeps them, and does what was decided meanwhile', async () => {
  const node = await startTestNode(server)
  const desk = await phoneDesk(server, node)
  const callId = await desk.arrive()
  await node.cut()
  await node.connect()
  expect(await desk.interactionOf(callId)).toMatchObject({ state: 'queued' })
  await node.cut()
  await desk.tenant.client
    .call(api.hangUp, { params: { id: callId } })
    .catch(error => expect(error.problem.status).toBe(403)) // an API key is nobody who could hang up
  const refused = await desk.supervisor.client
    .call(api.hangUp, { params: { id: callId } })
    .catch(error => error.problem)
  expect(refused).toMatchObject({ status: 503, code: 'node.gone' })
  await node.connect()
  await node.tell(callId, ENDED)
  await node.close()
})

test('what agents did while a node was away is done when it is back: accepting joins, ending hangs up, whatever other nodes there are', async () => {
  const node = await startTestNode(server)
  const other = await startTestNode(server)
  const desk = await phoneDesk(server, node)
  node.line(desk.tenant.id, desk.ana.id)
  await desk.ana.client.call(setMyPresence, { body: { state: 'available' } })
  const callId = await desk.arrive()
  const offer = await until(async () => (await desk.ana.client.call(listMyInteractions)).items[0], 'an offer')
  await node.cut()
  await desk.ana.client.call(acceptOffer, { params: { id: offer.id } })
  await server.services.events.settle()
  await node.connect()
  expect(await node.hear('connect')).toMatchObject({ callId, userId: desk.ana.id })
  await node.tell(callId, { type: 'connected', userId: desk.ana.id, legId: randomUUID() })
  await node.cut()
  await desk.ana.client.call(endInteraction, { params: { id: offer.id }, body: { outcome: 'handled' } })
  await server.services.events.settle()
  await node.connect()
  expect(await node.hear('hangUp')).toMatchObject({ callId })
  await node.tell(callId, ENDED)
  await other.close()
  await node.close()
})

test('while another server has the facts of a node’s calls they are left to it, and who takes them over waits for what is still to be told', async () => {
  const node = await startTestNode(server)
  const desk = await phoneDesk(server, node)
  const { voice, db } = server.services
  node.line(desk.tenant.id, desk.ana.id)
  const callId = await desk.arrive()
  const interaction = await desk.interactionOf(callId)
  expect(voice.callOf(interaction.id)).toMatchObject({ id: callId })
  node.introduce(false)
  await until(() => !voice.leads(node.id), 'another server to lead')
  expect(voice.callOf(interaction.id)).toBeNull()

  // What is decided is not followed here; what people do here is.
  await desk.ana.client.call(setMyPresence, { body: { state: 'available' } })
  const offer = await until(async () => (await desk.ana.client.call(listMyInteractions)).items[0], 'an offer')
  await desk.ana.client.call(acceptOffer, { params: { id: offer.id } })
  await desk.ana.client.call(api.muteCall, { params: { id: callId }, body: { on: true } })
  expect(await node.hear('mute')).toMatchObject({ callId })
  expect(node.commands.filter(({ type }) => type === 'connect')).toEqual([])

  // The call ends while nobody takes its facts; this server is told of it only after it has looked for lost calls.
  node.calls.delete(callId)
  node.state()
  await until(() => voice.node(node.id)?.state?.calls.length === 0, 'the node to have no call')
  node.introduce(true)
  node.state()
  await until(() => voice.leads(node.id), 'this server to lead')
  await server.owner.query("UPDATE call SET started_at = now() - interval '1 hour' WHERE id = $1", [callId])
  const [looked, ended]: [number[], string[]] = [[], []]
  const ours = {
    log: {
      query: async (sql: string, values: unknown[]) => {
        const { rows } = await db.log.query<{ id: string; tenantId: string }>(sql, values)
        looked.push(rows.length)
        return { rows: rows.filter(({ id }) => id === callId) }
      },
    },
    tenant: async (tenantId: string) => void ended.push(tenantId),
  }
  const stop = watchNodes({ ...server.services, db: ours as never }, 60_000)
  await until(() => looked.length > 0, 'a look for lost calls')
  expect(looked[0]).toBeGreaterThan(0)
  expect(ended).toEqual([])
  stop()
  await node.tell(callId, { type: 'connected', userId: desk.ana.id, legId: randomUUID() }, ENDED)
  const call = await desk.tenant.client.call(api.getCall, { params: { id: callId } })
  expect(call).toMatchObject({ state: 'ended', endedBy: 'customer' })
  await node.close()
})

test('a customer left with the music while an agent is said to have them goes back to the queue', async () => {
  const node = await startTestNode(server)
  const desk = await phoneDesk(server, node)
  node.line(desk.tenant.id, desk.ana.id)
  await desk.ana.client.call(setMyPresence, { body: { state: 'available' } })
  const callId = await desk.arrive()
  const offer = await until(async () => (await desk.ana.client.call(listMyInteractions)).items[0], 'an offer')
  await desk.ana.client.call(acceptOffer, { params: { id: offer.id } })
  const legId = randomUUID()
  await node.tell(
    callId,
    { type: 'legStarted', legId, kind: 'agent', way: 'browser', userId: desk.ana.id, address: null },
    { type: 'connected', userId: desk.ana.id, legId },
    { type: 'legEnded', legId, status: null, q850: 16, reason: 'transferred', quality: null },
  )
  const stop = watchForsaken(server.services, { aloneMs: 100, everyMs: 50 })
  expect(await node.hear('queue')).toMatchObject({ callId, queueId: desk.queueId })
  stop()
  await node.tell(callId, ENDED)
  await node.close()
})

test('letters of a text telephone are seen as they come, and supervisors see who speaks', async () => {
  const node = await startTestNode(server)
  const desk = await phoneDesk(server, node)
  const callId = await desk.arrive()
  const { conversationId } = await desk.interactionOf(callId)
  const screen = await openScreen(desk.supervisor.cookie)
  screen.send({ type: 'watch', conversationIds: [conversationId] })
  await until(() => {
    node.say({ type: 'typing', callId, author: 'customer', text: 'HEL' })
    return screen.heard.find(frame => frame.type === 'callText' && frame.text === 'HEL')
  }, 'the letters')
  node.say({
    type: 'state',
    draining: false,
    load: 0.1,
    calls: [
      {
        callId,
        tenantId: desk.tenant.id,
        legs: [{ legId: randomUUID(), kind: 'customer', userId: null, quality: null }],
      },
    ],
    lines: [],
    trunks: [],
    deskPhones: [],
  })
  await until(
    () => screen.heard.find(frame => frame.type === 'callNow' && frame.calls[0]?.callId === callId),
    'who speaks',
  )
  await node.tell(callId, ENDED)
  const last = await until(
    () => screen.heard.find(frame => frame.type === 'event' && frame.event.type === 'call.ended'),
    'the end on the screen',
  )
  expect(last.type === 'event' && last.event.call).toMatchObject({ id: callId, state: 'ended' })
  screen.close()
  await node.close()
})

test('nodes, calls and the lag of facts are metrics', async () => {
  const node = await startTestNode(server)
  const response = await fetch(`${server.origin}/metrics`, {
    headers: { authorization: 'Bearer a token of some length' },
  })
  const text = await response.text()
  expect(text).toMatch(/^centrala_voice_nodes 1$/m)
  expect(text).toMatch(/^centrala_voice_fact_lag_seconds \d/m)
  await node.close()
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
