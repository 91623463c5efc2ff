import { sqlState } from '@centrala/store/errors.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_ROLES } from '../database.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { type Table, tenantTables } from './catalog.ts'
import { fillTables, type Rows } from './fill.ts'

let server: TestServer
let tables: Table[]
const ours = { id: '', rows: new Map() as Rows }
const theirs = { id: '', rows: new Map() as Rows }
beforeAll(async () => {
  server = await startTestServer({ NODE_LEASE_SECONDS: '3600' })
  tables = await tenantTables(server.owner)
  for (const side of [ours, theirs]) {
    side.id = (await server.tenant()).id
    const { rows } = await server.owner.query('SELECT * FROM tenant WHERE tenant_id = $1', [side.id])
    side.rows = await fillTables(server.owner, side.id, tables, new Map([['tenant', rows[0]]]))
  }
})
afterAll(() => server.close())

/** SQLSTATE 42501: refused by a policy or for want of a right. */
const REFUSED = '42501'
const asTheirs = <T>(
  work: (query: (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>) => Promise<T>,
) => server.services.db.tenant(theirs.id, tx => work((sql, values) => tx.query(sql, values)))
/** How many rows a statement touched as the other tenant: none when it is refused. */
async function touched(sql: string, values: unknown[]): Promise<number> {
  try {
    return await asTheirs(async query => (await query(sql, values)).length)
  } catch (error) {
    if (sqlState(error) !== REFUSED) throw error
    return 0
  }
}
async function refused(work: Promise<unknown>): Promise<string | null> {
  return work.then(
    () => 'accepted',
    error => sqlState(error),
  )
}
async function ask<T extends Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> {
  return (await server.owner.query<T>(sql, values)).rows
}

describe('the roles', () => {
  test('no role the product works as is a superuser, may pass by row-level security, or make roles and databases', async () => {
    const rows = await ask(
      'SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = ANY ($1)',
      [Object.values(TEST_ROLES)],
    )
    expect(rows).toHaveLength(Object.keys(TEST_ROLES).length)
    for (const { rolname, ...rights } of rows)
      expect([rolname, Object.values(rights).includes(true)]).toEqual([rolname, false])
  })

  test('the app role owns nothing and is a member of no other role', async () => {
    const owned = await ask(
      `SELECT relname AS name FROM pg_class WHERE relowner = $1::regrole UNION ALL SELECT proname FROM pg_proc WHERE proowner = $1::regrole
       UNION ALL SELECT nspname FROM pg_namespace WHERE nspowner = $1::regrole`,
      [TEST_ROLES.app],
    )
    const memberships = await ask('SELECT roleid::regrole AS name FROM pg_auth_members WHERE member = $1::regrole', [
      TEST_ROLES.app,
    ])
    expect([...owned, ...memberships]).toEqual([])
  })

  test('a role that reads across tenants can only read', async () => {
    const rows = await ask(
      `SELECT r.rolname, c.oid::regclass AS name FROM pg_class c, pg_roles r
        WHERE r.rolname = ANY ($1) AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
          AND (has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE') OR has_table_privilege(r.oid, c.oid, 'DELETE, TRUNCATE, TRIGGER'))`,
      [[TEST_ROLES.log, TEST_ROLES.search]],
    )
    expect(rows).toEqual([])
  })
})

describe('every table, of any schema', () => {
  test('is out of the app role’s reach, or keeps tenants apart by itself', async () => {
    const rows = await ask(
      `SELECT c.oid::regclass::text AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
              (SELECT coalesce(array_agg(pg_get_expr(p.polqual, p.polrelid) || ' / ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')), '{}')
                 FROM pg_policy p WHERE p.polrelid = c.oid AND (0 = ANY (p.polroles) OR $1::regrole = ANY (p.polroles))) AS policies
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
          AND has_schema_privilege($1, n.oid, 'USAGE') AND (has_any_column_privilege($1, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES') OR has_table_privilege($1, c.oid, 'DELETE, TRUNCATE, TRIGGER'))`,
      [TEST_ROLES.app],
    )
    expect(rows.length).toBeGreaterThan(40)
    const rule = '(tenant_id = current_tenant())'
    for (const row of rows) expect(row).toEqual({ name: row.name, forced: true, policies: [`${rule} / ${rule}`] })
  })

  test('of a tenant begins its key with the tenant, and refers to others only within the tenant', () => {
    const wrong = tables.flatMap(table => [
      ...(table.primaryKey[0] === 'tenant_id' ? [] : [`${table.name}: key (${table.primaryKey})`]),
      ...table.foreignKeys
        .filter(key => !key.columns.some(([here, there]) => here === 'tenant_id' && there === 'tenant_id'))
        .map(key => `${table.name} → ${key.target}`),
    ])
    expect(wrong).toEqual([])
  })

  test('functions with rights of their own are few, and fixed in what they look up', async () => {
    const rows = await ask<{ name: string; config: string[] | null }>(
      `SELECT proname AS name, proconfig AS config FROM pg_proc
        WHERE prosecdef AND pronamespace = 'public'::regnamespace AND has_function_privilege($1, oid, 'EXECUTE')`,
      [TEST_ROLES.app],
    )
    // A new one is added here by who has made sure that it keeps to current_tenant().
    expect(rows.map(row => row.name).sort()).toEqual([
      'enqueue',
      'ensure_event_partitions',
      'search_customers',
      'search_messages',
    ])
    for (const row of rows) expect(row.config?.join()).toMatch(/search_path=/)
  })
})

describe('another tenant', () => {
  test('is what the rows below are of: there is one in every table, on both sides', () => {
    expect(tables.length).toBeGreaterThan(40)
    for (const table of tables) expect([ours.rows.has(table.name), theirs.rows.has(table.name)]).toEqual([true, true])
  })

  test('sees no row, and all of its own', async () => {
    for (const { name } of tables) {
      const seen = await asTheirs(query => query(`SELECT tenant_id FROM ${name}`))
      expect([name, [...new Set(seen.map(row => row.tenant_id))]]).toEqual([name, [theirs.id]])
    }
  })

  test('changes no row and takes none over', async () => {
    for (const { name } of tables) {
      expect([
        name,
        await touched(`UPDATE ${name} SET tenant_id = tenant_id WHERE tenant_id = $1 RETURNING 1`, [ours.id]),
      ]).toEqual([name, 0])
      expect([
        name,
        await touched(`UPDATE ${name} SET tenant_id = $2 WHERE tenant_id = $1 RETURNING 1`, [ours.id, theirs.id]),
      ]).toEqual([name, 0])
    }
  })

  test('deletes no row', async () => {
    for (const { name } of tables)
      expect([name, await touched(`DELETE FROM ${name} WHERE tenant_id = $1 RETURNING 1`, [ours.id])]).toEqual([
        name,
        0,
      ])
  })

  test('puts no row in, new or moved', async () => {
    for (const table of tables) {
      const names = table.columns.filter(column => !column.generated).map(column => column.name)
      const insert = `INSERT INTO ${table.name} (${names}) SELECT ${names} FROM jsonb_populate_record(null::${table.name}, $1)`
      const [row] = await ask(`SELECT to_jsonb(t) AS row FROM ${table.name} t WHERE tenant_id = $1 LIMIT 1`, [ours.id])
      expect([table.name, await refused(asTheirs(query => query(insert, [JSON.stringify(row?.row)])))]).toEqual([
        table.name,
        REFUSED,
      ])
      const move = `UPDATE ${table.name} SET tenant_id = $1 WHERE tenant_id = $2`
      expect([table.name, await refused(asTheirs(query => query(move, [ours.id, theirs.id])))]).toEqual([
        table.name,
        REFUSED,
      ])
    }
  })

  test('finds nobody by search', async () => {
    const found = await asTheirs(async query => [
      ...(await query("SELECT customer_id AS id FROM search_customers('ana@example.com', 100)")),
      ...(await query("SELECT message_id AS id FROM search_messages('Good day', 100)")),
    ])
    expect(found.map(row => row.id).sort()).toEqual(
      [theirs.rows.get('customer')?.id, theirs.rows.get('message')?.id].sort(),
    )
  })

  test('enqueues no job in another’s name', async () => {
    await asTheirs(query => query('SELECT enqueue($1, $2)', ['isolationTest', JSON.stringify({ tenantId: ours.id })]))
    const rows = await ask(
      `SELECT payload ->> 'tenantId' AS "tenantId" FROM graphile_worker._private_jobs JOIN graphile_worker._private_tasks t ON t.id = task_id WHERE t.identifier = 'isolationTest'`,
    )
    expect(rows).toEqual([{ tenantId: theirs.id }])
  })
})

describe('without a tenant', () => {
  test('nothing is visible, and nothing can be put in', async () => {
    for (const table of tables) {
      const { rows } = await server.services.db.pool.query(`SELECT 1 FROM ${table.name}`)
      expect([table.name, rows]).toEqual([table.name, []])
      const names = table.columns.filter(column => !column.generated).map(column => column.name)
      const [row] = await ask(`SELECT to_jsonb(t) AS row FROM ${table.name} t WHERE tenant_id = $1 LIMIT 1`, [ours.id])
      const insert = server.services.db.pool.query(
        `INSERT INTO ${table.name} (${names}) SELECT ${names} FROM jsonb_populate_record(null::${table.name}, $1)`,
        [JSON.stringify(row?.row)],
      )
      expect([table.name, await refused(insert)]).toEqual([table.name, REFUSED])
    }
  })

  test('the tenant of one transaction is gone in the next on the same connection', async () => {
    await Promise.all(Array.from({ length: 25 }, () => asTheirs(query => query('SELECT pg_sleep(0.01)'))))
    const left = await Promise.all(
      Array.from({ length: 25 }, () =>
        server.services.db.pool.query('SELECT current_tenant() AS tenant, pg_sleep(0.01)'),
      ),
    )
    expect(left.map(({ rows }) => rows[0].tenant)).toEqual(left.map(() => null))
  })
})
