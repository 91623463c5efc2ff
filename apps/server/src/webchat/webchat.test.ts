import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { getConversation, listMessages, markRead, sendMessage } from '@centrala/api/conversation.ts'
import {
  endInteraction,
  explainWaiting,
  getInteraction,
  listInteractions,
  transferInteraction,
} from '@centrala/api/interaction.ts'
import { LIVE_PATH, type ToClient, type ToServer } from '@centrala/api/live.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { type ChatDesk, chatDesk, PAGE } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ WEBCHAT_PER_ADDRESS: '5000' })
})
afterAll(() => server.close())

const say = (desk: ChatDesk, chat: { interactionId: string; conversationId: string }, text: string) =>
  desk.ana.client.call(sendMessage, {
    params: { id: chat.conversationId },
    body: { clientId: randomUUID(), interactionId: chat.interactionId, text },
  })

test('a visitor writes, waits in the queue, is answered by an agent, and rates the chat', async () => {
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  const ready = await visitor.hello({ locale: 'hr-HR' })
  expect(ready).toMatchObject({ open: true, state: 'none', messages: [], verified: false })

  visitor.say({
    type: 'start',
    clientId: 'first-message',
    fields: { name: 'Marko', orderNumber: '4711' },
    text: 'Gdje je moja narudžba?',
  })
  expect(await visitor.hear('ack')).toMatchObject({ clientId: 'first-message', messageId: expect.any(String) })
  await until(
    () => visitor.heard.some(frame => frame.type === 'queue' && frame.position === 1),
    'the place in the queue',
  )

  const chat = await desk.answer()
  expect(await visitor.hear('agent')).toEqual({ type: 'agent', name: 'Ana' })
  const interaction = await desk.tenant.client.call(getInteraction, { params: { id: chat.interactionId } })
  expect(interaction).toMatchObject({
    customerName: 'Marko',
    language: 'hr',
    context: { page: { url: PAGE.url }, referrer: PAGE.referrer, fields: { orderNumber: '4711' }, verified: false },
  })

  await say(desk, chat, 'Na putu je.')
  const { message } = await visitor.hear('message')
  expect(message).toMatchObject({ author: 'agent', name: 'Ana', text: 'Na putu je.' })

  visitor.say({ type: 'end' })
  const { survey } = await visitor.hear('ended')
  expect(survey).toEqual({ interactionId: chat.interactionId, question: { en: 'How did we do?' } })
  visitor.say({ type: 'rate', interactionId: chat.interactionId, score: 5, comment: 'Hvala!' })
  const stored = await until(
    async () =>
      (
        await server.owner.query('SELECT score, comment FROM survey_response WHERE interaction_id = $1', [
          chat.interactionId,
        ])
      ).rows[0],
    'the rating',
  )
  expect(stored).toEqual({ score: 5, comment: 'Hvala!' })
})

test('a message sent again after a lost acknowledgement is stored once', async () => {
  const desk = await chatDesk(server)
  const first = await desk.connect()
  const { visitorToken } = await first.hello()
  const ack = await first.write('Only once', 'same-message')
  first.socket.terminate()
  const second = await desk.connect()
  await second.hello({ visitorToken })
  const again = await second.write('Only once', 'same-message')
  expect(again.messageId).toBe(ack.messageId)
  const third = await second.write('Only once', 'same-message')
  expect(third.messageId).toBe(ack.messageId)
  const { rows } = await server.owner.query('SELECT count(*)::int AS n FROM message WHERE tenant_id = $1', [
    desk.tenant.id,
  ])
  expect(rows[0].n).toBe(1)
})

test('the first message sent again at the same moment by two connections begins one chat', async () => {
  const desk = await chatDesk(server)
  const one = await desk.connect()
  const two = await desk.connect()
  const { visitorToken } = await one.hello()
  await two.hello({ visitorToken })
  const acks = await Promise.all([one.write('Hello?', 'the-very-first'), two.write('Hello?', 'the-very-first')])
  expect(acks[0].messageId).toBe(acks[1].messageId)
  const { rows } = await server.owner.query(
    'SELECT (SELECT count(*)::int FROM interaction i WHERE i.tenant_id = $1) AS interactions, (SELECT count(*)::int FROM customer c WHERE c.tenant_id = $1) AS customers',
    [desk.tenant.id],
  )
  expect(rows[0]).toEqual({ interactions: 1, customers: 1 })
})

test('a message sent again after the agent has ended the chat begins no new one', async () => {
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  const { visitorToken } = await visitor.hello()
  const { messageId } = await visitor.write('Quick question', 'quick-question')
  const chat = await desk.answer()
  await desk.ana.client.call(endInteraction, { params: { id: chat.interactionId }, body: {} })
  await visitor.hear('ended')
  visitor.socket.terminate()
  const back = await desk.connect()
  await back.hello({ visitorToken })
  expect((await back.write('Quick question', 'quick-question')).messageId).toBe(messageId)
  const { interactions } = await desk.tenant.client.call(getConversation, { params: { id: chat.conversationId } })
  expect(interactions).toHaveLength(1)
})

