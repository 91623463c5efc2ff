import { inEnglish } from '@centrala/core/phrase/state-phrase.ts'
import type { Context } from '../http/context.ts'
import { conflict, found, Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { createAccount, endSessions, findAccount, isShared, membershipsOf, setPassword } from './account.ts'
import { canMail, sendAccountMail } from './account-mail.ts'
import { consumeLink, makeLink, readLink, type SignInLink } from './link.ts'
import { checkNewPassword } from './password.ts'
import { beginAttempt, forgiveAccount } from './throttle.ts'

type Needs = Pick<Services, 'db' | 'auth' | 'env' | 'keys' | 'publicUrl' | 'log'>

interface Person {
  id: string
  name: string
  email: string
  locale: string | null
  accountId: string | null
  deactivatedAt: Date | null
  tenantName: string
}

/** How a link reached the person: by mail, or shown to the administrator who hands it over. */
export interface Handed {
  mailed: boolean
  link: string | null
  expiresAt: string
}

/** Makes a link for a person of the tenant and mails it; where no mail can be sent, it is given back to be handed over. */
export async function handLink(
  services: Needs,
  context: Context,
  userId: string,
  purpose: SignInLink['purpose'],
): Promise<Handed> {
  const person = await personOf(services, context.tenantId, userId)
  if (person.deactivatedAt)
    throw conflict('user.deactivated', 'This person’s access is switched off. Switch it on first.')
  if (purpose === 'invitation' && person.accountId)
    throw conflict('user.active', 'This person has taken up the invitation already. Make a password link instead.')
  if (purpose === 'password') {
    if (!person.accountId)
      throw conflict('user.invited', 'This person has not taken up the invitation yet. Invite again.')
    await mustNotBeShared(services, person.accountId, context.tenantId)
    // Made by single sign-on where the e-mail was somebody's account already: there is no e-mail to sign in with (provider-person.ts).
    if ((await findAccount(services.db.auth, { id: person.accountId }))?.email.endsWith('.invalid'))
      throw conflict('password.none', 'This person signs in through the company and cannot have a password here.')
  }
  const { address, expiresAt } = await makeLink(services.db.auth, services.publicUrl, {
    purpose,
    tenantId: context.tenantId,
    userId,
    accountId: person.accountId,
    provesMailbox: false, // the administrator may have seen it, or may run the mail server
  })
  const result = await sendAccountMail(services, context.tenantId, {
    kind: purpose,
    to: person.email,
    locale: person.locale,
    facts: { name: person.name, tenant: person.tenantName, link: address },
  })
  if (!result.sent)
    services.log.info({ userId, sentence: inEnglish(result.why) }, 'a sign-in link is handed over by hand')
  return { mailed: result.sent, link: result.sent ? null : address, expiresAt: expiresAt.toISOString() }
}

/** Refuses to touch the password or second factor of an account that is also somebody in another tenant. */
export async function mustNotBeShared(
  { db }: Pick<Services, 'db'>,
  accountId: string,
  tenantId: string,
): Promise<void> {
  if (await isShared(db.auth, accountId, tenantId))
    throw new Refusal(
      403,
      'account.shared',
      'This person signs in with the same account elsewhere too. Only they can change its password and second factor, under “My settings” or by “Forgotten password”.',
    )
}

/**
 * Mails a link for a new password to an account's own address. Answers the same, and about as fast, whether there is such an account:
 * the mail goes out afterwards.
 */
export async function requestPasswordLink(services: Needs, email: string, address: string): Promise<boolean> {
  await beginAttempt(services.db.auth, `link ${email}`, address)
  const account = await findAccount(services.db.auth, { email })
  if (account)
    mailPasswordLink(services, account.id, account.email, account.name).catch(error =>
      services.log.error({ err: error }, 'a password link could not be mailed'),
    )
  return canMail(services)
}

async function mailPasswordLink(services: Needs, accountId: string, email: string, name: string): Promise<void> {
  const memberships = await membershipsOf(services.db.auth, accountId)
  const [only] = memberships
  if (!only) return
  // The account of several tenants is nobody's to read: only the installation itself mails it.
  const tenantId = memberships.length === 1 ? only.tenantId : null
  const person = await personOf(services, only.tenantId, only.userId)
  const byTenant = tenantId !== null && !services.env.SMTP_URL
  const { address } = await makeLink(services.db.auth, services.publicUrl, {
    purpose: 'password',
    tenantId: byTenant ? only.tenantId : null,
    userId: byTenant ? only.userId : null,
    accountId,
    provesMailbox: !byTenant,
  })
  const facts = { name, tenant: only.name, link: address }
  await sendAccountMail(services, byTenant ? tenantId : null, {
    kind: 'password',
    to: email,
    locale: person.locale,
    facts,
  })
}

/** What the page behind a link shows before it is used. */
export async function describeLink(services: Needs, token: string) {
  const link = await readLink(services.db.auth, token)
  if (!link.userId || !link.tenantId) {
    const account = found(await findAccount(services.db.auth, { id: link.accountId ?? '' }), 'link')
    return { purpose: link.purpose, email: account.email, name: account.name, tenantName: null, existing: false }
  }
  const person = await personOf(services, link.tenantId, link.userId)
  const existing = link.purpose === 'invitation' && (await findAccount(services.db.auth, person)) !== null
  const { email, name, tenantName } = person
  return { purpose: link.purpose, email, name, tenantName, existing }
}

/** Takes up an invitation or sets a new password. Returns the e-mail to sign in with. */
export async function acceptLink(
  services: Needs,
  token: string,
  given: { password: string; name?: string | undefined },
  address: string,
): Promise<string> {
  const link = await readLink(services.db.auth, token)
  return link.purpose === 'invitation'
    ? acceptInvitation(services, token, link, given, address)
    : acceptPassword(services, token, link, given.password)
}

async function acceptPassword(services: Needs, token: string, link: SignInLink, password: string): Promise<string> {
  const account = found(await findAccount(services.db.auth, { id: link.accountId ?? '' }), 'link')
  if (link.tenantId) await mustNotBeShared(services, account.id, link.tenantId)
  checkNewPassword(password, account, 'password')
  await consumeLink(services.db.auth, token)
  await setPassword(services, account.id, password)
  if (link.provesMailbox)
    await services.db.auth.query('UPDATE auth.sign_in_account SET email_verified = true WHERE id = $1', [account.id])
  await forgiveAccount(services.db.auth, account.email)
  return account.email
}

async function acceptInvitation(
  services: Needs,
  token: string,
  link: SignInLink,
  given: { password: string; name?: string | undefined },
  address: string,
): Promise<string> {
  const { db, auth } = services
  const tenantId = link.tenantId ?? ''
  const person = await personOf(services, tenantId, link.userId ?? '')
  if (person.deactivatedAt || person.accountId)
    throw conflict('invitation.over', 'This invitation is no longer open. Ask your administrator.')
  const name = given.name ?? person.name
  const existing = await findAccount(db.auth, person)
  let accountId: string
  if (existing) {
    // The link alone, which an administrator may have made for any address, is not enough to enter an account.
    const attempt = await beginAttempt(db.auth, person.email, address)
    const { password } = await auth.engine.$context
    const isRight =
      existing.password !== null && (await password.verify({ hash: existing.password, password: given.password }))
    if (!isRight)
      throw new Refusal(
        401,
        'signIn.refused',
        'You have an account here already. Write its present password; if it is forgotten, ask for a new one on the sign-in page first.',
      )
    await attempt.succeeded()
    await consumeLink(db.auth, token)
    accountId = existing.id
  } else {
    checkNewPassword(given.password, { email: person.email, name }, 'password')
    await consumeLink(db.auth, token)
    accountId = await createAccount(db.auth, { email: person.email, name, password: given.password })
  }
  await db.tenant(tenantId, tx =>
    tx.db
      .updateTable('users')
      .set({ accountId, name })
      .where('id', '=', person.id)
      .where('accountId', 'is', null)
      .execute(),
  )
  await endSessions(services, accountId, tenantId)
  return person.email
}

async function personOf({ db }: Pick<Services, 'db'>, tenantId: string, userId: string): Promise<Person> {
  const person = await db.tenant(tenantId, tx =>
    tx.db
      .selectFrom('users')
      .innerJoin('tenant', 'tenant.tenantId', 'users.tenantId')
      .select(['users.id', 'users.name', 'users.email', 'users.accountId', 'users.deactivatedAt'])
      .select(eb => ['tenant.name as tenantName', eb.fn.coalesce('users.locale', 'tenant.locale').as('locale')])
      .where('users.id', '=', userId)
      .executeTakeFirst(),
  )
  return found(person, 'user')
}
