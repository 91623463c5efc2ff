import { randomUUID } from 'node:crypto'
import { acceptOffer, endInteraction, listMyInteractions, wrapUp } from '@centrala/api/interaction.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { chatDesk } from '@centrala/server/webchat/testing.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../server.ts'
import { until } from '../until.ts'
import { watch } from './load.ts'

const SECONDS = Number(process.env.SCREEN_SECONDS ?? 40)
const SCREENS = Number(process.env.SCREENS ?? 12)
const CUT_MS = 700

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ WEBCHAT_PER_ADDRESS: '10000' })
})
afterAll(() => server?.close())

test(
  'screens whose connections are cut at random end up seeing exactly what the database holds',
  async () => {
    const desk = await chatDesk(server, { queue: { wrapUpSeconds: 20 } })
    const phase = { over: false }
    const people = await Promise.all(Array.from({ length: SCREENS }, () => desk.tenant.user({ roles: ['supervisor'] })))
    const screens = people.map(person => watch(server.origin, person.cookie, phase, CUT_MS))
    const anas = watch(server.origin, desk.ana.cookie, phase)
    await Promise.all([...screens, anas].map(screen => screen.begun))
    const end = Date.now() + SECONDS * 1000

    const write = async () => {
      while (Date.now() < end) {
        const visitor = await desk.connect()
        await visitor.hello()
        for (let words = 1 + Math.random() * 4; words > 0; words--) await visitor.write(randomUUID())
        if (Math.random() < 0.3) visitor.say({ type: 'end' })
        await visitor.close()
      }
    }
    const answer = async () => {
      const { client } = desk.ana
      while (Date.now() < end) {
        await client.call(setMyPresence, { body: { state: 'available' } })
        for (const { id, state } of (await client.call(listMyInteractions)).items) {
          const params = { id }
          const act =
            state === 'offered'
              ? client.call(acceptOffer, { params })
              : state === 'active'
                ? client.call(endInteraction, { params, body: {} })
                : client.call(wrapUp, { params, body: {} })
          await act.catch(error => {
            if ((error as { status?: number }).status !== 409) throw error // it ended meanwhile
          })
        }
      }
    }
    await Promise.all([write(), write(), write(), answer()])
    await server.services.events.settle()

    const rows = async <Row extends object>(sql: string) =>
      (await server.owner.query(sql, [desk.tenant.id])).rows as Row[]
    let messages: { id: string }[] = []
    let interactions: { id: string; state: string; agentId: string | null; version: number }[] = []
    const behind = () =>
      screens.filter(
        screen =>
          screen.messages.size < messages.length ||
          interactions.some(({ id, version }) => screen.interactions.get(id)?.version !== version),
      ).length
    // Time goes on: wrap-ups end, visitors who left are given up. The screens must be up to date at some moment.
    await until(
      async () => {
        messages = await rows('SELECT id FROM message WHERE tenant_id = $1')
        interactions = await rows(
          'SELECT id, state, agent_id AS "agentId", version FROM interaction WHERE tenant_id = $1',
        )
        return behind() === 0
      },
      'every screen to catch up',
      90_000,
    ).catch(() => {})
    phase.over = true
    for (const screen of [...screens, anas]) screen.close()

    const doubled = screens.flatMap(screen => [...screen.messages].filter(([, times]) => times > 1))
    console.log(
      JSON.stringify({
        faults: 'screens',
        screens: screens.length,
        cuts: screens.reduce((sum, screen) => sum + screen.connections() - 1, 0),
        resyncs: screens.reduce((sum, screen) => sum + screen.resyncs(), 0),
        messages: messages.length,
        interactions: interactions.length,
        behind: behind(),
        doubled: doubled.length,
      }),
    )
    expect(messages.length).toBeGreaterThan(20)
    for (const screen of screens) {
      expect([...screen.messages.keys()].sort()).toEqual(messages.map(message => message.id).sort())
      for (const { id, ...state } of interactions) expect(screen.interactions.get(id)).toEqual(state)
    }
    expect(doubled).toEqual([])
  },
  (SECONDS + 150) * 1000,
)
