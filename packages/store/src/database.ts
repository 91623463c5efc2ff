import type { DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { CamelCasePlugin, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import pg from 'pg'
import { StoreError } from './errors.ts'
import { appendEvents, type NewEvent } from './event-log.ts'
import { type Roles, roleUrl } from './migrate.ts'
import type { DB } from './schema.gen.ts'

pg.types.setTypeParser(pg.types.builtins.INT8, Number) // counts and sequences stay far below 2^53

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** One tenant's transaction: what it reads and writes is that tenant's by the database's own rule. */
export interface Tx {
  tenantId: string
  db: Kysely<DB>
  /** Appends to the event log in this transaction; sent with the commit. */
  emit(event: NewEvent): void
  /**
   * Sends a write without waiting for it. It is run in its turn, after everything sent before and ahead of everything sent later; its failure is the
   * transaction's. What a transaction knows it need not ask back: the fewer answers it waits for, the shorter others wait for what it holds.
   */
  send(text: string, values: unknown[]): void
  /** Raw query on the same connection, for the few places where SQL says it best. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
}

export interface Database {
  /**
   * Runs `work` in one transaction of the tenant. Commits when it resolves, rolls back when it throws.
   * State and events commit together. Costs no round trip of its own before the first query (BEGIN is pipelined).
   */
  tenant<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T>
  /** Pool of the role that reads the event log across tenants. */
  log: pg.Pool
  /** Pool of the app role outside any tenant: sees no tenant row. For the job queue and health. */
  pool: pg.Pool
  /** Pool of the role that owns the job queue. */
  jobs: pg.Pool
  /** Pool of the role that keeps passwords and sessions (schema auth). */
  auth: pg.Pool
  /** Told after every commit that wrote events: the tenant and how many. */
  onEvents(listener: (tenantId: string, count: number) => void): () => void
  close(): Promise<void>
}

export interface DatabaseOptions {
  ownerUrl: string
  roles: Roles
  rolePassword: string
  /** Connections of the app pool. */
  poolSize?: number
  /** Told of connection errors in idle connections (the pool replaces them). */
  onError?: (error: Error) => void
}

const IDLE_MS = 10 * 60_000

/** Opens the pools. The database must have been migrated. */
export function openDatabase(options: DatabaseOptions): Database {
  const connect = (role: string, max: number, pipeline: boolean) => {
    const connectionString = roleUrl(options.ownerUrl, role, options.rolePassword)
    const config = {
      connectionString,
      max,
      pipeline,
      connectionTimeoutMillis: 15_000,
      keepAlive: true,
      idleTimeoutMillis: IDLE_MS, // a new one would have to plan everything anew, while a caller waits
    }
    const pool = new pg.Pool({ ...config, application_name: `centrala ${role}` })
    pool.on('error', error => options.onError?.(error))
    pool.on('connect', client => client.on('error', () => {})) // told by the pool, or by the query that fails
    return pool
  }
  const pool = connect(options.roles.app, options.poolSize ?? 20, true)
  const log = connect(options.roles.log, 4, false)
  const jobs = connect(options.roles.jobs, 6, false)
  const auth = connect(options.roles.auth, 6, false)
  const listeners = new Set<(tenantId: string, count: number) => void>()
  const bound = new WeakMap<pg.PoolClient, Kysely<DB>>()

  async function tenant<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (!UUID.test(tenantId)) throw new StoreError('tenant.bad', `"${tenantId}" is not a tenant id.`)
    const client = await pool.connect()
    let db = bound.get(client)
    if (!db) {
      db = new Kysely<DB>({ dialect: new OneConnection(client), plugins: [CAMEL] })
      bound.set(client, db)
    }
    const events: NewEvent[] = []
    let failed: Error | undefined
    let broken: Error | undefined
    const begun = client.query(`BEGIN; SET LOCAL app.tenant = '${tenantId}'`)
    begun.catch(() => {}) // a failed BEGIN fails the first query too
    try {
      const result = await work({
        tenantId,
        db,
        emit: event => events.push(event),
        send: (text, values) => {
          // By callback: of what cannot even be sent it tells at once, before the commit.
          client.query(prepared(text, values), (error: Error | null) => {
            failed ??= error ?? undefined // what follows fails because of it, and says less
          })
        },
        query: async (text, values) => (await client.query(values ? prepared(text, values) : { text })).rows,
      })
      if (failed) throw failed
      const appended = events.length > 0 ? appendEvents(client, events) : undefined
      const [, committed] = await Promise.all([appended, client.query('COMMIT')])
      if (committed.command !== 'COMMIT')
        throw failed ?? new Error('The transaction had failed earlier and was rolled back.')
      if (events.length > 0) for (const listener of listeners) listener(tenantId, events.length)
      return result
    } catch (error) {
      await client.query('ROLLBACK').catch((fault: Error) => {
        broken = fault
      })
      throw failed ?? error
    } finally {
      client.release(broken)
    }
  }

  return {
    tenant,
    log,
    pool,
    jobs,
    auth,
    onEvents(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      await Promise.all([pool.end(), log.end(), jobs.end(), auth.end()])
    },
  }
}

const names = new Map<string, string>()
const MOST_NAMES = 500

/**
 * A query whose plan each connection keeps: our texts are few, and planning under row-level security costs more than running most of them.
 * Texts beyond the first 500 (lists of changing length) are planned each time.
 */
export function prepared(text: string, values: unknown[]): pg.QueryConfig {
  let name = names.get(text)
  if (!name && names.size < MOST_NAMES) {
    name = `q${names.size}`
    names.set(text, name)
  }
  return name ? { name, text, values } : { text, values }
}

// snake_case in SQL, camelCase in TypeScript; the insides of JSON columns are left as they are.
const CAMEL = new CamelCasePlugin({ maintainNestedObjectKeys: true })

/** A Kysely dialect over one connection that somebody else opens, begins and commits. */
class OneConnection implements Dialect {
  private readonly connection: DatabaseConnection
  constructor(client: pg.PoolClient) {
    this.connection = {
      async executeQuery<R>({
        sql,
        parameters,
      }: {
        sql: string
        parameters: readonly unknown[]
      }): Promise<QueryResult<R>> {
        const { rows, rowCount } = await client.query(prepared(sql, parameters as unknown[]))
        return { rows: rows as R[], numAffectedRows: BigInt(rowCount ?? 0) }
      },
      // biome-ignore lint/correctness/useYield: streaming is not offered on a borrowed connection
      async *streamQuery() {
        throw new Error('Streaming is not offered inside a tenant transaction.')
      },
    }
  }
  createAdapter() {
    return new PostgresAdapter()
  }
  createQueryCompiler() {
    return new PostgresQueryCompiler()
  }
  createIntrospector(db: Kysely<unknown>) {
    return new PostgresIntrospector(db)
  }
  createDriver(): Driver {
    const never = async () => {
      throw new Error('The tenant transaction is begun and ended by Database.tenant.')
    }
    return {
      init: async () => {},
      acquireConnection: async () => this.connection,
      beginTransaction: never,
      commitTransaction: never,
      rollbackTransaction: never,
      releaseConnection: async () => {},
      destroy: async () => {},
    }
  }
}
