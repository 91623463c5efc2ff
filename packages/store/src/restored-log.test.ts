import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { rolePasswordOf } from '../../../apps/server/src/wiring.ts'
import { cloneDatabase, TEST_ROLES, TEST_SECRET } from '../../../tests/database.ts'
import { horizon, readEvents } from './event-log.ts'
import { migrate, roleUrl } from './migrate.ts'

let database: Awaited<ReturnType<typeof cloneDatabase>>
let owner: pg.Client
let log: pg.Client
beforeAll(async () => {
  database = await cloneDatabase(inject('ownerUrl'))
  owner = new pg.Client(database.url)
  log = new pg.Client(roleUrl(database.url, TEST_ROLES.log, rolePasswordOf(TEST_SECRET)))
  await Promise.all([owner.connect(), log.connect()])
})
afterAll(async () => {
  await Promise.all([owner.end(), log.end()])
  await database.drop()
})

test('a log restored from a dump of an older server is read on, in its order', async () => {
  const { rows } = await owner.query<{ id: string }>(
    "INSERT INTO tenant (slug, name) VALUES ('moved', 'Moved') RETURNING tenant_id AS id",
  )
  const tenant = rows[0]?.id
  const write = (type: string, xid: string | null) =>
    owner.query(
      'INSERT INTO event (tenant_id, type, xid) VALUES ($1, $2, coalesce($3::text::xid8, pg_current_xact_id()))',
      [tenant, type, xid],
    )
  await write('moved.first', '900000000001')
  await write('moved.second', '900000000002')
  await migrate(database.url, TEST_ROLES, rolePasswordOf(TEST_SECRET))
  const before = await horizon(log)
  expect((await readEvents(log, { xid: '0', seq: 0 })).map(event => event.type)).toEqual([
    'moved.first',
    'moved.second',
  ])
  await write('moved.third', null)
  // Others' transactions of the same server may hold it back for a moment.
  await expect.poll(async () => (await readEvents(log, before)).map(event => event.type)).toEqual(['moved.third'])
  const { rows: guard } = await owner.query(
    "SELECT relforcerowsecurity AS forced FROM pg_class WHERE relname IN ('event', 'event_cursor')",
  )
  expect(guard).toEqual([{ forced: true }, { forced: true }])
})
