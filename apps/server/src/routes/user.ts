import * as api from '@centrala/api/user.ts'
import { audit } from '../audit/audit.ts'
import { endSessions, findAccount } from '../auth/account.ts'
import { distrustDevices } from '../auth/device.ts'
import { handLink, mustNotBeShared } from '../auth/invitation.ts'
import { endLinks } from '../auth/link.ts'
import { cursorOf, pageOf, placeOf } from '../http/cursor.ts'
import { type Call, handle } from '../http/handle.ts'
import { conflict } from '../refusal.ts'
import { mustNotExceed } from '../user/authority.ts'
import { deactivateUser, reactivateUser } from '../user/deactivate-user.ts'
import { presentUser, presentUsers, readUser, USER_COLUMNS, type UserRow } from '../user/present-user.ts'
import { addUser, changeUser } from '../user/write-user.ts'

export const userRoutes = [
  handle(api.listUsers, async ({ services, context, query, work }) => {
    const place = placeOf(query.after, 2)
    const all = await work(tx =>
      tx.query<UserRow & { place: string }>(
        `SELECT ${USER_COLUMNS}, fold(u.name) AS place FROM users u
          WHERE ($1::text IS NULL OR fold(u.name) LIKE '%' || fold($1) || '%' OR fold(u.email) LIKE '%' || fold($1) || '%')
            AND ($2::text IS NULL OR $2 = ANY(u.roles)) AND ($3::uuid IS NULL OR u.team_id = $3)
            AND ($4::text IS NULL OR $4 = CASE WHEN u.deactivated_at IS NOT NULL THEN 'deactivated' WHEN u.account_id IS NULL THEN 'invited' ELSE 'active' END)
            AND ($5::text IS NULL OR (fold(u.name), u.id) > ($5, $6::uuid))
          ORDER BY fold(u.name), u.id LIMIT $7`,
        [
          query.query?.replace(/[\\%_]/g, '\\$&') ?? null,
          query.role ?? null,
          query.teamId ?? null,
          query.state ?? null,
          place?.[0] ?? null,
          place?.[1] ?? null,
          query.limit + 1,
        ],
      ),
    )
    const { rows, next } = pageOf(all, query.limit, last => cursorOf(last.place, last.id))
    const shown = rows.map(({ place: _, ...row }) => row)
    return { items: await presentUsers(services, context.tenantId, shown), next }
  }),
  handle(api.getUser, async ({ services, context, params, work }) =>
    presentUser(services, context.tenantId, await work(tx => readUser(tx, params.id))),
  ),
  handle(api.inviteUser, async ({ services, context, body, work }) => {
    const row = await work(tx => addUser(tx, context, body))
    const invitation = await handLink(services, context, row.id, 'invitation')
    return { user: await presentUser(services, context.tenantId, row), invitation }
  }),
  handle(api.changeUser, async ({ services, context, params, body, work }) => {
    const { db } = services
    const before = await work(tx => readUser(tx, params.id))
    const renamed = body.email && body.email.toLowerCase() !== before.email.toLowerCase() && before.accountId
    if (renamed) {
      // With the e-mail goes who may ask for a new password: not of an account that is somebody elsewhere too.
      mustNotExceed(context, before.roles)
      await mustNotBeShared(services, renamed, context.tenantId)
      if (await findAccount(db.auth, { email: body.email ?? '' }))
        throw conflict('email.taken', 'Somebody already signs in with this e-mail. Choose another.')
    }
    const after = await work(tx => changeUser(tx, context, params.id, body))
    if (renamed)
      await db.auth.query(
        `UPDATE auth.sign_in_account SET email = lower($2), email_verified = false, updated_at = now()
          WHERE id = $1 AND email = lower($3)`,
        [renamed, after.email, before.email],
      )
    return presentUser(services, context.tenantId, after)
  }),
  handle(api.deactivateUser, async ({ services, context, params, work }) => {
    const row = await work(tx => deactivateUser(tx, context, params.id))
    services.auth.access.tell({ kind: 'userChanged', id: row.id })
    if (row.accountId) await endSessions(services, row.accountId, context.tenantId)
    await endLinks(services.db.auth, row.id)
    return presentUser(services, context.tenantId, row)
  }),
  handle(api.reactivateUser, async ({ services, context, params, work }) =>
    presentUser(services, context.tenantId, await work(tx => reactivateUser(tx, context, params.id))),
  ),
  handle(api.renewInvitation, async ({ services, context, params, work }) => {
    await ownPower({ context, work }, params.id, 'user.invited')
    return handLink(services, context, params.id, 'invitation')
  }),
  handle(api.makePasswordLink, async ({ services, context, params, work }) => {
    await ownPower({ context, work }, params.id, 'user.passwordLinkMade')
    return handLink(services, context, params.id, 'password')
  }),
  handle(api.resetTwoFactor, async ({ services, context, params, work }) => {
    const { db } = services
    const { accountId } = await work(tx => readUser(tx, params.id))
    if (accountId) await mustNotBeShared(services, accountId, context.tenantId)
    const row = await ownPower({ context, work }, params.id, 'user.twoFactorReset')
    if (accountId) {
      await db.auth.query('DELETE FROM auth.two_factor WHERE account_id = $1', [accountId])
      await db.auth.query('UPDATE auth.sign_in_account SET two_factor_enabled = false WHERE id = $1', [accountId])
      await distrustDevices(db.auth, accountId)
      await endSessions(services, accountId)
    }
    return presentUser(services, context.tenantId, row)
  }),
  handle(api.endUserSessions, async ({ services, context, params, work }) => {
    const { accountId } = await ownPower({ context, work }, params.id, 'user.signedOut')
    return { ended: accountId ? await endSessions(services, accountId, context.tenantId) : 0 }
  }),
]

/** Whether the caller may act on this person's sign-in; written into the audit log as `action`. */
async function ownPower(
  { context, work }: Pick<Call<typeof api.getUser>, 'context' | 'work'>,
  id: string,
  action: string,
): Promise<UserRow> {
  return work(async tx => {
    const row = await readUser(tx, id)
    mustNotExceed(context, row.roles)
    await audit(tx, context, action, { type: 'user', id }, null, { name: row.name })
    return row
  })
}
