import type { ToClient, ToServer } from '@centrala/api/live.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { createQueue } from '@centrala/api/queue.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startTestServer, type TestServer, type TestTenant, type TestUser } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'

let server: TestServer
let tenant: TestTenant
beforeAll(async () => {
  server = await startTestServer()
  tenant = await server.tenant()
})
afterAll(() => server.close())

async function screen({ cookie }: TestUser) {
  const heard: ToClient[] = []
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/api/live`, {
    headers: { cookie, origin: server.origin },
  })
  socket.on('message', data => heard.push(JSON.parse(String(data))))
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const say = (message: ToServer) => socket.send(JSON.stringify(message))
  say({ type: 'hello', cursor: null })
  await until(() => heard.some(message => message.type === 'ready'), 'the greeting')
  return { heard, say, close: () => socket.close() }
}
const presencesIn = (heard: ToClient[]) =>
  heard.flatMap(message =>
    message.type === 'event' && message.event.type === 'presence.changed' ? [message.event.userId] : [],
  )

test('who may not list the agents does not hear live what they do either', async () => {
  const [agent, analyst, client] = await Promise.all([
    tenant.user({ roles: ['agent'] }),
    tenant.user({ roles: ['analyst'] }),
    tenant.user({ roles: ['client'] }),
  ])
  const screens = await Promise.all([screen(agent), screen(analyst), screen(client)])
  const [own, analysts, clients] = screens
  await agent.client.call(setMyPresence, { body: { state: 'available' } })
  await until(() => presencesIn(analysts.heard).length > 0 && presencesIn(own.heard).length > 0, 'the presence')
  expect(presencesIn(own.heard)).toEqual([agent.id])
  expect(presencesIn(clients.heard)).toEqual([])
  for (const one of screens) one.close()
})

test('who answers nobody cannot make customers believe that an agent is writing', async () => {
  const [agent, analyst] = await Promise.all([tenant.user({ roles: ['agent'] }), tenant.user({ roles: ['analyst'] })])
  const shown: string[] = []
  server.services.hub.onTyping((_, conversationId) => shown.push(conversationId))
  const [pretending, writing] = [crypto.randomUUID(), crypto.randomUUID()]
  const screens = await Promise.all([screen(analyst), screen(agent)])
  screens[0].say({ type: 'typing', conversationId: pretending, typing: true })
  screens[0].say({ type: 'ping' })
  await until(() => screens[0].heard.some(message => message.type === 'pong'), 'the pong')
  screens[1].say({ type: 'typing', conversationId: writing, typing: true })
  await until(() => shown.length > 0, 'the typing')
  expect(shown).toEqual([writing])
  for (const one of screens) one.close()
})

test('many greetings at once are answered one after the other, so that one screen never takes more than one connection of the database', async () => {
  const agent = await tenant.user({ roles: ['agent'] })
  const one = await screen(agent)
  const answers = () => one.heard.filter(({ type }) => type === 'ready' || type === 'resync').length
  const before = answers()
  const { db } = server.services
  const tenantOf = db.tenant
  let [now, most] = [0, 0]
  db.tenant = async (id, work) => {
    most = Math.max(most, ++now)
    return tenantOf(id, work).finally(() => now--)
  }
  for (let number = 0; number < 40; number++) one.say({ type: 'hello', cursor: '1.1' })
  await until(() => answers() >= before + 40, 'forty answers')
  db.tenant = tenantOf
  expect(most).toBeLessThan(10)
  one.close()
})

test('one person cannot fill the server with open screens', async () => {
  const agent = await tenant.user({ roles: ['agent'] })
  const open = () =>
    new Promise<WebSocket | string>(resolve => {
      const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/api/live`, {
        headers: { cookie: agent.cookie, origin: server.origin },
      })
      socket.once('open', () => resolve(socket)).once('error', error => resolve(error.message))
    })
  const opened: (WebSocket | string)[] = []
  for (let number = 0; number < 101; number++) opened.push(await open())
  expect(opened.filter(one => typeof one === 'string')).toEqual(['Unexpected server response: 429'])
  for (const one of opened) if (typeof one !== 'string') one.close()
})

test('whoever has two screens open hears on both how much waits', async () => {
  await server.services.router.adopt(tenant.id)
  const supervisor = await tenant.user({ roles: ['supervisor'] })
  const screens = [await screen(supervisor), await screen(supervisor)]
  for (const name of ['First', 'Second']) {
    const { id } = await tenant.client.call(createQueue, { body: { name } })
    for (const { heard } of screens)
      await until(
        () => heard.some(frame => frame.type === 'queues' && frame.queues.some(({ queueId }) => queueId === id)),
        'both to hear of the queue',
      )
  }
  for (const one of screens) one.close()
})
