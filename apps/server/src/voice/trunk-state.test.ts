import { createDeskPhone, listDeskPhones } from '@centrala/api/desk-phone.ts'
import { createTrunk, listTrunks } from '@centrala/api/trunk.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { startTestNode } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

test('how trunks and desk phones are is told by their nodes: by the best of several, and by none when all are gone', async () => {
  const { client, user } = await server.tenant()
  const config = { mode: 'address' as const, host: 'sip.example.com' }
  const trunk = await client.call(createTrunk, { body: { name: 'Provider', config } })
  const owner = await user()
  const { phone } = await client.call(createDeskPhone, { body: { name: 'Desk', userId: owner.id } })
  const [bad, good] = [await startTestNode(server), await startTestNode(server)]
  const state = (how: 'connected' | 'failing', sentence: string, registered: boolean) => ({
    type: 'state' as const,
    draining: false,
    load: 0,
    calls: [],
    lines: [],
    trunks: [{ trunkId: trunk.id, state: how, sentence }],
    deskPhones: [{ deskPhoneId: phone.id, registered, userAgent: registered ? 'Snom D717' : null, inCall: false }],
  })
  const shown = async () => (await client.call(listTrunks)).items[0]
  // Again and again: the server may not know of the new trunk at the first time, and in between the nodes' own reports know of none.
  const says = async (node: typeof bad, frame: ReturnType<typeof state>, sentence: string) =>
    until(async () => {
      node.say(frame)
      const trunk = await shown()
      return trunk?.stateSentence === sentence && trunk.state
    }, `the trunk to say: ${sentence}`)

  const refused = 'The provider refuses the password.'
  expect(await says(bad, state('failing', refused, false), refused)).toBe('failing')
  expect(await says(good, state('connected', 'Registered.', true), 'Registered.')).toBe('connected')
  const phones = async () => client.call(listDeskPhones)
  await until(async () => {
    good.say(state('connected', 'Registered.', true))
    return (await phones()).items[0]?.registered
  }, 'the phone to be registered')
  expect((await phones()).items[0]).toMatchObject({ userAgent: 'Snom D717', registeredAt: expect.any(String) })
  expect((await phones()).servers).toHaveLength(2)

  await good.close()
  expect(await says(bad, state('failing', refused, false), refused)).toBe('failing')
  await bad.close()
  await until(async () => (await shown())?.stateSentence === 'No voice node is connected.', 'nobody to know')
  expect((await shown())?.state).toBe('idle')
  expect(await phones()).toMatchObject({ items: [{ registered: false, userAgent: 'Snom D717' }], servers: [] })
})
