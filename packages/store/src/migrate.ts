import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'
import { StoreError } from './errors.ts'
import { migrateJobQueue } from './job-queue.ts'
import { rebaseRestoredLog } from './restored-log.ts'

const FOLDER = new URL('../migrations/', import.meta.url)
/** One number for the advisory lock that lets one node migrate at a time. */
const LOCK = 4_711_001

export interface Roles {
  /** Works under row-level security. */
  app: string
  /** Reads the event log of every tenant. */
  log: string
  /** Owns the search functions; cannot log in. */
  search: string
  /** Owns the job queue (schema graphile_worker). */
  jobs: string
  /** Reads and writes the schema auth: passwords and sessions. */
  auth: string
}

/** Role names of a database. Roles belong to the whole PostgreSQL server, so they carry the database's name. */
export function roleNames(prefix: string): Roles {
  return {
    app: `${prefix}_app`,
    log: `${prefix}_log`,
    search: `${prefix}_search`,
    jobs: `${prefix}_jobs`,
    auth: `${prefix}_auth`,
  }
}

/**
 * Brings the database to the newest schema: numbered SQL files, forward only, each in its own transaction, by one node at a time.
 * Makes the roles and sets their password.
 * @returns names of the files that ran
 * @throws StoreError `postgres.version`, `migration.changed` when a file that ran has been edited since, `migration.failed`
 */
export async function migrate(ownerUrl: string, roles: Roles, rolePassword: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ version: number }>(
      "SELECT current_setting('server_version_num')::int AS version",
    )
    if ((rows[0]?.version ?? 0) < 180000) {
      throw new StoreError(
        'postgres.version',
        'Centrala needs PostgreSQL 18 or newer. Upgrade the server that DATABASE_URL names.',
      )
    }
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    await makeRoles(client, roles, rolePassword)
    await client.query(
      'CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, hash text NOT NULL, ran_at timestamptz NOT NULL DEFAULT now())',
    )
    const done = new Map(
      (await client.query<{ name: string; hash: string }>('SELECT name, hash FROM migration')).rows.map(r => [
        r.name,
        r.hash,
      ]),
    )
    const ran: string[] = []
    for (const name of (await readdir(FOLDER)).filter(file => file.endsWith('.sql')).sort()) {
      const text = await readFile(new URL(name, FOLDER), 'utf8')
      const hash = createHash('sha256').update(text).digest('hex')
      const before = done.get(name)
      if (before === hash) continue
      if (before)
        throw new StoreError(
          'migration.changed',
          `Migration ${name} was edited after it ran here. Restore it and add a new file instead.`,
        )
      await runFile(client, name, text, hash, roles)
      ran.push(name)
    }
    await migrateJobQueue(roleUrl(ownerUrl, roles.jobs, rolePassword))
    await rebaseRestoredLog(client, roleUrl(ownerUrl, roles.log, rolePassword))
    return ran
  } finally {
    await client.end()
  }
}

/** The owner's connection string for another role. */
export function roleUrl(ownerUrl: string, role: string, password: string): string {
  const url = new URL(ownerUrl)
  url.username = encodeURIComponent(role)
  url.password = encodeURIComponent(password)
  return url.href
}

async function runFile(client: pg.Client, name: string, text: string, hash: string, roles: Roles): Promise<void> {
  const sql = text.replace(/(?<![:\w]):(app|log|search|jobs|auth)\b/g, (_, role: keyof Roles) =>
    pg.escapeIdentifier(roles[role]),
  )
  try {
    await client.query('BEGIN')
    await client.query(sql)
    await client.query('INSERT INTO migration (name, hash) VALUES ($1, $2)', [name, hash])
    await client.query('COMMIT')
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => {})
    throw new StoreError(
      'migration.failed',
      `Migration ${name} failed and was rolled back: ${(cause as Error).message}`,
      { cause },
    )
  }
}

async function makeRoles(client: pg.Client, roles: Roles, password: string): Promise<void> {
  for (const [kind, role] of Object.entries(roles)) {
    const name = pg.escapeIdentifier(role)
    const known = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])
    if (known.rowCount === 0) await client.query(`CREATE ROLE ${name} NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS`)
    if (kind !== 'search') await client.query(`ALTER ROLE ${name} LOGIN PASSWORD ${pg.escapeLiteral(password)}`)
  }
  // Functions and a schema are given to these roles, which only a member may do.
  await client.query(`GRANT ${pg.escapeIdentifier(roles.search)}, ${pg.escapeIdentifier(roles.jobs)} TO CURRENT_USER`)
  await client.query(
    `GRANT USAGE ON SCHEMA public TO ${Object.values(roles)
      .map(role => pg.escapeIdentifier(role))
      .join(', ')}`,
  )
}
