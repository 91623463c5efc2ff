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

export interface ApiKeys {
  /** Who presents this key. Throws 401 for one that is unknown, revoked or expired: the three look the same. */
  byKey(secret: string, address: string): Promise<Context>
  forget(keyId: string): void
}

/** What we know of a key is believed this long; revoking it is told at once (access-signal.ts). */
const CACHE_MS = 10_000
const CACHE_SIZE = 10_000

type Remembered = Omit<Context, 'address' | 'apiKeyId'> & { apiKeyId: string }
interface Known {
  loading: Promise<Remembered>
  /** Null while loading. */
  id: string | null
  until: number
}

/** Looks keys up, and remembers each for a few seconds. */
export function createApiKeys(db: Database): ApiKeys {
  const known = new Map<string, Known>()
  function remember(hash: string): Known {
    if (known.size >= CACHE_SIZE) known.clear()
    const entry: Known = { loading: load(db, hash), id: null, until: Date.now() + CACHE_MS }
    known.set(hash, entry)
    entry.loading.then(
      ({ apiKeyId }) => {
        entry.id = apiKeyId
      },
      () => known.get(hash) === entry && known.delete(hash),
    )
    return entry
  }
  return {
    async byKey(secret, address) {
      const hash = hashApiKey(secret)
      let entry = known.get(hash)
      if (!entry || entry.until <= Date.now()) entry = remember(hash)
      return { ...(await entry.loading), address }
    },
    forget(keyId) {
      for (const [hash, entry] of known) if (entry.id === null || entry.id === keyId) known.delete(hash)
    },
  }
}

async function load(db: Database, hash: string): Promise<Remembered> {
  const { rows } = await db.log.query<{ tenantId: string; id: string; scopes: string[] }>(
    `SELECT tenant_id AS "tenantId", id, scopes FROM api_key
      WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    [hash],
  )
  const key = rows[0]
  if (!key)
    throw new Refusal(
      401,
      'apiKey.refused',
      'This API key is unknown, revoked or expired. Make a new one under Administration → Security.',
    )
  const { tenantId, id: apiKeyId } = key
  // "Last used" is for people to see which keys are still needed: exact to the minute, and never worth failing a request for.
  db.tenant(tenantId, tx =>
    tx.query(
      `UPDATE api_key SET last_used_at = now() WHERE id = $1 AND coalesce(last_used_at, '-infinity') < now() - interval '1 minute'`,
      [apiKeyId],
    ),
  ).catch(() => {})
  const permissions = new Set<Permission>(PERMISSIONS.filter(permission => key.scopes.includes(permission)))
  return { tenantId, userId: null, apiKeyId, session: null, roles: [], permissions, twoFactorOwed: false }
}
