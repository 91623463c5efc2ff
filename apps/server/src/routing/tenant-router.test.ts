import { acceptOffer, listMyInteractions } from '@centrala/api/interaction.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { changeUser } from '@centrala/api/user.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestUser } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { leave } from '../presence/watch-presence.ts'
import { chatDesk } from '../webchat/testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server?.close())

const offerTo = (user: TestUser) =>
  until(
    async () => (await user.client.call(listMyInteractions)).items.find(item => item.state === 'offered'),
    `an offer to ${user.email}`,
  )
const available = (user: TestUser) => user.client.call(setMyPresence, { body: { state: 'available' } })

test('a chat whose agent is taken for gone while accepting it reaches a colleague', async () => {
  const desk = await chatDesk(server)
  const { db } = server.services
  const { routingProfileId } = await db.tenant(desk.tenant.id, tx =>
    tx.db.selectFrom('users').select('routingProfileId').where('id', '=', desk.ana.id).executeTakeFirstOrThrow(),
  )
  const iva = await desk.tenant.user({ routingProfileId: routingProfileId ?? '' })
  await db.tenant(desk.tenant.id, async tx => tx.emit({ type: 'configuration.changed', data: { noun: 'user' } }))
  await available(desk.ana)
  const visitor = await desk.connect()
  await visitor.hello()
  await visitor.write('Hello')
  const offer = await offerTo(desk.ana)
  // Her leaving begins first and ends last: the log tells of it before it tells of her accepting.
  await db.tenant(desk.tenant.id, async tx => {
    await tx.query('SELECT 1 FROM presence WHERE user_id = $1 FOR UPDATE', [desk.ana.id])
    await desk.ana.client.call(acceptOffer, { params: { id: offer.id } })
    await leave(tx, desk.ana.id)
  })
  await available(iva)
  expect((await offerTo(iva)).id).toBe(offer.id)
  await visitor.close()
})

test('an agent who came to work before being given a routing profile is asked once they have one', async () => {
  const desk = await chatDesk(server)
  const marko = await desk.tenant.user({ name: 'Marko' })
  await available(marko)
  const visitor = await desk.connect()
  await visitor.hello()
  const { messageId } = await visitor.write('Is anybody there?')
  expect(messageId).not.toBeNull()
  await server.services.router.settle()
  const { routingProfileId } = await server.services.db.tenant(desk.tenant.id, tx =>
    tx.db.selectFrom('users').select('routingProfileId').where('id', '=', desk.ana.id).executeTakeFirstOrThrow(),
  )
  await desk.tenant.client.call(changeUser, { params: { id: marko.id }, body: { routingProfileId } })
  expect((await offerTo(marko)).state).toBe('offered')
  await visitor.close()
})
