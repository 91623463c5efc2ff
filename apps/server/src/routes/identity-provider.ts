import * as api from '@centrala/api/identity-provider.ts'
import type { Body } from '@centrala/api/route.ts'
import type { Tx } from '@centrala/store/database.ts'
import { seal, unseal } from '@centrala/store/secret.ts'
import { checkIssuer, REDIRECT_PATH } from '../auth/identity-provider.ts'
import { recordChange, unique } from '../configuration/configuration.ts'
import { handle } from '../http/handle.ts'
import { badField, found } from '../refusal.ts'
import type { Services } from '../services.ts'

export const identityProviderRoutes = [
  handle(api.listIdentityProviders, async ({ services, work }) => ({
    items: await work(tx => providers(services, tx)),
    redirectUri: services.publicUrl + REDIRECT_PATH,
  })),
  handle(api.createIdentityProvider, ({ services, context, body, work }) =>
    work(async tx => {
      const sealed = seal(services.keys.secrets, body.clientSecret ?? '')
      const insert = tx.db
        .insertInto('identityProvider')
        .values({ ...columns(body), clientSecret: sealed })
        .returning('id')
        .executeTakeFirstOrThrow()
      const { id } = await unique('name', insert)
      const after = await provider(services, tx, id)
      await recordChange(tx, context, 'identityProvider', 'created', id, null, after)
      return after
    }),
  ),
  handle(api.changeIdentityProvider, async ({ services, context, params, body, work }) => {
    const { before, after } = await work(async tx => {
      const before = await provider(services, tx, params.id)
      const { clientSecret } = body
      // A secret that was kept goes to the provider it was given for, and to no other.
      if (
        before.hasSecret &&
        clientSecret === undefined &&
        new URL(before.issuer).origin !== new URL(body.issuer).origin
      )
        throw badField('clientSecret', 'Write the client secret again, since the provider is another one.')
      const change = {
        ...columns(body),
        ...(clientSecret !== undefined && { clientSecret: seal(services.keys.secrets, clientSecret) }),
      }
      await unique('name', tx.db.updateTable('identityProvider').set(change).where('id', '=', params.id).execute())
      const after = await provider(services, tx, params.id)
      const renewed = clientSecret === undefined ? {} : { clientSecret: 'changed' }
      await recordChange(tx, context, 'identityProvider', 'changed', params.id, before, { ...after, ...renewed })
      return { before, after }
    })
    // Another issuer's "sub" is another person's: nobody may come in by what the former one said.
    if (before.issuer !== after.issuer)
      await services.db.auth.query('DELETE FROM auth.credential WHERE provider_id = $1', [params.id])
    if (before.issuer !== after.issuer || !after.active) await endSessionsOf(services, params.id)
    return after
  }),
  handle(api.deleteIdentityProvider, async ({ services, context, params, work }) => {
    await work(async tx => {
      const before = await provider(services, tx, params.id)
      await tx.db.deleteFrom('identityProvider').where('id', '=', params.id).execute()
      await recordChange(tx, context, 'identityProvider', 'deleted', params.id, before, null)
    })
    await services.db.auth.query('DELETE FROM auth.credential WHERE provider_id = $1', [params.id])
    await endSessionsOf(services, params.id)
    return {}
  }),
  handle(api.testIdentityProvider, ({ services, body }) => checkIssuer(services, body.issuer)),
]

type Written = Body<typeof api.createIdentityProvider>

const columns = ({ clientSecret: _, domains, ...rest }: Written) => ({ ...rest, domains: [...new Set(domains)] })

async function endSessionsOf({ db, auth }: Services, providerId: string): Promise<void> {
  const { rows } = await db.auth.query<{ id: string }>(
    'DELETE FROM auth.session WHERE identity_provider_id = $1 RETURNING id',
    [providerId],
  )
  for (const { id } of rows) auth.access.tell({ kind: 'sessionEnded', id })
}

async function providers(
  { keys, publicUrl }: Services,
  tx: Tx,
  id: string | null = null,
): Promise<api.IdentityProvider[]> {
  const rows = await tx.query<Omit<api.IdentityProvider, 'hasSecret' | 'redirectUri'> & { sealed: Buffer }>(
    `SELECT id, name, issuer, client_id AS "clientId", client_secret AS sealed, domains, create_users AS "createUsers", active
       FROM identity_provider WHERE $1::uuid IS NULL OR id = $1 ORDER BY fold(name), id`,
    [id],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    hasSecret: unseal(keys.secrets, sealed) !== '',
    redirectUri: publicUrl + REDIRECT_PATH,
  }))
}

const provider = async (services: Services, tx: Tx, id: string) =>
  found((await providers(services, tx, id))[0], 'identityProvider')
