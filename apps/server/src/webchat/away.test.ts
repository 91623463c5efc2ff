import { randomUUID } from 'node:crypto'
import { createChannelAccount } from '@centrala/api/channel-account.ts'
import { listMessages, sendMessage, uploadFile } from '@centrala/api/conversation.ts'
import { createHours } from '@centrala/api/hours.ts'
import { getInteraction, listInteractions } from '@centrala/api/interaction.ts'
import type { WebchatFile } from '@centrala/api/webchat.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { giveUp, markAbsent, markBack, markLeft } from './departure.ts'
import { type ChatDesk, chatDesk, PAGE, type TestVisitor } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ WEBCHAT_PER_ADDRESS: '5000' })
})
afterAll(() => server.close())

async function closedDesk(config: Record<string, unknown> = {}): Promise<ChatDesk> {
  const desk = await chatDesk(server, { config })
  const { id: hoursId } = await desk.tenant.client.call(createHours, {
    body: { name: 'Never', timeZone: 'Europe/Zagreb', weekly: {} },
  })
  await server.services.db.tenant(desk.tenant.id, tx =>
    tx.db.updateTable('queue').set({ hoursId }).where('id', '=', desk.queueId).execute(),
  )
  return desk
}

async function addMailbox(desk: ChatDesk): Promise<string> {
  const { id } = await desk.tenant.client.call(createChannelAccount, {
    body: {
      channel: 'email',
      name: 'Support',
      queueId: desk.queueId,
      config: { fromAddress: `support-${randomUUID().slice(0, 8)}@example.com` },
      active: true,
    },
  })
  return id
}

const configOf = async (desk: ChatDesk) => (await fetch(`${server.origin}/api/webchat/${desk.key}/config`)).json()

const leave = (desk: ChatDesk, body: object) =>
  fetch(`${server.origin}/api/webchat/${desk.key}/offline`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://www.shop.example' },
    body: JSON.stringify(body),
  })

test('while closed the widget is told so, and a chat cannot be begun', async () => {
  const desk = await closedDesk()
  expect(await configOf(desk)).toMatchObject({ open: false, opensAt: null })
  const visitor = await desk.connect()
  expect((await visitor.hello()).open).toBe(false)
  visitor.say({ type: 'message', clientId: 'anybody-there', text: 'Hello?' })
  expect(await visitor.hear('problem')).toMatchObject({ code: 'webchat.closed', clientId: 'anybody-there' })
})

test('a chat that is going on when the hours end goes on', async () => {
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  await visitor.hello()
  await visitor.write('Just in time')
  const { id: hoursId } = await desk.tenant.client.call(createHours, {
    body: { name: 'Never', timeZone: 'Europe/Zagreb', weekly: {} },
  })
  await server.services.db.tenant(desk.tenant.id, tx =>
    tx.db.updateTable('queue').set({ hoursId }).where('id', '=', desk.queueId).execute(),
  )
  expect((await visitor.write('Still here')).messageId).toEqual(expect.any(String))
})

test('without a mailbox there is no form to fill in', async () => {
  const desk = await closedDesk()
  expect(await configOf(desk)).toMatchObject({ offlineForm: false })
  const response = await leave(desk, { clientId: randomUUID(), email: 'ana@example.com', text: 'Hi' })
  expect(response.status).toBe(409)
})

test('a question left while closed becomes one e-mail conversation, however often it is sent', async () => {
  const desk = await closedDesk()
  const mailbox = await addMailbox(desk)
  expect(await configOf(desk)).toMatchObject({ offlineForm: true })
  const form = {
    clientId: randomUUID(),
    name: 'Ana',
    email: 'ana@example.com',
    text: 'Where is my order?\nIt was sent on Monday.',
    page: PAGE,
    locale: 'hr-HR',
  }
  for (let tries = 0; tries < 3; tries++) expect((await leave(desk, form)).status).toBe(200)
  const { items } = await desk.tenant.client.call(listInteractions)
  expect(items).toHaveLength(1)
  expect(items[0]).toMatchObject({
    channel: 'email',
    channelAccountId: mailbox,
    state: 'queued',
    subject: 'Where is my order?',
    customerName: 'Ana',
    language: 'hr',
  })
  const messages = await desk.tenant.client.call(listMessages, { params: { id: items[0]!.conversationId } })
  expect(messages.items[0]).toMatchObject({
    text: form.text,
    sender: { address: 'ana@example.com', name: 'Ana', verified: false },
  })
})

