import { randomUUID } from 'node:crypto'
import { getCustomer, listMergeSuggestions } from '@centrala/api/customer.ts'
import { userHash } from '@centrala/channels/webchat/verify.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'
import { findOrCreateCustomer } from '../customer/find-or-create-customer.ts'
import { type ChatDesk, chatDesk, IDENTITY_SECRET, type TestVisitor } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ WEBCHAT_PER_ADDRESS: '5000' })
})
afterAll(() => server.close())

const petra = { user: { id: '42', name: 'Petra' }, userHash: userHash(IDENTITY_SECRET, '42') }
const ivan = { user: { id: '43', name: 'Ivan' }, userHash: userHash(IDENTITY_SECRET, '43') }

async function customerOf(desk: ChatDesk, messageId: string | null): Promise<string> {
  const { rows } = await server.owner.query(
    `SELECT c.customer_id AS id FROM message m JOIN conversation c ON c.tenant_id = m.tenant_id AND c.id = m.conversation_id
      WHERE m.id = $1 AND m.tenant_id = $2`,
    [messageId, desk.tenant.id],
  )
  return rows[0].id
}

async function writes(desk: ChatDesk, visitor: TestVisitor, text: string): Promise<string> {
  return customerOf(desk, (await visitor.write(text)).messageId)
}

test('every browser is a customer of its own, known again by its token', async () => {
  const desk = await chatDesk(server)
  const one = await desk.connect()
  const two = await desk.connect()
  const { visitorToken } = await one.hello()
  await two.hello()
  const first = await writes(desk, one, 'One')
  expect(await writes(desk, two, 'Two')).not.toBe(first)
  const back = await desk.connect()
  await back.hello({ visitorToken })
  expect(await writes(desk, back, 'One again')).toBe(first)
})

test('only the hash of a token is kept', async () => {
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  const { visitorToken } = await visitor.hello()
  await visitor.write('Remember me')
  const { rows } = await server.owner.query("SELECT address FROM identity WHERE tenant_id = $1 AND kind = 'visitor'", [
    desk.tenant.id,
  ])
  expect(rows).toHaveLength(1)
  expect(visitorToken).not.toContain(rows[0].address)
  expect(rows[0].address).toMatch(/^[0-9a-f]{64}$/)
})

test('whoever only looks is not written down', async () => {
  const desk = await chatDesk(server)
  await (await desk.connect()).hello(petra)
  const { rows } = await server.owner.query('SELECT count(*)::int AS n FROM customer WHERE tenant_id = $1', [
    desk.tenant.id,
  ])
  expect(rows[0].n).toBe(0)
})

test('a token that was never given, or is another site’s, is answered with a fresh one', async () => {
  const desk = await chatDesk(server)
  const other = await chatDesk(server)
  const { visitorToken: foreign } = await (await other.connect()).hello()
  for (const visitorToken of [foreign, 'cv_made-up', `cv_${'a'.repeat(43)}_${'0'.repeat(32)}`]) {
    const ready = await (await desk.connect()).hello({ visitorToken })
    expect(ready.visitorToken).not.toBe(visitorToken)
  }
})

test('a signed-in person is one customer on every device', async () => {
  const desk = await chatDesk(server)
  const phone = await desk.connect()
  const laptop = await desk.connect()
  expect((await phone.hello(petra)).verified).toBe(true)
  const customer = await writes(desk, phone, 'From the phone')
  const ready = await laptop.hello(petra)
  expect(ready.messages.map(message => message.text)).toEqual(['From the phone'])
  expect(await writes(desk, laptop, 'From the laptop')).toBe(customer)
})

test.each([
  ['without a hash', { user: petra.user }],
  ['with another person’s hash', { user: petra.user, userHash: ivan.userHash }],
  ['with a hash by another secret', { user: petra.user, userHash: userHash('x'.repeat(32), '42') }],
  ['with rubbish', { user: petra.user, userHash: '🙂'.repeat(10) }],
])('who claims to be a known customer %s is somebody new and sees nothing', async (_, claim) => {
  const desk = await chatDesk(server)
  const owner = await desk.connect()
  await owner.hello(petra)
  const customer = await writes(desk, owner, 'A secret')
  const stranger = await desk.connect()
  const ready = await stranger.hello(claim)
  expect(ready).toMatchObject({ verified: false, messages: [] })
  expect(await writes(desk, stranger, 'It is me, Petra')).not.toBe(customer)
})

