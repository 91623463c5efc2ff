import { setMyPresence } from '@centrala/api/presence.ts'
import { type ToNode, VOICE_LINK_PATH } from '@centrala/api/voice-link.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startTestServer, type TestServer, type TestUser } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { watchPresence } from './watch-presence.ts'

let server: TestServer
let stop = () => {}
beforeAll(async () => {
  server = await startTestServer()
  stop = watchPresence(server.services, { graceMs: 500, everyMs: 100 })
})
afterAll(async () => {
  stop()
  await server?.close()
})

/** Another node, as it shows in the database, with these screens. */
const says = (tenantId: string, users: TestUser[], secondsAgo = 0) =>
  server.owner.query(
    `INSERT INTO server_node (tenant_id, node, seen_at, screen_user_ids, phone_user_ids) VALUES ($1, 'another', now() - make_interval(secs => $3), $2, $2)
     ON CONFLICT (tenant_id, node) DO UPDATE SET seen_at = excluded.seen_at, screen_user_ids = excluded.screen_user_ids, phone_user_ids = excluded.phone_user_ids`,
    [tenantId, users.map(user => user.id), secondsAgo],
  )
const stateOf = async (user: TestUser) =>
  (await server.owner.query('SELECT state FROM presence WHERE user_id = $1', [user.id])).rows[0]?.state

test('who has a screen at another node is not taken for gone, until that node has not been heard of for a while', async () => {
  const tenant = await server.tenant()
  await server.services.router.adopt(tenant.id)
  const [ana, iva] = await Promise.all([tenant.user(), tenant.user()])
  const { nodes } = server.services
  await says(tenant.id, [ana, iva])
  await until(
    () => nodes.hasScreen(tenant.id, ana.id) && nodes.hasPhone(tenant.id, ana.id),
    'the other node to be seen',
  )
  for (const user of [ana, iva]) await user.client.call(setMyPresence, { body: { state: 'available' } })
  // Iva's screen there is closed; Ana's stays.
  await says(tenant.id, [ana])
  await until(async () => (await stateOf(iva)) === 'offline', 'Iva to be taken for gone')
  expect(await stateOf(ana)).toBe('available')
  await says(tenant.id, [ana], 60)
  await until(async () => (await stateOf(ana)) === 'offline', 'Ana to be taken for gone with her node')
  expect(nodes.others()).toBe(0)
})

test('who has a phone at another node can be offered calls', async () => {
  const tenant = await server.tenant()
  const ana = await tenant.user()
  const heard: string[] = []
  server.services.nodes.onPhone((tenantId, userId) => tenantId === tenant.id && heard.push(userId))
  await says(tenant.id, [ana])
  await until(() => heard.length === 1, 'the phone to come')
  expect(server.services.nodes.hasPhone(tenant.id, ana.id)).toBe(true)
  await says(tenant.id, [])
  await until(() => heard.length === 2, 'the phone to go')
  expect(heard).toEqual([ana.id, ana.id])
})

test('a voice node that has just come, and has said nothing yet, is told of a server that comes now', async () => {
  const { id: tenantId } = await server.tenant()
  const heard: ToNode[] = []
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${VOICE_LINK_PATH}`, {
    headers: { authorization: `Bearer ${server.services.keys.voiceNode}` },
  })
  socket.on('message', data => heard.push(JSON.parse(String(data))))
  await until(() => heard.length > 0, 'the first word')
  const url = 'http://127.0.0.1:9'
  await server.owner.query("INSERT INTO server_node (tenant_id, node, url) VALUES ($1, 'a third', $2)", [tenantId, url])
  await until(
    () => heard.some(frame => frame.type === 'servers' && frame.others.some(other => other.url === url)),
    'the other server',
  )
  socket.terminate()
})
