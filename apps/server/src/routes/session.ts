import { changeMe, getMe, type Me } from '@centrala/api/session.ts'
import type { Role } from '@centrala/core/permission/permission.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { Context } from '../http/context.ts'
import { handle } from '../http/handle.ts'
import { found, Refusal } from '../refusal.ts'

export const sessionRoutes = [
  handle(getMe, ({ context, work }) => work(tx => readMe(tx, context))),
  handle(changeMe, ({ context, body, work }) =>
    work(async tx => {
      const { settings, ...rest } = body
      const change = { ...rest, ...(settings && { settings: JSON.stringify(settings) }) }
      if (Object.keys(change).length > 0)
        await tx.db.updateTable('users').set(change).where('id', '=', person(context)).execute()
      return readMe(tx, context)
    }),
  ),
]

/** The person who calls. A key is nobody's presence, inbox or settings. */
export function person(context: Context): string {
  if (!context.userId)
    throw new Refusal(403, 'session.needed', 'This is about a person. Sign in as one; an API key cannot do it.')
  return context.userId
}

async function readMe(tx: Tx, context: Context): Promise<Me> {
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
    twoFactor: false,
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
