import { randomUUID } from 'node:crypto'
import { changeChannelAccount } from '@centrala/api/channel-account.ts'
import { WEBCHAT_LIMITS, webchatLivePath } from '@centrala/api/webchat.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { type ChatDesk, chatDesk, connectVisitor, PAGE } from './testing.ts'

let server: TestServer
let desk: ChatDesk
beforeAll(async () => {
  server = await startTestServer({ WEBCHAT_PER_ADDRESS: '60' })
  desk = await chatDesk(server)
})
afterAll(() => server.close())

async function greeted() {
  const visitor = await desk.connect()
  await visitor.hello()
  return visitor
}

const HELLO = { type: 'hello', page: PAGE, locale: 'en' } as const

test.each([
  ['what is no JSON', 'hello there', 'frame.malformed'],
  ['JSON that is no object', '[1, 2]', 'frame.malformed'],
  ['a binary frame', Buffer.from('{"type":"ping"}'), 'frame.malformed'],
  ['an unknown type', '{"type":"drop"}', 'frame.invalid'],
  ['an unknown field', '{"type":"ping","tenantId":"x"}', 'frame.invalid'],
  ['a field of the wrong kind', '{"type":"typing","typing":"yes"}', 'frame.invalid'],
  ['an id that is none', '{"type":"read","messageId":"1 OR 1=1"}', 'frame.invalid'],
])('%s is refused, and the connection goes on', async (_, frame, code) => {
  const visitor = await greeted()
  visitor.raw(frame)
  const problem = await visitor.hear('problem')
  expect(problem.code).toBe(code)
  expect(problem.detail.length).toBeGreaterThan(20)
  visitor.say({ type: 'ping' })
  await visitor.hear('pong')
  await visitor.close()
})

test('words before the hello are refused', async () => {
  const visitor = await desk.connect()
  visitor.say({ type: 'message', clientId: 'too-early', text: 'Hi' })
  expect(await visitor.hear('problem')).toMatchObject({ code: 'hello.missing' })
  await visitor.close()
})

test('a message longer than 10,000 characters is refused by its clientId, and the next one is taken', async () => {
  const visitor = await greeted()
  visitor.say({ type: 'message', clientId: 'too-long-1', text: 'a'.repeat(WEBCHAT_LIMITS.textChars + 1) })
  expect(await visitor.hear('problem')).toMatchObject({ code: 'frame.invalid', clientId: 'too-long-1' })
  expect((await visitor.write('a'.repeat(WEBCHAT_LIMITS.textChars))).messageId).toEqual(expect.any(String))
  await visitor.close()
})

test('a text that cannot be stored is given back by its clientId, instead of being sent again for ever', async () => {
  const visitor = await greeted()
  visitor.say({ type: 'message', clientId: 'with-nul-1', text: 'a\u0000b' })
  const problem = await visitor.hear('problem')
  expect(problem).toMatchObject({ code: 'request.invalid', clientId: 'with-nul-1' })
  expect(problem).not.toHaveProperty('retryAfterSeconds')
  expect((await visitor.write('And now without')).messageId).toEqual(expect.any(String))
  await visitor.close()
})

test('a frame of more than 64 KiB is refused with a problem', async () => {
  const visitor = await greeted()
  visitor.raw(JSON.stringify({ ...HELLO, locale: 'x'.repeat(WEBCHAT_LIMITS.frameBytes) }))
  expect(await visitor.hear('problem')).toMatchObject({ code: 'frame.tooLarge' })
  visitor.say({ type: 'ping' })
  await visitor.hear('pong')
  await visitor.close()
})

test('a message of 5 MB ends the connection with 1009 and hurts nobody else', async () => {
  const other = await greeted()
  const visitor = await greeted()
  visitor.raw(JSON.stringify({ type: 'message', clientId: 'five-megabytes', text: 'a'.repeat(5_000_000) }))
  expect((await visitor.closed).code).toBe(1009)
  other.say({ type: 'ping' })
  await other.hear('pong')
  await other.close()
})

test('an empty message is refused by its clientId', async () => {
  const visitor = await greeted()
  await visitor.write('Hello')
  visitor.say({ type: 'message', clientId: 'only-blanks', text: '   ' })
  expect(await visitor.hear('problem')).toMatchObject({ code: 'message.empty', clientId: 'only-blanks' })
  await visitor.close()
})

test('a flood is told so and closed with 1008', async () => {
  const visitor = await greeted()
  for (let sent = 0; sent < 500; sent++) visitor.say({ type: 'typing', typing: true })
  expect(await visitor.hear('problem')).toMatchObject({ code: 'webchat.flood' })
  expect((await visitor.closed).code).toBe(1008)
})

