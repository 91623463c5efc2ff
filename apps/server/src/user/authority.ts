import { type Permission, permissionsOf, type Role } from '@centrala/core/permission/permission.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { Context } from '../http/context.ts'
import { conflict, Refusal } from '../refusal.ts'

/** What these permissions allow that the caller may not do. "self" is about one's own things, which everybody has. */
function beyond(context: Context, permissions: Iterable<Permission>): Permission[] {
  return [...permissions].filter(permission => permission !== 'self' && !context.permissions.has(permission))
}

/** Nobody grants what they lack, neither by roles nor by scopes. @throws Refusal 403 `permission.beyond` on the field */
export function mayGrant(context: Context, permissions: Iterable<Permission>, field: string): void {
  const missing = beyond(context, permissions)
  if (missing.length > 0) {
    const message = `You can only give what you may do yourself; this also allows: ${missing.join(', ')}.`
    throw new Refusal(403, 'permission.beyond', message, { fields: [{ path: `body.${field}`, message }] })
  }
}

/** Nobody has power over the sign-in or the rights of who may do more: by it they could do all that too. @throws Refusal 403 `user.mayMore` */
export function mustNotExceed(context: Context, roles: readonly Role[]): void {
  if (beyond(context, permissionsOf(roles)).length > 0)
    throw new Refusal(
      403,
      'user.mayMore',
      'This person may do more here than you. Ask somebody whose rights are at least theirs.',
    )
}

/** Roles that come new must be in one's power to give; those that stay or go are checked by mustNotExceed. */
export function mayChangeRoles(context: Context, before: readonly Role[], after: readonly Role[]): void {
  const had = permissionsOf(before)
  mayGrant(
    context,
    [...permissionsOf(after)].filter(permission => !had.has(permission)),
    'roles',
  )
}

/** A tenant without an active administrator could not be administered by anybody any more. Call after the change. */
export async function mustKeepAdministrator(tx: Tx): Promise<void> {
  const rows = await tx.query(
    `SELECT FROM users WHERE 'admin' = ANY(roles) AND deactivated_at IS NULL AND account_id IS NOT NULL LIMIT 1`,
  )
  if (rows.length === 0)
    throw conflict(
      'tenant.lastAdministrator',
      'This is the last administrator who can sign in. Make another one first.',
    )
}
