import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rolePasswordOf } from '@centrala/server/wiring.ts'
import { migrate, roleNames } from '@centrala/store/migrate.ts'
import { startPostgres } from '@centrala/store/postgres.ts'
import pg from 'pg'
import type { TestProject } from 'vitest/node'

/** The secret of every test installation. */
export const TEST_SECRET = 'a secret for tests only, which protects nothing at all'
export const TEST_ROLES = roleNames('centrala_test')

declare module 'vitest' {
  interface ProvidedContext {
    ownerUrl: string
  }
}

/** Vitest's global set-up: one PostgreSQL for the run, with a migrated template that each test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'centrala-test-'))
  const server = await startPostgres({ dir, unsafe: true })
  const admin = new pg.Client(server.url)
  await admin.connect()
  await admin.query('CREATE DATABASE template_centrala')
  await admin.end()
  await migrate(databaseUrl(server.url, 'template_centrala'), TEST_ROLES, rolePasswordOf(TEST_SECRET))
  project.provide('ownerUrl', server.url)
  return async () => {
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** A database of its own, cloned from the template in some 50 ms. `drop` it when done. */
export async function cloneDatabase(serverUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const admin = async (sql: string) => {
    const client = new pg.Client(serverUrl)
    await client.connect()
    await client.query(sql).finally(() => client.end())
  }
  await admin(`CREATE DATABASE ${name} TEMPLATE template_centrala STRATEGY FILE_COPY`)
  return { url: databaseUrl(serverUrl, name), drop: () => admin(`DROP DATABASE ${name} WITH (FORCE)`) }
}

function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
