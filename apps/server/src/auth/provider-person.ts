import { audit } from '../audit/audit.ts'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { createAccount, findAccount } from './account.ts'
import type { Provider } from './identity-provider.ts'

interface Claims {
  sub: string
  email?: unknown
  email_verified?: unknown
  name?: unknown
}

/**
 * Whose account the provider speaks of. Known by the provider's own subject; the first time by an e-mail that the provider has verified, among
 * the users of the provider's own tenant and never among the accounts of the installation.
 * @throws Refusal 403 that says which of this is missing
 */
export async function accountOfClaims(
  services: Pick<Services, 'db'>,
  provider: Provider,
  claims: Claims | undefined,
  address: string,
): Promise<string> {
  if (!claims) throw new Refusal(403, 'provider.refused', 'The identity provider named nobody.')
  const { email, name } = personIn(claims, provider)
  const { rows } = await services.db.auth.query<{ accountId: string }>(
    'SELECT account_id AS "accountId" FROM auth.credential WHERE provider_id = $1 AND subject = $2',
    [provider.id, claims.sub],
  )
  const known = rows[0]?.accountId
  if (known) {
    await mustBeActive(services, provider, known)
    return known
  }
  return firstTime(services, provider, claims.sub, email, name, address)
}

function personIn(claims: Claims, provider: Provider): { email: string; name: string } {
  const email = typeof claims.email === 'string' ? claims.email.trim().toLowerCase() : ''
  const domain = email.slice(email.lastIndexOf('@') + 1)
  if (claims.email_verified !== true || !/^[^@\s]+@[^@\s]+$/.test(email))
    throw new Refusal(403, 'provider.unverified', 'The identity provider has not verified this e-mail address.')
  if (!provider.domains.includes(domain))
    throw new Refusal(403, 'provider.domain', `E-mail addresses of ${domain} are not let in here.`)
  const name = typeof claims.name === 'string' ? claims.name.trim().slice(0, 120) : ''
  return { email, name: name || email }
}

async function mustBeActive({ db }: Pick<Services, 'db'>, provider: Provider, accountId: string): Promise<void> {
  const { rowCount } = await db.auth.query(
    'SELECT FROM users WHERE tenant_id = $1 AND account_id = $2 AND deactivated_at IS NULL',
    [provider.tenantId, accountId],
  )
  if (rowCount !== 1) throw deactivated()
}

async function firstTime(
  { db }: Pick<Services, 'db'>,
  provider: Provider,
  subject: string,
  email: string,
  name: string,
  address: string,
): Promise<string> {
  const user = await db.tenant(provider.tenantId, tx =>
    tx.db
      .selectFrom('users')
      .select(['id', 'accountId', 'deactivatedAt'])
      .where(eb => eb(eb.fn<string>('lower', ['email']), '=', email))
      .executeTakeFirst(),
  )
  if (user?.deactivatedAt) throw deactivated()
  if (!user && !provider.createUsers)
    throw new Refusal(403, 'provider.unknownUser', 'You have no access here yet. Ask your administrator to invite you.')
  const accountId = user?.accountId ?? (await freshAccount({ db }, provider, subject, email, name))
  await db.auth.query('INSERT INTO auth.credential (id, account_id, provider_id, subject) VALUES ($1, $2, $3, $4)', [
    crypto.randomUUID(),
    accountId,
    provider.id,
    subject,
  ])
  await db.tenant(provider.tenantId, async tx => {
    const who = { userId: user?.id ?? null, apiKeyId: null, address }
    const by = { email, identityProvider: provider.name }
    if (!user) {
      const { id } = await tx.db
        .insertInto('users')
        .values({ name, email, accountId, roles: ['agent'] })
        .returning('id')
        .executeTakeFirstOrThrow()
      await audit(tx, { ...who, userId: id }, 'user.created', { type: 'user', id }, null, {
        name,
        ...by,
        roles: ['agent'],
      })
      tx.emit({ type: 'configuration.changed', data: { noun: 'user', id } })
    } else {
      await tx.db.updateTable('users').set({ accountId }).where('id', '=', user.id).execute()
      await audit(tx, who, 'user.linked', { type: 'user', id: user.id }, null, { name, ...by })
    }
  })
  return accountId
}

/** An account without a password. Where the e-mail has one already, which somebody else may have made, it is not touched and not joined. */
async function freshAccount(
  { db }: Pick<Services, 'db'>,
  provider: Provider,
  subject: string,
  email: string,
  name: string,
): Promise<string> {
  const taken = (await findAccount(db.auth, { email })) !== null
  const own = taken ? `${encodeURIComponent(subject)}@${provider.id}.invalid` : email
  return createAccount(db.auth, { email: own, name, password: null })
}

const deactivated = () =>
  new Refusal(403, 'user.deactivated', 'Your access has been switched off. Ask your administrator.')
