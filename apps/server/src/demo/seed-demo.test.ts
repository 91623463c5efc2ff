import { createClient } from '@centrala/api/client.ts'
import { getWhatIf, startWhatIf } from '@centrala/api/what-if.ts'
import { readMoment } from '@centrala/core/replay/read-moment.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cookieOf, startTestServer, type TestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { demoTenant, seedDemo } from './seed-demo.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await seedDemo(server.services, () => {})
})
afterAll(() => server?.close())

const client = async (role: string) => {
  const { origin } = server
  const who = (await demoTenant(server.services))?.signIns.find(one => one.role === role)
  const cookie = await cookieOf(origin, who?.email ?? '', who?.password ?? '')
  return createClient({ origin, headers: { cookie, origin } })
}

test('a stranger asks of yesterday, in the demonstration, what one more agent would have done, and is told', async () => {
  const sanja = await client('supervisor')
  const { tenantId } = (await demoTenant(server.services)) ?? { tenantId: '' }
  const [like] = await server.services.db.tenant(tenantId, tx =>
    tx.query<{ id: string }>("SELECT id FROM users WHERE email = 'ana@demo.centrala.dev'"),
  )
  const now = new Date()
  const [from, to] = ['yesterday', 'today'].map(day => readMoment(day, 'Europe/Zagreb', now).toISOString())
  const { id } = await sanja.call(startWhatIf, {
    body: {
      name: 'One more',
      from: from ?? '',
      to: to ?? '',
      runs: 10,
      rules: { extraAgents: [{ likeAgentId: like?.id ?? '', count: 1 }] },
    },
  })
  const { result, problem } = await until(
    async () => {
      const whatIf = await sanja.call(getWhatIf, { params: { id } })
      return whatIf.finishedAt ? whatIf : undefined
    },
    'the end of the what-if',
    60_000,
  )
  expect(problem).toBeNull()
  expect(result?.exact).toMatchObject({ same: true, difference: null })
  const { truth, before, change } = result?.total ?? {}
  expect(truth?.offered).toBeGreaterThan(50)
  expect(truth?.abandoned).toBeGreaterThan(0)
  expect(truth?.serviceLevel).toBeLessThan(0.97)
  expect(before?.offered?.mean).toBe(truth?.offered)
  expect(change?.averageSpeedOfAnswer?.high).toBeLessThan(0)
  expect(result?.queues.map(({ name }) => name).sort()).toEqual(['Complaints', 'Orders', 'Support'])
  expect(result?.notes.filter(({ code }) => code === 'gap')).toEqual([])
}, 90_000)

test('the history tells the same as the journal: every offer has its receipt, and who waits now waited there', async () => {
  const { tenantId } = (await demoTenant(server.services)) ?? { tenantId: '' }
  const [row] = await server.services.db.tenant(tenantId, tx =>
    tx.query<Record<'offered' | 'decided' | 'receipts' | 'open' | 'waiting', number>>(
      `SELECT (SELECT count(*)::int FROM event WHERE type = 'interaction.offered') AS offered,
              (SELECT sum(json_array_length(decisions))::int FROM routing_journal) AS decided,
              (SELECT count(*)::int FROM receipt) AS receipts,
              (SELECT count(*)::int FROM interaction WHERE state IN ('flow', 'offered', 'active', 'wrapUp')) AS open,
              (SELECT count(*)::int FROM interaction WHERE state = 'queued') AS waiting`,
    ),
  )
  expect(row?.offered).toBeGreaterThan(200)
  expect(row).toEqual({ offered: row?.offered, decided: row?.offered, receipts: row?.offered, open: 0, waiting: 3 })
})
