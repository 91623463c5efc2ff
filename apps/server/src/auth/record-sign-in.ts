import { audit } from '../audit/audit.ts'
import type { Services } from '../services.ts'

/** Writes a sign-in into the audit log of the tenant that the session began in. */
export async function recordSignIn(
  { db }: Pick<Services, 'db'>,
  token: string,
  address: string,
  identityProvider: string | null = null,
): Promise<void> {
  const { rows } = await db.auth.query<{ tenantId: string; userId: string; name: string }>(
    `SELECT session.tenant_id AS "tenantId", users.id AS "userId", users.name
       FROM auth.session JOIN users ON users.tenant_id = session.tenant_id AND users.account_id = session.account_id
      WHERE token = $1`,
    [token],
  )
  const [row] = rows
  if (!row) return
  const { tenantId, userId, name } = row
  await db.tenant(tenantId, tx =>
    audit(tx, { userId, apiKeyId: null, address }, 'user.signedIn', { type: 'user', id: userId }, null, {
      name,
      ...(identityProvider && { identityProvider }),
    }),
  )
}
