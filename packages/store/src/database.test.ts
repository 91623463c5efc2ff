import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { rolePasswordOf } from '../../../apps/server/src/wiring.ts'
import { cloneDatabase, TEST_ROLES, TEST_SECRET } from '../../../tests/database.ts'
import { type Database, openDatabase } from './database.ts'
import { newId } from './new-id.ts'

let database: Awaited<ReturnType<typeof cloneDatabase>>
let db: Database
const tenantId = randomUUID()
beforeAll(async () => {
  database = await cloneDatabase(inject('ownerUrl'))
  db = openDatabase({ ownerUrl: database.url, roles: TEST_ROLES, rolePassword: rolePasswordOf(TEST_SECRET) })
  await db.tenant(tenantId, tx => tx.db.insertInto('tenant').values({ tenantId, slug: 'sent', name: 'Sent' }).execute())
})
afterAll(async () => {
  await db.close()
  await database.drop()
})

const names = () => db.tenant(tenantId, tx => tx.query<{ name: string }>('SELECT name FROM customer ORDER BY name'))
const INSERT = 'INSERT INTO customer (id, name) VALUES ($1, $2)'

test('what is asked after a write that nobody waited for sees it, and it is committed', async () => {
  const id = newId()
  const seen = await db.tenant(tenantId, async tx => {
    tx.send(INSERT, [id, 'Ana'])
    return tx.query('SELECT id FROM customer WHERE id = $1', [id])
  })
  expect(seen).toEqual([{ id }])
  expect(await names()).toEqual([{ name: 'Ana' }])
})

test('a write that fails while nobody waits for it fails the transaction with its own reason, and nothing is kept', async () => {
  const id = newId()
  const twice = db.tenant(tenantId, async tx => {
    tx.send(INSERT, [id, 'Iva'])
    tx.send(INSERT, [id, 'Iva'])
    tx.emit({ type: 'customer.created', customerId: id })
  })
  await expect(twice).rejects.toMatchObject({ code: '23505' })
  const asked = db.tenant(tenantId, async tx => {
    tx.send(INSERT, [id, 'Iva'])
    tx.send(INSERT, [id, 'Iva'])
    await tx.query('SELECT 1')
  })
  await expect(asked).rejects.toMatchObject({ code: '23505' })
  expect(await names()).toEqual([{ name: 'Ana' }])
})

test('a write that cannot even be sent fails its transaction, and nothing is kept', async () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  const unsendable = db.tenant(tenantId, async tx => {
    tx.send(INSERT, [newId(), 'Eva'])
    tx.send(INSERT, [newId(), circle])
    tx.emit({ type: 'customer.created' })
  })
  await expect(unsendable).rejects.toThrow('circular')
  expect(await names()).toEqual([{ name: 'Ana' }])
})

test('ids grow with time and are of version 7', () => {
  const before = Date.now()
  const ids = Array.from({ length: 1000 }, newId)
  expect(new Set(ids).size).toBe(1000)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  const ms = ids.map(id => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16))
  expect(ms).toEqual([...ms].sort((a, b) => a - b))
  expect(Math.abs((ms[0] ?? 0) - before)).toBeLessThan(1000)
})
