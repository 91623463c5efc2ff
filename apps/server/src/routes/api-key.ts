import { type ApiKey, createApiKey, listApiKeys, revokeApiKey } from '@centrala/api/api-key.ts'
import type { Tx } from '@centrala/store/database.ts'
import { newApiKey } from '../auth/api-key.ts'
import { recordChange } from '../configuration/configuration.ts'
import { handle } from '../http/handle.ts'
import { badField, found } from '../refusal.ts'
import { mayGrant } from '../user/authority.ts'

export const apiKeyRoutes = [
  handle(listApiKeys, async ({ work }) => ({ items: await work(tx => apiKeys(tx)) })),
  handle(createApiKey, ({ context, body, work }) =>
    work(async tx => {
      mayGrant(context, body.scopes, 'scopes')
      if (body.expiresAt && new Date(body.expiresAt) <= new Date())
        throw badField('expiresAt', 'Choose a time that is still to come, or none.')
      const { secret, hash, prefix } = newApiKey()
      const { id } = await tx.db
        .insertInto('apiKey')
        .values({ ...body, hash, prefix, createdBy: context.userId })
        .returning('id')
        .executeTakeFirstOrThrow()
      const apiKey = await readApiKey(tx, id)
      await recordChange(tx, context, 'apiKey', 'created', id, null, apiKey)
      return { apiKey, secret }
    }),
  ),
  handle(revokeApiKey, async ({ services, context, params, work }) => {
    const revoked = await work(async tx => {
      const before = await readApiKey(tx, params.id)
      if (before.revokedAt) return before
      await tx.db.updateTable('apiKey').set({ revokedAt: new Date() }).where('id', '=', params.id).execute()
      const after = await readApiKey(tx, params.id)
      await recordChange(tx, context, 'apiKey', 'revoked', params.id, before, after)
      return after
    })
    services.auth.access.tell({ kind: 'apiKeyRevoked', id: params.id })
    return revoked
  }),
]

interface Row {
  id: string
  name: string
  prefix: string
  scopes: ApiKey['scopes']
  createdBy: ApiKey['createdBy']
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
  revokedAt: Date | null
}

async function apiKeys(tx: Tx, id: string | null = null): Promise<ApiKey[]> {
  const rows = await tx.query<Row>(
    `SELECT k.id, k.name, k.prefix, k.scopes, k.created_at AS "createdAt", k.expires_at AS "expiresAt",
            k.last_used_at AS "lastUsedAt", k.revoked_at AS "revokedAt",
            CASE WHEN u.id IS NOT NULL THEN jsonb_build_object('id', u.id, 'name', u.name) END AS "createdBy"
       FROM api_key k LEFT JOIN users u ON u.tenant_id = k.tenant_id AND u.id = k.created_by
      WHERE $1::uuid IS NULL OR k.id = $1 ORDER BY k.created_at DESC, k.id`,
    [id],
  )
  return rows.map(row => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  }))
}

const readApiKey = async (tx: Tx, id: string) => found((await apiKeys(tx, id))[0], 'apiKey')