test.each([
  ['no address', { email: '' }],
  ['an address that is none', { email: 'ana at example' }],
  ['no text', { text: '' }],
  ['too much text', { text: 'a'.repeat(10_001) }],
  ['an unknown field', { tenantId: 'x' }],
])('a form with %s is refused with the field’s name', async (_, change) => {
  const desk = await closedDesk()
  await addMailbox(desk)
  const response = await leave(desk, { clientId: randomUUID(), email: 'ana@example.com', text: 'Hi', ...change })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ fields: [expect.anything()] })
})

async function openChat(desk: ChatDesk): Promise<{ visitor: TestVisitor; interactionId: string; token: string }> {
  const visitor = await desk.connect()
  const { visitorToken } = await visitor.hello()
  await visitor.write('Hello')
  const { items } = await desk.tenant.client.call(listInteractions)
  return { visitor, interactionId: items[0]!.id, token: visitorToken }
}

const patience = { graceSeconds: 60, idleMinutes: 30 }
const inTenant = <T>(desk: ChatDesk, work: Parameters<typeof server.services.db.tenant<T>>[1]) =>
  server.services.db.tenant(desk.tenant.id, work)

test('a visitor who leaves while waiting has abandoned the chat once the grace is over', async () => {
  const desk = await chatDesk(server)
  const { interactionId } = await openChat(desk)
  const leftAt = new Date(Date.now() - 61_000)
  await inTenant(desk, tx => markLeft(tx, interactionId, patience, leftAt))
  await inTenant(desk, tx => giveUp(tx, { interactionId, leftAt: leftAt.toISOString(), ...patience }))
  const interaction = await desk.tenant.client.call(getInteraction, { params: { id: interactionId } })
  expect(interaction.state).toBe('ended')
  expect(interaction.outcome).toMatch(/abandoned/i)
})

test('a visitor who is back in time keeps the place', async () => {
  const desk = await chatDesk(server)
  const { interactionId } = await openChat(desk)
  const leftAt = new Date()
  await inTenant(desk, tx => markLeft(tx, interactionId, patience, leftAt))
  await inTenant(desk, tx => markBack(tx, interactionId))
  await inTenant(desk, tx => giveUp(tx, { interactionId, leftAt: leftAt.toISOString(), ...patience }))
  expect((await desk.tenant.client.call(getInteraction, { params: { id: interactionId } })).state).not.toBe('ended')
})

test('who left while no server was there to notice is found after the start', async () => {
  const desk = await chatDesk(server)
  const { interactionId } = await openChat(desk)
  const look = async () =>
    (await desk.tenant.client.call(getInteraction, { params: { id: interactionId } })).context.visitorLeftAt
  const { conversationId } = await desk.tenant.client.call(getInteraction, { params: { id: interactionId } })
  await inTenant(desk, tx => markAbsent(tx, [conversationId]))
  expect(await look()).toBeUndefined()
  await inTenant(desk, tx => markAbsent(tx, []))
  expect(await look()).toEqual(expect.any(String))
})

test('an agent sees that the visitor has left, and the chat ends only after the idle time', async () => {
  const desk = await chatDesk(server)
  const { interactionId } = await openChat(desk)
  await desk.answer()
  const left = new Date(Date.now() - 10 * 60_000)
  await inTenant(desk, tx => markLeft(tx, interactionId, patience, left))
  const look = () => desk.tenant.client.call(getInteraction, { params: { id: interactionId } })
  expect((await look()).context.visitorLeftAt).toBe(left.toISOString())
  await inTenant(desk, tx => giveUp(tx, { interactionId, leftAt: left.toISOString(), ...patience }))
  expect((await look()).state).toBe('active')
  await inTenant(desk, tx =>
    giveUp(tx, { interactionId, leftAt: left.toISOString(), graceSeconds: 60, idleMinutes: 5 }),
  )
  expect((await look()).state).not.toBe('active')
})