test('after a reload the visitor finds the chat as it was, without notes', async () => {
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  const { visitorToken } = await visitor.hello()
  await visitor.write('Before the reload')
  const chat = await desk.answer()
  await say(desk, chat, 'Answer')
  await desk.ana.client.call(sendMessage, {
    params: { id: chat.conversationId },
    body: { clientId: randomUUID(), internal: true, text: 'Difficult customer' },
  })
  await visitor.hear('message')
  await visitor.close()
  const ready = await (await desk.connect()).hello({ visitorToken })
  expect(ready.state).toBe('active')
  expect(ready.agent).toEqual({ name: 'Ana' })
  expect(ready.messages.map(message => [message.author, message.text])).toEqual([
    ['customer', 'Before the reload'],
    ['agent', 'Answer'],
  ])
  expect(JSON.stringify(ready)).not.toContain('Difficult')
})

test('a long history comes in pages', async () => {
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  const { visitorToken } = await visitor.hello()
  await visitor.write('message 0')
  await server.services.db.tenant(desk.tenant.id, tx =>
    tx.query(
      `INSERT INTO message (conversation_id, interaction_id, channel, author, text)
       SELECT conversation_id, id, 'chat', 'customer', 'message ' || n FROM interaction, generate_series(1, 70) n ORDER BY n`,
    ),
  )
  const back = await desk.connect()
  const ready = await back.hello({ visitorToken })
  expect(ready.earlier).toBe(true)
  expect(ready.messages).toHaveLength(50)
  expect(ready.messages.at(-1)?.text).toBe('message 70')
  back.say({ type: 'history', before: ready.messages[0]!.id })
  const history = await back.hear('history')
  expect(history.earlier).toBe(false)
  expect(history.messages[0]?.text).toBe('message 0')
  expect(history.messages).toHaveLength(21)
})

test('each side sees that its words were read', async () => {
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  await visitor.hello()
  const { messageId } = await visitor.write('Did you see this?')
  const chat = await desk.answer()
  await desk.ana.client.call(markRead, { params: { id: chat.conversationId } })
  expect(await visitor.hear('status')).toMatchObject({ messageId, status: 'read' })

  const sent = await say(desk, chat, 'Yes')
  const status = async () => {
    const { items } = await desk.ana.client.call(listMessages, { params: { id: chat.conversationId } })
    return items.find(item => item.id === sent.id)?.status
  }
  await visitor.hear('message')
  visitor.say({ type: 'received', messageId: sent.id })
  await until(async () => (await status()) === 'delivered', 'the message to be delivered')
  visitor.say({ type: 'read', messageId: sent.id })
  await until(async () => (await status()) === 'read', 'the message to be read')
})

test('what is said in one tab appears in the other, also a chat begun there', async () => {
  const desk = await chatDesk(server)
  const one = await desk.connect()
  const two = await desk.connect()
  const { visitorToken } = await one.hello()
  await two.hello({ visitorToken })
  await one.write('From the first tab')
  expect((await two.hear('ready')).messages.map(message => message.text)).toEqual(['From the first tab'])
  await one.write('And another')
  await until(
    () => two.heard.some(frame => frame.type === 'message' && frame.message.text === 'And another'),
    'the second message in the other tab',
  )
})

test('an agent who hands the chat back to the queue leaves it, and the visitor is told', async () => {
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  await visitor.hello()
  await visitor.write('Hello')
  const chat = await desk.answer()
  await visitor.hear('agent')
  await desk.ana.client.call(transferInteraction, {
    params: { id: chat.interactionId },
    body: { queueId: desk.queueId, note: 'Knows more' },
  })
  expect(await visitor.hear('agent')).toEqual({ type: 'agent', name: null })
})

