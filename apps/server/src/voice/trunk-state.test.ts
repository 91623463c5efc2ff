import { createDeskPhone, listDeskPhones } from '@centrala/api/desk-phone.ts'
import type { Phrase } from '@centrala/api/phrase.ts'
import { createTrunk, listTrunks } from '@centrala/api/trunk.ts'
import { statePhrase, told } from '@centrala/core/phrase/state-phrase.ts'
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
  const state = (
    how: 'connected' | 'failing',
    sentence: string,
    registered: boolean,
    phrase: Phrase | null = null,
  ) => ({
    type: 'state' as const,
    draining: false,
    load: 0,
    calls: [],
    lines: [],
    trunks: [{ trunkId: trunk.id, state: how, sentence, phrase }],
    deskPhones: [{ deskPhoneId: phone.id, registered, userAgent: registered ? 'Snom D717' : null, inCall: false }],
  })
  const shown = async () => (await client.call(listTrunks)).items[0]
  // Again and again: the server may not know of the new trunk at the first time, and in between the nodes' own reports know of none.
  const says = async (node: typeof bad, frame: ReturnType<typeof state>, sentence: string) =>
    until(async () => {
      node.say(frame)
      const trunk = await shown()
      return trunk?.stateSentence === sentence && trunk
    }, `the trunk to say: ${sentence}`)

  const refused = 'The provider refuses the password.'
  // A node of an earlier version says only the sentence.
  const failing = { state: 'failing', statePhrase: null }
  expect(await says(bad, state('failing', refused, false), refused)).toMatchObject(failing)
  const { sentence, phrase } = told(statePhrase('trunk.registered'))
  const registered = state('connected', sentence, true, phrase)
  expect(await says(good, registered, sentence)).toMatchObject({ state: 'connected', statePhrase: phrase })
  const phones = async () => client.call(listDeskPhones)
  await until(async () => {
    good.say(registered)
    return (await phones()).items[0]?.registered
  }, 'the phone to be registered')
  expect((await phones()).items[0]).toMatchObject({ userAgent: 'Snom D717', registeredAt: expect.any(String) })
  expect((await phones()).servers).toHaveLength(2)

  await good.close()
  expect(await says(bad, state('failing', refused, false), refused)).toMatchObject(failing)
  await bad.close()
  await until(async () => (await shown())?.stateSentence === 'No voice node is connected.', 'nobody to know')
  expect(await shown()).toMatchObject({ state: 'idle', statePhrase: { code: 'trunk.noVoiceNode' } })
  expect(await phones()).toMatchObject({ items: [{ registered: false, userAgent: 'Snom D717' }], servers: [] })
})
