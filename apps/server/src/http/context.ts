import type { Permission, Role } from '@centrala/core/permission/permission.ts'
import type { FastifyRequest } from 'fastify'

/** Who calls: always of one tenant, taken from the session or the key and never from the request's own words. */
export interface Context {
  tenantId: string
  /** Null for an API key. */
  userId: string | null
  apiKeyId: string | null
  /** The session that the cookie names, and whose account it is. Null for an API key. */
  session: { id: string; accountId: string } | null
  roles: readonly Role[]
  permissions: ReadonlySet<Permission>
  /** The tenant asks for a second factor and this person has none yet: until then only `self` is open. */
  twoFactorOwed: boolean
  /** Network address of the caller, for the audit log. */
  address: string
}

/** Tells who calls, or null when nobody we know does. Throws a Refusal for a session that has expired or a key that was revoked. */
export type Authenticate = (request: Pick<FastifyRequest, 'headers' | 'ip'>) => Promise<Context | null>
