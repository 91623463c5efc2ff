import { createHash, randomBytes } from 'node:crypto'
import { PERMISSIONS, type Permission } from '@centrala/core/permission/permission.ts'
import type { Database } from '@centrala/store/database.ts'
import type { Context } from '../http/context.ts'
import { Refusal } from '../refusal.ts'

/** A new key: the secret is shown once; only its hash is kept. */
export function newApiKey(): { secret: string; hash: string; prefix: string } {
  const secret = `ck_${randomBytes(30).toString('base64url')}`
  return { secret, hash: hashApiKey(secret), prefix: secret.slice(0, 8) }
}

/** Keys are long and random, so a plain hash is enough: there is nothing to guess. */
export function hashApiKey(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Who presents this key. Throws 401 for one that is unknown, revoked or expired: the three look the same. */
export async function contextOfApiKey(db: Database, secret: string, address: string): Promise<Context> {
  const { rows } = await db.log.query<{ tenantId: string; id: string; scopes: string[] }>(
    `SELECT tenant_id AS "tenantId", id, scopes FROM api_key
      WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    [hashApiKey(secret)],
  )
  const key = rows[0]
  if (!key)
    throw new Refusal(
      401,
      'apiKey.refused',
      'This API key is unknown, revoked or expired. Make a new one under Administration → Security.',
    )
  const permissions = new Set<Permission>(PERMISSIONS.filter(permission => key.scopes.includes(permission)))
  return { tenantId: key.tenantId, userId: null, apiKeyId: key.id, roles: [], permissions, address }
}