test('an anonymous visitor who signs in stays one customer, with the chat begun before', async () => {
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  const { visitorToken } = await visitor.hello()
  const anonymous = await writes(desk, visitor, 'Before signing in')
  const signedIn = await visitor.hello({ visitorToken, ...petra })
  expect(signedIn.messages.map(message => message.text)).toEqual(['Before signing in'])
  expect(await writes(desk, visitor, 'After signing in')).toBe(anonymous)
})

test('an anonymous visitor who signs in as a known customer is merged into them', async () => {
  const desk = await chatDesk(server)
  const earlier = await desk.connect()
  await earlier.hello(petra)
  const known = await writes(desk, earlier, 'Last week')
  const visitor = await desk.connect()
  const { visitorToken } = await visitor.hello()
  const anonymous = await writes(desk, visitor, 'Not signed in yet')
  expect(anonymous).not.toBe(known)
  await visitor.hello({ visitorToken, ...petra })
  expect(await writes(desk, visitor, 'Now I am')).toBe(known)
  const merged = await desk.tenant.client.call(getCustomer, { params: { id: anonymous } })
  expect(merged.mergedIntoId).toBe(known)
})

test('two tabs that sign in at once make one customer', async () => {
  const desk = await chatDesk(server)
  const one = await desk.connect()
  const { visitorToken } = await one.hello()
  const anonymous = await writes(desk, one, 'Hello')
  const two = await desk.connect()
  await two.hello({ visitorToken })
  one.say({ type: 'hello', page: { url: '', title: '', referrer: '' }, locale: 'en', visitorToken, ...petra })
  two.say({ type: 'hello', page: { url: '', title: '', referrer: '' }, locale: 'en', visitorToken, ...petra })
  const [a, b] = [await one.hear('ready'), await two.hear('ready')]
  expect([a.verified, b.verified]).toEqual([true, true])
  expect(await writes(desk, two, 'Both')).toBe(anonymous)
})

test('after signing out, the next one at the same browser sees nothing and is nobody known', async () => {
  const desk = await chatDesk(server)
  const visitor = await desk.connect()
  const { visitorToken } = await visitor.hello()
  await visitor.write('Anonymous at first')
  await visitor.hello({ visitorToken, ...petra })
  const customer = await writes(desk, visitor, 'Private')
  await visitor.close()
  const next = await desk.connect()
  expect(await next.hello({ visitorToken })).toMatchObject({ messages: [], state: 'none' })
  expect(await writes(desk, next, 'Somebody else')).not.toBe(customer)
})

test('two people who sign in at one browser stay two customers', async () => {
  const desk = await chatDesk(server)
  const first = await desk.connect()
  const { visitorToken } = await first.hello(petra)
  const one = await writes(desk, first, 'Petra here')
  const second = await desk.connect()
  expect((await second.hello({ visitorToken, ...ivan })).messages).toEqual([])
  expect(await writes(desk, second, 'Ivan here')).not.toBe(one)
})

test('an e-mail typed into the form joins nobody: it is kept unproven and suggests a merge', async () => {
  const desk = await chatDesk(server)
  const known = await server.services.db.tenant(desk.tenant.id, tx =>
    findOrCreateCustomer(tx, { kind: 'email', address: 'petra@example.com', verified: false, name: 'Petra' }),
  )
  const visitor = await desk.connect()
  await visitor.hello()
  const clientId = randomUUID()
  visitor.say({ type: 'start', clientId, fields: { name: 'P.', email: 'Petra@Example.com' }, text: 'Hi' })
  const customer = await customerOf(desk, (await visitor.hear('ack')).messageId)
  expect(customer).not.toBe(known.customerId)
  const { identities } = await desk.tenant.client.call(getCustomer, { params: { id: customer } })
  expect(identities.find(identity => identity.kind === 'email')).toMatchObject({
    address: 'petra@example.com',
    verifiedAt: null,
  })
  const { items } = await desk.tenant.client.call(listMergeSuggestions)
  expect(items).toHaveLength(1)
})