test('leaving is noticed, and coming back too', async () => {
  const desk = await chatDesk(server)
  const { visitor, interactionId, token } = await openChat(desk)
  await visitor.close()
  const leftAt = async () =>
    (await desk.tenant.client.call(getInteraction, { params: { id: interactionId } })).context.visitorLeftAt
  await until(leftAt, 'the departure to be noticed', 20_000)
  const back = await desk.connect()
  expect((await back.hello({ visitorToken: token })).state).toBe('waiting')
  await until(async () => (await leftAt()) === undefined, 'the return to be noticed')
}, 40_000)

async function upload(ticket: string, file: File, key: string): Promise<Response> {
  const form = new FormData()
  form.set('file', file)
  return fetch(`${server.origin}/api/webchat/${key}/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ticket}`, origin: 'https://www.shop.example' },
    body: form,
  })
}

test('a file is sent with a message, seen by the agent, and opened by a signed address', async () => {
  const desk = await chatDesk(server)
  const { visitor } = await openChat(desk)
  const chat = await desk.answer()
  visitor.say({ type: 'upload' })
  const { ticket } = await visitor.hear('upload')
  const content = new TextEncoder().encode('order 4711')
  const response = await upload(ticket, new File([content], '../račun.txt'), desk.key)
  expect(response.status).toBe(200)
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  const file = (await response.json()) as WebchatFile
  expect(file).toMatchObject({ name: 'račun.txt', mediaType: 'text/plain', size: content.length })
  const clientId = randomUUID()
  visitor.say({ type: 'message', clientId, text: '', fileIds: [file.id] })
  await until(() => visitor.heard.some(frame => frame.type === 'ack' && frame.clientId === clientId), 'the ack')
  const { items } = await desk.ana.client.call(listMessages, { params: { id: chat.conversationId } })
  expect(items.at(-1)?.files).toMatchObject([{ id: file.id, name: 'račun.txt' }])
  const opened = await fetch(server.origin + file.url)
  expect(await opened.text()).toBe('order 4711')
  expect(opened.headers.get('content-disposition')).toMatch(/^attachment/)
  const forged = await fetch(
    server.origin + file.url.replace(/signature=(.)/, (_, first) => `signature=${first === 'A' ? 'B' : 'A'}`),
  )
  expect(forged.status).toBe(403)
})

test('an upload without a ticket, with a forged one, or without a chat is refused', async () => {
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  await visitor.hello()
  visitor.say({ type: 'upload' })
  expect(await visitor.hear('problem')).toMatchObject({ code: 'webchat.notOpen' })
  const file = new File(['x'], 'x.txt')
  for (const ticket of ['', 'nothing', `${randomUUID()}.9999999999.${'a'.repeat(32)}`])
    expect((await upload(ticket, file, desk.key)).status).toBe(401)
})

test('a file of another conversation cannot be attached', async () => {
  const desk = await chatDesk(server)
  const one = await openChat(desk)
  one.visitor.say({ type: 'upload' })
  const { ticket } = await one.visitor.hear('upload')
  const stored = (await (await upload(ticket, new File(['x'], 'x.txt'), desk.key)).json()) as WebchatFile
  const two = await desk.connect()
  await two.hello()
  await two.write('I am another')
  two.say({ type: 'message', clientId: 'stolen-file', text: 'Look', fileIds: [stored.id] })
  expect(await two.hear('problem')).toMatchObject({ code: 'file.notFound', clientId: 'stolen-file' })
})

test('an agent’s file comes with an address that needs no token', async () => {
  const desk = await chatDesk(server)
  const { visitor } = await openChat(desk)
  const chat = await desk.answer()
  const { id } = await desk.ana.client.upload(
    uploadFile,
    { query: { conversationId: chat.conversationId } },
    new Blob(['hello']),
    'hello.txt',
  )
  await desk.ana.client.call(sendMessage, {
    params: { id: chat.conversationId },
    body: { clientId: randomUUID(), interactionId: chat.interactionId, text: 'Here', fileIds: [id] },
  })
  const { message } = await visitor.hear('message')
  expect(await (await fetch(server.origin + message.files[0]?.url)).text()).toBe('hello')
})
