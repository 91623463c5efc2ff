import { explainWaiting, getInteraction, listMyInteractions } from '@centrala/api/interaction.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { phoneDesk, startTestNode, type TestNode } from '../voice/testing.ts'

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

test('between two who wait, who asked to be called back stands exactly where they stood, and is served in that turn', async () => {
  const desk = await phoneDesk(server, node)
  const callers: { callId: string; id: string }[] = []
  for (const place of [1, 2, 3]) {
    const callId = await desk.arrive()
    const { id } = await desk.interactionOf(callId)
    callers.push({ callId, id })
    await until(() => server.services.router.position(desk.tenant.id, id) === place, `place ${place}`)
  }
  const [first, second, third] = callers
  if (!first || !second || !third) throw new Error('three callers')
  const since = async () => (await desk.tenant.client.call(getInteraction, { params: { id: second.id } })).queuedAt
  const before = await since()
  expect(before).not.toBeNull()
  await node.tell(
    second.callId,
    { type: 'callbackRequested', to: '+385912223344' },
    { type: 'unqueued', reason: 'callback' },
    { type: 'ended', by: 'customer', status: 200, q850: 16, reason: 'hung up' },
  )
  const after = await desk.interactionOf(second.callId)
  expect(after.state).toBe('queued')
  expect(await since()).toBe(before)
  await server.services.router.settle()
  const placeOf = async (id: string) => (await desk.tenant.client.call(explainWaiting, { params: { id } })).position
  expect(await Promise.all([first, second, third].map(({ id }) => placeOf(id)))).toEqual([1, 2, 3])

  // The first gives up: the one who put the phone down is next, before the third who held the line.
  await node.tell(first.callId, { type: 'ended', by: 'customer', status: 200, q850: 16, reason: 'hung up' })
  node.line(desk.tenant.id, desk.ana.id)
  await desk.ana.client.call(setMyPresence, { body: { state: 'available' } })
  const offer = await until(
    async () => (await desk.ana.client.call(listMyInteractions)).items.find(item => item.state === 'offered'),
    'an offer',
  )
  expect(offer.id).toBe(second.id)
})