async function screenOf(desk: ChatDesk): Promise<{ say(frame: ToServer): void; heard: ToClient[]; close(): void }> {
  const headers = { cookie: desk.ana.cookie, origin: server.origin }
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${LIVE_PATH}`, { headers })
  const heard: ToClient[] = []
  socket.on('message', data => heard.push(JSON.parse(String(data))))
  await new Promise(resolve => socket.on('open', resolve))
  const say = (frame: ToServer) => socket.send(JSON.stringify(frame))
  say({ type: 'hello', cursor: null })
  await until(() => heard.some(frame => frame.type === 'ready'), 'the screen to be ready')
  return { say, heard, close: () => socket.close() }
}

test('each side sees that the other is writing; what is being written only where the configuration shares it', async () => {
  for (const sharesDraft of [false, true]) {
    const desk = await chatDesk(server, { config: { sharesDraft } })
    const visitor = await desk.connect()
    await visitor.hello()
    await visitor.write('Hello')
    const screen = await screenOf(desk)
    const { conversationId } = await desk.answer()
    await visitor.hear('agent')
    screen.say({ type: 'watch', conversationIds: [conversationId] })
    screen.say({ type: 'typing', conversationId, typing: true })
    expect(await visitor.hear('typing')).toEqual({ type: 'typing', typing: true, name: 'Ana' })
    visitor.say({ type: 'typing', typing: true, text: 'my card number is' })
    const frame = await until(() => screen.heard.find(each => each.type === 'typing'), 'the visitor’s typing')
    expect(frame).toMatchObject({ conversationId, by: 'customer', typing: true })
    expect('text' in frame).toBe(sharesDraft)
    screen.close()
  }
})

test('an agent of another company cannot write into the visitor’s window', async () => {
  const desk = await chatDesk(server)
  const stranger = await screenOf(await chatDesk(server))
  const visitor = await desk.connect()
  await visitor.hello()
  await visitor.write('Hello')
  const { conversationId } = await desk.answer()
  await visitor.hear('agent')
  stranger.say({ type: 'typing', conversationId, typing: true })
  stranger.say({ type: 'ping' })
  await until(() => stranger.heard.some(frame => frame.type === 'pong'), 'the server to have heard')
  expect(visitor.heard.some(frame => frame.type === 'typing')).toBe(false)
  stranger.close()
})

test('the agent sees the page that the visitor is on', async () => {
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  await visitor.hello()
  await visitor.write('Hello')
  const { interactionId } = await desk.answer()
  await visitor.hear('agent')
  visitor.say({ type: 'page', page: { url: 'https://shop.example.com/pay', title: 'Pay', referrer: '' } })
  await until(async () => {
    const { context } = await desk.tenant.client.call(getInteraction, { params: { id: interactionId } })
    return (context.page as { title: string }).title === 'Pay'
  }, 'the new page')
})

test('those who wait know their places', async () => {
  const desk = await chatDesk(server)
  const places: unknown[] = []
  for (const text of ['First', 'Second', 'Third']) {
    const visitor = await desk.connect()
    await visitor.hello()
    await visitor.write(text)
    const place = await until(
      () => visitor.heard.find(frame => frame.type === 'queue' && frame.position !== null),
      `the place of ${text}`,
    )
    places.push('position' in place && place.position)
  }
  expect(places).toEqual([1, 2, 3])
})

test('the widget is one script that any site may load and browsers may keep', async () => {
  const widget = fileURLToPath(new URL('../../../widget', import.meta.url))
  if (!existsSync(`${widget}/dist/widget.js`)) await build({ root: widget, logLevel: 'error' })
  const response = await fetch(`${server.origin}/widget.js`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/javascript')
  expect(response.headers.get('cache-control')).toContain('max-age=300')
  expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  const etag = response.headers.get('etag') ?? ''
  const again = await fetch(`${server.origin}/widget.js`, { headers: { 'if-none-match': etag } })
  expect(again.status).toBe(304)
})

test('who waits while every agent is busy is told about how long', async () => {
  const desk = await chatDesk(server)
  await desk.ana.client.call(setMyPresence, { body: { state: 'available' } })
  for (const text of ['One', 'Two', 'Three', 'Four']) {
    const visitor = await desk.connect()
    await visitor.hello()
    await visitor.write(text)
    await desk.answer()
  }
  const visitor = await desk.connect()
  await visitor.hello()
  await visitor.write('Five')
  const place = await until(
    () => visitor.heard.find(frame => frame.type === 'queue' && frame.waitSeconds !== null),
    'the expected wait',
  )
  const { from, to } = ('waitSeconds' in place && place.waitSeconds) || { from: 0, to: 0 }
  expect(to).toBeGreaterThan(from)
})

test('where the queue does not tell it, nobody is told a place or a wait', async () => {
  const desk = await chatDesk(server, { queue: { tellPosition: false, tellWait: false } })
  const visitor = await desk.connect()
  await visitor.hello()
  await visitor.write('Good day')
  const waits = await until(
    async () => (await desk.tenant.client.call(listInteractions, { query: { state: 'queued' } })).items[0],
    'the chat to wait',
  )
  const why = () => desk.tenant.client.call(explainWaiting, { params: { id: waits.id } })
  await until(async () => (await why()).position === 1, 'the router to know its place')
  await until(() => visitor.heard.some(frame => frame.type === 'queue'), 'a word of its place')
  const told = visitor.heard.filter(frame => frame.type === 'queue')
  for (const frame of told) expect(frame).toMatchObject({ position: null, waitSeconds: null })
})
