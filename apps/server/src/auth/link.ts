import { createHash, randomBytes } from 'node:crypto'
import type pg from 'pg'
import { Refusal } from '../refusal.ts'

/** A link that lets somebody in once: `invitation` to a tenant, or a new `password`. */
export interface SignInLink {
  purpose: 'invitation' | 'password'
  /** Whose administrator made it; null when the account's owner asked for it by mail. */
  tenantId: string | null
  userId: string | null
  accountId: string | null
  /** It was mailed by this installation to the account's own address, so that using it proves the mailbox. */
  provesMailbox: boolean
}

/** How long each is good for. A link asked for by mail is used at once or not at all. */
const LIFE_SECONDS = { invitation: 7 * 86_400, password: 86_400, mailed: 3600 }

/** Makes a link; earlier ones for the same end. Returns its address, which is known to nobody else: only the hash is kept. */
export async function makeLink(
  pool: pg.Pool,
  publicUrl: string,
  link: SignInLink,
): Promise<{ address: string; expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url')
  const life = link.tenantId ? LIFE_SECONDS[link.purpose] : LIFE_SECONDS.mailed
  const expiresAt = new Date(Date.now() + life * 1000)
  const { purpose, tenantId, userId, accountId, provesMailbox } = link
  await pool.query(
    `DELETE FROM auth.link WHERE purpose = $1 AND used_at IS NULL AND tenant_id IS NOT DISTINCT FROM $2 AND
       (user_id = $3 OR account_id = $4 AND $3::uuid IS NULL)`,
    [purpose, tenantId, userId, accountId],
  )
  await pool.query(
    `INSERT INTO auth.link (hash, purpose, tenant_id, user_id, account_id, proves_mailbox, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [hashOf(token), purpose, tenantId, userId, accountId, provesMailbox, expiresAt],
  )
  return { address: `${publicUrl}/welcome/${token}`, expiresAt }
}

/** What a token opens. @throws Refusal 404 `link.over` for one that is unknown, used or too old: the three look the same */
export async function readLink(pool: pg.Pool, token: string): Promise<SignInLink> {
  const { rows } = await pool.query<SignInLink>(
    `SELECT purpose, tenant_id AS "tenantId", user_id AS "userId", account_id AS "accountId", proves_mailbox AS "provesMailbox"
       FROM auth.link WHERE hash = $1 AND used_at IS NULL AND expires_at > now()`,
    [hashOf(token)],
  )
  const link = rows[0]
  if (!link) throw over()
  return link
}

/** Uses the token up. Of two who try at once, one is refused. */
export async function consumeLink(pool: pg.Pool, token: string): Promise<void> {
  const { rowCount } = await pool.query(
    'UPDATE auth.link SET used_at = now() WHERE hash = $1 AND used_at IS NULL AND expires_at > now()',
    [hashOf(token)],
  )
  if (rowCount !== 1) throw over()
}

/** Ends whatever links a user still holds, e.g. when deactivated. */
export async function endLinks(pool: pg.Pool, userId: string): Promise<void> {
  await pool.query('DELETE FROM auth.link WHERE user_id = $1 AND used_at IS NULL', [userId])
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url')
const over = () =>
  new Refusal(404, 'link.over', 'This link is used up or too old. Ask your administrator for a new one.')
