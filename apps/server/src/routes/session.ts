import { changeMe, getMe, listSessions, listSignInOptions, type Me, revokeSession } from '@centrala/api/session.ts'
import type { Role } from '@centrala/core/permission/permission.ts'
import type { Tx } from '@centrala/store/database.ts'
import { browserOf } from '../auth/browser.ts'
import { IDLE_SECONDS } from '../auth/sessions.ts'
import { demoTenant } from '../demo/seed-demo.ts'
import type { Context } from '../http/context.ts'
import { handle, handlePublic } from '../http/handle.ts'
import { found, Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'

export const sessionRoutes = [
  handle(getMe, ({ services, context, work }) => work(tx => readMe(services, tx, context))),
  handle(changeMe, ({ services, context, body, work }) =>
    work(async tx => {
      const { settings, ...rest } = body
      const change = { ...rest, ...(settings && { settings: JSON.stringify(settings) }) }
      if (Object.keys(change).length > 0)
        await tx.db.updateTable('users').set(change).where('id', '=', person(context)).execute()
      return readMe(services, tx, context)
    }),
  ),
  handle(listSessions, async ({ services, context }) => ({ items: await readSessions(services, context) })),
  handle(revokeSession, async ({ services, context, params }) => {
    const { accountId } = sessionOf(context)
    const { rows } = await services.db.auth.query(
      'DELETE FROM auth.session WHERE id = $1 AND account_id = $2 AND tenant_id = $3 RETURNING id',
      [params.id, accountId, context.tenantId],
    )
    found(rows[0], 'session')
    services.auth.access.tell({ kind: 'sessionEnded', id: params.id })
    return {}
  }),
  handlePublic(listSignInOptions, async ({ services, query }) => {
    const { log } = services.db
    const { rows: providers } = await log.query<{ id: string; name: string }>(
      `SELECT provider.id, provider.name FROM identity_provider AS provider JOIN tenant USING (tenant_id)
        WHERE provider.active AND ($1 = tenant.slug OR $1 = '' AND (SELECT count(*) FROM tenant) = 1) ORDER BY provider.name`,
      [query.tenant ?? ''],
    )
    // What everybody may know: an installation with DEMO=0 has no demonstration people to name.
    const demo = services.env.DEMO === false ? null : await demoTenant(services)
    return { password: true, demo: demo?.signIns ?? [], providers }
  }),
]

/** The session of the person who calls. @throws Refusal for an API key, which has none */
export function sessionOf(context: Context): { id: string; accountId: string } {
  if (!context.session) throw personNeeded()
  return context.session
}

/** The person who calls. A key is nobody's presence, inbox or settings. */
export function person(context: Context): string {
  if (!context.userId) throw personNeeded()
  return context.userId
}

const personNeeded = () =>
  new Refusal(403, 'session.needed', 'This is about a person. Sign in as one; an API key cannot do it.')

/** Where one is signed in to this tenant, the latest first. */
async function readSessions({ db }: Services, context: Context) {
  const { id, accountId } = sessionOf(context)
  const { rows } = await db.auth.query<{
    id: string
    createdAt: Date
    seenAt: Date
    address: string | null
    userAgent: string | null
  }>(
    `SELECT id, created_at AS "createdAt", updated_at AS "seenAt", nullif(ip_address, '') AS address, user_agent AS "userAgent"
       FROM auth.session
      WHERE account_id = $1 AND tenant_id = $2 AND expires_at > now() AND updated_at > now() - make_interval(secs => $3)
      ORDER BY updated_at DESC, id`,
    [accountId, context.tenantId, IDLE_SECONDS],
  )
  return rows.map(({ userAgent, ...row }) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    seenAt: row.seenAt.toISOString(),
    browser: browserOf(userAgent),
    current: row.id === id,
  }))
}

async function readMe({ db }: Services, tx: Tx, context: Context): Promise<Me> {
  const user = found(
    await tx.db
      .selectFrom('users')
      .innerJoin('tenant', 'tenant.tenantId', 'users.tenantId')
      .leftJoin('routingProfile', 'routingProfile.id', 'users.routingProfileId')
      .select([
        'users.id',
        'users.name',
        'users.email',
        'users.roles',
        'users.locale',
        'users.settings',
        'users.routingProfileId',
      ])
      .select([
        'tenant.tenantId',
        'tenant.name as tenantName',
        'tenant.slug',
        'tenant.timeZone',
        'tenant.locale as tenantLocale',
      ])
      .select(['routingProfile.name as profileName', 'routingProfile.weights'])
      .where('users.id', '=', person(context))
      .executeTakeFirst(),
    'user',
  )
  const { rows } = await db.auth.query<{ twoFactor: boolean; password: boolean }>(
    `SELECT two_factor_enabled AS "twoFactor", password IS NOT NULL AS password FROM auth.sign_in_account AS account
       LEFT JOIN auth.credential ON account_id = account.id AND provider_id = 'credential' WHERE account.id = $1`,
    [sessionOf(context).accountId],
  )
  const account = rows[0]
  const queues = user.routingProfileId
    ? await tx.db
        .selectFrom('routingProfileQueue')
        .select('queueId')
        .where('routingProfileId', '=', user.routingProfileId)
        .execute()
    : []
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    roles: user.roles as Role[],
    permissions: [...context.permissions],
    locale: user.locale as Me['locale'],
    settings: user.settings,
    twoFactor: account?.twoFactor ?? false,
    twoFactorOwed: context.twoFactorOwed,
    password: account?.password ?? false,
    tenant: {
      id: user.tenantId,
      name: user.tenantName,
      slug: user.slug,
      timeZone: user.timeZone,
      locale: user.tenantLocale as Me['tenant']['locale'],
    },
    routingProfile: user.routingProfileId
      ? {
          id: user.routingProfileId,
          name: user.profileName ?? '',
          channels: Object.keys(user.weights ?? {}),
          queueIds: queues.map(row => row.queueId),
        }
      : null,
  }
}
