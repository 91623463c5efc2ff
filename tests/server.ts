import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '@centrala/api/client.ts'
import { signIn } from '@centrala/api/sign-in.ts'
import { PERMISSIONS, type Permission, type Role } from '@centrala/core/permission/permission.ts'
import { createUser, hashPassword } from '@centrala/server/auth/account.ts'
import { newApiKey } from '@centrala/server/auth/api-key.ts'
import { ADDRESS_HEADER } from '@centrala/server/auth/engine.ts'
import { type Env, readEnv } from '@centrala/server/env.ts'
import type { Services } from '@centrala/server/services.ts'
import { wire } from '@centrala/server/wiring.ts'
import pg from 'pg'
import { inject } from 'vitest'
import { cloneDatabase, TEST_ROLES, TEST_SECRET } from './database.ts'

const PASSWORD = 'four quiet river stones'
const PASSWORD_HASH = hashPassword(PASSWORD)

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
  /** Makes a person who is signed in. */
  user(wanted?: Partial<TestUserWanted>): Promise<TestUser>
}

export interface TestUserWanted {
  roles: readonly Role[]
  name: string
  email: string
  password: string
  teamId: string
  routingProfileId: string
}

export interface TestUser {
  id: string
  accountId: string
  email: string
  password: string
  /** A client with this person's session cookie. */
  client: Client
  /** The cookie header, for a WebSocket or plain fetch. Unsafe requests need `origin: server.origin` beside it. */
  cookie: string
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
  let people = 0

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

  /** A session as signing in makes it, without the hashing that is slow on purpose. */
  async function sessionOf(accountId: string, tenantId: string): Promise<string> {
    const { headers } = await wired.services.auth.engine.api.startSession({
      body: { accountId, tenantId, identityProviderId: null },
      headers: new Headers({ [ADDRESS_HEADER]: '127.0.0.1' }),
      returnHeaders: true,
    })
    return cookieHeader(headers)
  }

  async function user(tenantId: string, wanted: Partial<TestUserWanted> = {}): Promise<TestUser> {
    people++
    const email = wanted.email ?? `person-${people}@example.com`
    const password = wanted.password ?? PASSWORD
    const made = await createUser(wired.services.db, tenantId, {
      roles: ['agent'],
      name: `Person ${people}`,
      ...wanted,
      email,
      password,
      ...(password === PASSWORD && { hash: await PASSWORD_HASH }),
    })
    const cookie = await sessionOf(made.accountId, tenantId)
    return { ...made, email, password, cookie, client: createClient({ origin, headers: { cookie, origin } }) }
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
      return {
        id,
        client: await key(id, PERMISSIONS),
        key: permissions => key(id, permissions),
        user: wanted => user(id, wanted),
      }
    },
    async close() {
      await owner.end()
      await wired.close()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Signs in by the public door and returns the cookie header of the session. */
export async function cookieOf(origin: string, email: string, password: string): Promise<string> {
  const response = await fetch(`${origin}/api${signIn.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ email, password }),
  })
  if (!response.ok) throw new Error(`Signing in as ${email} was refused: ${await response.text()}`)
  return cookieHeader(response.headers)
}

const cookieHeader = (headers: Headers): string =>
  headers
    .getSetCookie()
    .map(cookie => cookie.split(';')[0])
    .join('; ')
