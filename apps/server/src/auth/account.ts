import type { Role } from '@centrala/core/permission/permission.ts'
import type { Database } from '@centrala/store/database.ts'
import { hashPassword } from 'better-auth/crypto'
import type pg from 'pg'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { distrustDevices } from './device.ts'

export { hashPassword }

export interface NewAccount {
  email: string
  name: string
  /** Null: signs in through an identity provider only, until a password is set. */
  password: string | null
  /** The password's hash, where it was made before. */
  hash?: string
}

/** Makes an account and returns its id. A second one with the same e-mail is a unique violation (23505). */
export async function createAccount(
  pool: pg.Pool,
  { email, name, password, hash: known }: NewAccount,
): Promise<string> {
  const hash = known ?? (password === null ? null : await hashPassword(password))
  const id = crypto.randomUUID()
  await pool.query(
    `WITH account AS (
       INSERT INTO auth.sign_in_account (id, name, email) VALUES ($1, $2, lower($3)) RETURNING id
     )
     INSERT INTO auth.credential (id, account_id, provider_id, subject, password)
     SELECT $4, id, 'credential', id, $5 FROM account WHERE $5::text IS NOT NULL`,
    [id, name, email, crypto.randomUUID(), hash],
  )
  return id
}

export interface NewUser {
  name: string
  email: string
  password: string
  /** The password's hash, where it was made before: hashing is slow on purpose, and seeding makes many. */
  hash?: string
  roles: readonly Role[]
  locale?: string
  teamId?: string
  routingProfileId?: string
}

/** A user who can sign in at once, for seeding and tests. People of a real tenant are invited (link.ts). */
export async function createUser(
  db: Database,
  tenantId: string,
  user: NewUser,
): Promise<{ id: string; accountId: string }> {
  const { password, hash, roles, ...rest } = user
  const accountId = await createAccount(db.auth, {
    email: user.email,
    name: user.name,
    password,
    ...(hash && { hash }),
  })
  const { id } = await db.tenant(tenantId, tx =>
    tx.db
      .insertInto('users')
      .values({ ...rest, roles: [...roles], accountId })
      .returning('id')
      .executeTakeFirstOrThrow(),
  )
  return { id, accountId }
}

/** A tenant of which this account is an active user. */
export interface Membership {
  tenantId: string
  name: string
  slug: string
  userId: string
}

/** Where this account may go, the tenant last used first. */
export async function membershipsOf(pool: pg.Pool, accountId: string): Promise<Membership[]> {
  const { rows } = await pool.query<Membership>(
    `SELECT tenant.tenant_id AS "tenantId", tenant.name, tenant.slug, users.id AS "userId"
       FROM users JOIN tenant USING (tenant_id)
      WHERE users.account_id = $1 AND users.deactivated_at IS NULL
      ORDER BY (SELECT max(updated_at) FROM auth.session WHERE account_id = $1 AND session.tenant_id = tenant.tenant_id) DESC NULLS LAST, tenant.name`,
    [accountId],
  )
  return rows
}

/** The tenant of a fresh session. @throws Refusal `account.inactive` when the account is nobody's active user */
export async function chooseTenant(pool: pg.Pool, accountId: string): Promise<string> {
  const [first] = await membershipsOf(pool, accountId)
  if (!first) throw new Refusal(403, 'account.inactive', 'This account is not active. Ask your administrator.')
  return first.tenantId
}

/** Sets the password of an account, ends all its sessions and asks trusted devices for the second factor again. */
export async function setPassword(
  { db, auth }: Pick<Services, 'db' | 'auth'>,
  accountId: string,
  password: string,
): Promise<void> {
  const hash = await hashPassword(password)
  await db.auth.query(
    `INSERT INTO auth.credential (id, account_id, provider_id, subject, password) VALUES ($1, $2, 'credential', $2, $3)
     ON CONFLICT (provider_id, subject) DO UPDATE SET password = excluded.password, updated_at = now()`,
    [crypto.randomUUID(), accountId, hash],
  )
  await distrustDevices(db.auth, accountId)
  await endSessions({ db, auth }, accountId)
}

/** Ends an account's sessions (of one tenant, where given) and returns how many. */
export async function endSessions(
  { db, auth }: Pick<Services, 'db' | 'auth'>,
  accountId: string,
  tenantId: string | null = null,
): Promise<number> {
  const { rows } = await db.auth.query<{ id: string }>(
    'DELETE FROM auth.session WHERE account_id = $1 AND ($2::uuid IS NULL OR tenant_id = $2) RETURNING id',
    [accountId, tenantId],
  )
  for (const { id } of rows) auth.access.tell({ kind: 'sessionEnded', id })
  return rows.length
}

/** Whether the account is also somebody in another tenant: then this tenant's administrators may not touch its password or second factor. */
export async function isShared(pool: pg.Pool, accountId: string, tenantId: string): Promise<boolean> {
  const { rowCount } = await pool.query('SELECT FROM users WHERE account_id = $1 AND tenant_id <> $2 LIMIT 1', [
    accountId,
    tenantId,
  ])
  return rowCount === 1
}

export interface Account {
  id: string
  email: string
  name: string
  /** Hash, or null for who comes in by single sign-on only. */
  password: string | null
}

/** The account of an e-mail address, or of an id. */
export async function findAccount(pool: pg.Pool, by: { email: string } | { id: string }): Promise<Account | null> {
  const [column, value] = 'email' in by ? ['lower(email)', by.email.trim().toLowerCase()] : ['account.id', by.id]
  const { rows } = await pool.query<Account>(
    `SELECT account.id, email, name, password FROM auth.sign_in_account AS account
       LEFT JOIN auth.credential ON account_id = account.id AND provider_id = 'credential'
      WHERE ${column} = $1`,
    [value],
  )
  return rows[0] ?? null
}