test('a visitor who writes too fast is told when to go on, and nothing is lost', async () => {
  const visitor = await greeted()
  const clientIds = Array.from({ length: 30 }, () => randomUUID())
  for (const clientId of clientIds) visitor.say({ type: 'message', clientId, text: clientId })
  const problem = await visitor.hear('problem')
  expect(problem).toMatchObject({ code: 'webchat.tooFast', retryAfterSeconds: expect.any(Number) })
  expect(problem.clientId).toBeUndefined()
  const acked = () => new Set(visitor.heard.flatMap(frame => (frame.type === 'ack' ? frame.clientId : [])))
  let saidAt = 0
  await until(
    () => {
      const clientId = clientIds.find(id => !acked().has(id))
      // Not at every look: then it would be a flood.
      if (clientId && Date.now() - saidAt > 250) {
        saidAt = Date.now()
        visitor.say({ type: 'message', clientId, text: clientId })
      }
      return acked().size === clientIds.length
    },
    'all messages to be acknowledged',
    25_000,
  )
  const { rows } = await server.owner.query('SELECT count(*)::int AS n FROM message WHERE text = ANY($1)', [clientIds])
  expect(rows[0].n).toBe(clientIds.length)
  await visitor.close()
})

test('a visitor who never reads is let go', async () => {
  const visitor = await desk.connect()
  const { visitorToken } = await visitor.hello()
  await visitor.write('I will not listen')
  await server.services.db.tenant(desk.tenant.id, tx =>
    tx.query(
      `INSERT INTO message (conversation_id, interaction_id, channel, author, text)
       SELECT m.conversation_id, m.interaction_id, 'chat', 'agent', repeat('much to read ', 9000)
         FROM message m, generate_series(1, 50) WHERE m.text = 'I will not listen'`,
    ),
  )
  const deaf = await connectVisitor(server, desk.key)
  deaf.socket.pause()
  deaf.socket.on('error', () => {}) // the server hangs up on it
  const again = JSON.stringify({ ...HELLO, visitorToken })
  for (let asked = 0; asked < 10; asked++) deaf.raw(again)
  await until(() => {
    if (deaf.socket.readyState === WebSocket.OPEN) deaf.socket.ping()
    return deaf.socket.readyState !== WebSocket.OPEN
  }, 'the connection that never reads to be ended')
  visitor.say({ type: 'ping' })
  await visitor.hear('pong')
  await visitor.close()
}, 30_000)

test('an unknown key is 404 at the door', async () => {
  await expect(connectVisitor(server, 'nobody-has-this-key')).rejects.toMatchObject({
    problem: { status: 404, code: 'webchat.notFound' },
  })
})

test('a site that is not on the list is refused at the door, also for its configuration', async () => {
  const { client } = desk.tenant
  const allow = (allowedOrigins: string[]) =>
    client.call(changeChannelAccount, { params: { id: desk.accountId }, body: { config: { allowedOrigins } } })
  await allow(['https://www.shop.example'])
  await server.services.events.settle()
  const refused = { status: 403, code: 'origin.notAllowed' }
  await expect(desk.connect({ origin: 'https://evil.example' })).rejects.toMatchObject({ problem: refused })
  const configuration = await fetch(`${server.origin}/api/webchat/${desk.key}/config`, {
    headers: { origin: 'https://evil.example' },
  })
  expect(await configuration.json()).toMatchObject(refused)
  const allowed = await desk.connect({ origin: 'https://www.shop.example' })
  await allowed.close()
  await allow([])
  await server.services.events.settle()
})

test('more visitors from one network than allowed are asked to come later', async () => {
  const small = await startTestServer({ WEBCHAT_PER_ADDRESS: '3' })
  try {
    const { key } = await chatDesk(small)
    const visitors = [
      await connectVisitor(small, key),
      await connectVisitor(small, key),
      await connectVisitor(small, key),
    ]
    await expect(connectVisitor(small, key)).rejects.toMatchObject({
      problem: { status: 429, code: 'webchat.tooMany', retryAfterSeconds: expect.any(Number) },
    })
    for (const visitor of visitors) await visitor.close()
  } finally {
    await small.close()
  }
})

test('one browser has at most twenty tabs in the chat', async () => {
  const first = await desk.connect()
  const { visitorToken } = await first.hello()
  const tabs = [first]
  while (tabs.length < 20) {
    const tab = await desk.connect()
    await tab.hello({ visitorToken })
    tabs.push(tab)
  }
  const last = await desk.connect()
  last.say({ ...HELLO, visitorToken })
  expect(await last.hear('problem')).toMatchObject({ code: 'webchat.tooManyTabs' })
  expect((await last.closed).code).toBe(1008)
  for (const tab of tabs) await tab.close()
})

test('another path of the server opens no WebSocket', async () => {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${webchatLivePath(desk.key)}/more`)
  const status = await new Promise(resolve => {
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode))
    socket.on('error', () => {})
  })
  expect(status).toBe(404)
})
