import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '@centrala/api/client.ts'
import { PERMISSIONS, type Permission } from '@centrala/core/permission/permission.ts'
import { newApiKey } from '@centrala/server/auth/api-key.ts'
import { type Env, readEnv } from '@centrala/server/env.ts'
import type { Services } from '@centrala/server/services.ts'
import { wire } from '@centrala/server/wiring.ts'
import pg from 'pg'
import { inject } from 'vitest'
import { cloneDatabase, TEST_ROLES, TEST_SECRET } from './database.ts'

export interface TestServer {
  origin: string
  services: Services
  /** Makes a tenant and a key that may do everything in it. */
  tenant(name?: string): Promise<TestTenant>
  /** A connection as the owner of the tables, for looking behind the doors. */
  owner: pg.Client
  close(): Promise<void>
}

export interface TestTenant {
  id: string
  /** A client with an API key of all permissions (or of those given). */
  client: Client
  key(permissions: readonly Permission[]): Promise<Client>
}

/** A whole server on a database of its own, listening on a free port. */
export async function startTestServer(settings: Record<string, string> = {}): Promise<TestServer> {
  const database = await cloneDatabase(inject('ownerUrl'))
  const dataDir = await mkdtemp(join(tmpdir(), 'centrala-data-'))
  const read = readEnv({ DATA_DIR: dataDir, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'error', ...settings })
  if (!read.ok) throw new Error(read.sentences.join(' '))
  const env: Env = read.env
  const wired = await wire({ env, ownerUrl: database.url, roles: TEST_ROLES, secret: TEST_SECRET })
  const origin = await wired.app.listen({ host: '127.0.0.1', port: 0 })
  const owner = new pg.Client(database.url)
  await owner.connect()
  let made = 0

  async function key(tenantId: string, permissions: readonly Permission[]): Promise<Client> {
    const fresh = newApiKey()
    await wired.services.db.tenant(tenantId, tx =>
      tx.db
        .insertInto('apiKey')
        .values({ name: 'test', hash: fresh.hash, prefix: fresh.prefix, scopes: [...permissions] })
        .execute(),
    )
    return createClient({ origin, headers: { authorization: `Bearer ${fresh.secret}` } })
  }

  return {
    origin,
    services: wired.services,
    owner,
    async tenant(name) {
      made++
      const { rows } = await owner.query<{ id: string }>(
        'INSERT INTO tenant (slug, name) VALUES ($1, $2) RETURNING tenant_id AS id',
        [`tenant-${made}`, name ?? `Tenant ${made}`],
      )
      const id = rows[0]?.id ?? ''
      return { id, client: await key(id, PERMISSIONS), key: permissions => key(id, permissions) }
    },
    async close() {
      await owner.end()
      await wired.close()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
