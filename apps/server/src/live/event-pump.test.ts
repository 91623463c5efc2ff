import { setTimeout as sleep } from 'node:timers/promises'
import type { StoredEvent } from '@centrala/store/event-log.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../../tests/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

test('settling waits for what is committed behind an older transaction that is still open', async () => {
  const { events, db } = server.services
  const { id } = await server.tenant()
  const heard: string[] = []
  const off = events.subscribe((batch: StoredEvent[]) => {
    for (const event of batch) if (event.tenantId === id) heard.push(event.type)
  })
  await server.owner.query('BEGIN; SELECT pg_current_xact_id()')
  await db.tenant(id, async tx => tx.emit({ type: 'configuration.changed', data: { noun: 'queue', id } }))
  const settled = events.settle().then(() => 'settled')
  expect(await Promise.race([settled, sleep(300, 'waits')])).toBe('waits')
  expect(heard).toEqual([])
  await server.owner.query('COMMIT')
  expect(await settled).toBe('settled')
  expect(heard).toEqual(['configuration.changed'])
  off()
})
