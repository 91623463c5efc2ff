import type { CallFact } from '@centrala/api/call-fact.ts'
import { expect, test } from 'vitest'
import { startTestServer } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { phoneDesk, startTestNode } from './testing.ts'

const ENDED: CallFact = { type: 'ended', by: 'customer', status: 200, q850: 16, reason: 'hung up' }

test('facts told while the database drops every connection are all taken, in their order, once', async () => {
  const server = await startTestServer()
  const node = await startTestNode(server)
  const desk = await phoneDesk(server, node)
  const calls = await Promise.all(Array.from({ length: 4 }, () => desk.arrive()))
  let dropped = 0
  const drop = async () => {
    const { rowCount } = await server.owner
      .query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      )
      .catch(() => ({ rowCount: 0 }))
    dropped += rowCount ?? 0
  }
  const dropping = setInterval(drop, 70)
  const pairs: CallFact[] = Array.from({ length: 15 }, () => [
    { type: 'held' as const },
    { type: 'resumed' as const },
  ]).flat()
  const told = calls.map(async callId => {
    for (const fact of pairs) await node.tell(callId, fact)
  })
  await until(() => dropped > 20, 'many connections to be dropped')
  clearInterval(dropping)
  await Promise.all(told)
  await Promise.all(calls.map(callId => node.tell(callId, ENDED)))
  const { rows } = await server.owner.query('SELECT id, state, last_fact FROM call WHERE id = ANY($1)', [calls])
  expect(rows).toHaveLength(4)
  for (const row of rows) expect(row).toMatchObject({ state: 'ended', last_fact: 2 + pairs.length + 1 })
  for (const callId of calls) expect(await desk.interactionOf(callId)).toMatchObject({ state: 'ended' })
  await node.close()
  await server.close()
})
