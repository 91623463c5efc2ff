import * as api from '@centrala/api/tenant.ts'
import { statePhrase, told } from '@centrala/core/phrase/state-phrase.ts'
import type { Tx } from '@centrala/store/database.ts'
import { mailServerOf, sealMailServer, sendAccountMail } from '../auth/account-mail.ts'
import { recordChange } from '../configuration/configuration.ts'
import type { Context } from '../http/context.ts'
import { handle } from '../http/handle.ts'
import { badField, conflict, found } from '../refusal.ts'
import type { Services } from '../services.ts'

const DEFAULT_COLOR = '#0f766e'

export const tenantRoutes = [
  handle(api.getTenant, ({ services, context, work }) => work(tx => readTenant(services, tx, context))),
  handle(api.changeTenant, async ({ services, context, body, work }) => {
    if (body.requireTwoFactor) await mustHaveSecondFactor(services, context)
    const after = await work(async tx => {
      const before = await readTenant(services, tx, context)
      const { color, ...columns } = body
      if (Object.keys(columns).length > 0)
        await tx.db.updateTable('tenant').set(columns).where('tenantId', '=', context.tenantId).execute()
      if (color)
        await tx.query(
          `UPDATE tenant SET settings = settings || jsonb_build_object('color', $1::text) WHERE tenant_id = $2`,
          [color, context.tenantId],
        )
      const after = await readTenant(services, tx, context)
      await recordChange(tx, context, 'tenant', 'changed', context.tenantId, before, after)
      return after
    })
    if (body.requireTwoFactor !== undefined) services.auth.access.tell({ kind: 'tenantChanged', id: context.tenantId })
    return after
  }),
  handle(api.setAccountMail, async ({ services, context, body, work }) => {
    const known = await mailServerOf(services, context.tenantId)
    const { server } = body
    if (server?.user && server.password === undefined && !known?.password)
      throw badField('server.password', 'Write the password of this user.')
    // A password that was kept goes to the server it was given for, and to no other.
    if (server?.user && server.password === undefined && known?.host !== server.host)
      throw badField('server.password', 'Write the password again, since the server is another one.')
    await work(async tx => {
      const before = await readTenant(services, tx, context)
      const accountMail = server
        ? sealMailServer(services.keys.secrets, { ...server, password: server.password ?? known?.password ?? '' })
        : null
      await tx.db.updateTable('tenant').set({ accountMail }).where('tenantId', '=', context.tenantId).execute()
      await recordChange(tx, context, 'tenant', 'changed', context.tenantId, before, {
        ...before,
        accountMail: server ? { host: server.host, sender: server.sender } : null,
      })
    })
    return work(tx => readTenant(services, tx, context))
  }),
  handle(api.testAccountMail, async ({ services, context, body, work }) => {
    const { name, locale } = await work(tx => readTenant(services, tx, context))
    const result = await sendAccountMail(services, context.tenantId, {
      kind: 'test',
      to: body.to,
      locale,
      facts: { name: body.to, tenant: name, link: services.publicUrl },
    })
    return result.sent
      ? { ok: true, ...told(statePhrase('accountMail.taken', { address: body.to })) }
      : { ok: false, ...told(result.why) }
  }),
]

/** Who asks it of everybody has it: nobody shuts themselves out in the middle of their work. */
async function mustHaveSecondFactor({ db }: Services, { session }: Context): Promise<void> {
  if (!session) return
  const { rows } = await db.auth.query<{ owed: boolean }>(
    `SELECT NOT two_factor_enabled AND identity_provider_id IS NULL AS owed
       FROM auth.session JOIN auth.sign_in_account AS account ON account.id = account_id WHERE session.id = $1`,
    [session.id],
  )
  if (rows[0]?.owed)
    throw conflict('twoFactor.first', 'Set up two-factor sign-in for yourself first, under “My settings”.')
}

async function readTenant(services: Services, tx: Tx, { tenantId }: Context): Promise<api.Tenant> {
  const row = found(
    await tx.db
      .selectFrom('tenant')
      .select(['tenantId as id', 'slug', 'name', 'locale', 'timeZone', 'requireTwoFactor', 'settings'])
      .where('tenantId', '=', tenantId)
      .executeTakeFirst(),
    'tenant',
  )
  const { settings, locale, ...rest } = row
  const own = await mailServerOf(services, tenantId)
  const { SMTP_URL, SMTP_FROM } = services.env
  return {
    ...rest,
    locale: locale as api.Tenant['locale'],
    color: api.Color.safeParse(settings.color).data ?? DEFAULT_COLOR,
    accountMail: {
      from: own ? 'tenant' : SMTP_URL ? 'installation' : 'none',
      host: own?.host ?? null,
      sender: own?.sender ?? SMTP_FROM ?? null,
    },
  }
}
