import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { rolePasswordOf } from '../../../apps/server/src/wiring.ts'
import { cloneDatabase, TEST_ROLES, TEST_SECRET } from '../../../tests/database.ts'
import { until } from '../../../tests/until.ts'
import { type Database, openDatabase } from './database.ts'
import { enqueue, startJobQueue } from './job-queue.ts'
import { newId } from './new-id.ts'

let database: Awaited<ReturnType<typeof cloneDatabase>>
let db: Database
let owner: pg.Client
const tenantId = newId()
beforeAll(async () => {
  database = await cloneDatabase(inject('ownerUrl'))
  db = openDatabase({ ownerUrl: database.url, roles: TEST_ROLES, rolePassword: rolePasswordOf(TEST_SECRET) })
  owner = new pg.Client(database.url)
  await owner.connect()
  await db.tenant(tenantId, tx => tx.db.insertInto('tenant').values({ tenantId, slug: 'jobs', name: 'Jobs' }).execute())
})
afterAll(async () => {
  await owner.end()
  await db.close()
  await database.drop()
})

test('jobs go on after the connection has broken on which the end of one was being told', async () => {
  const done: string[] = []
  const began = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const task = async ({ name }: Record<string, unknown>) => {
    if (name === 'first') {
      began.resolve()
      await goOn.promise
    }
    done.push(String(name))
  }
  const faults: string[] = []
  const queue = await startJobQueue(db.jobs, { sendMail: task }, where => faults.push(where))
  const add = (name: string) => db.tenant(tenantId, tx => enqueue(tx, 'sendMail', { tenantId, name }))
  await add('first')
  await began.promise
  // The end of the job cannot be written down while this is locked, so the cut meets it.
  const holder = new pg.Client(database.url)
  await holder.connect()
  await holder.query('BEGIN')
  await holder.query('SELECT FROM graphile_worker._private_jobs FOR UPDATE')
  goOn.resolve()
  await until(async () => {
    const { rowCount } = await owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ILIKE '%delete from%'`,
    )
    return rowCount
  }, 'the end to be told')
  await holder.end()
  await add('second')
  await until(() => done.includes('second'), 'the next job')
  await queue.stop()
  expect(faults).toContain('runner')
})
