import type { VisitorToServer } from '@centrala/api/webchat.ts'
import { hashOfVisitorToken, isUserHash, newVisitorToken } from '@centrala/channels/webchat/verify.ts'
import { normaliseAddress } from '@centrala/core/customer/normalise.ts'
import { holderOf, insertIdentity, keptCustomer, lockAddress } from '@centrala/store/customer-store.ts'
import type { Tx } from '@centrala/store/database.ts'
import { countryOf, findOrCreateCustomer } from '../customer/find-or-create-customer.ts'
import { mergeCustomers } from '../customer/merge-customers.ts'
import { suggestMergesOf } from '../customer/suggest-merges.ts'
import type { Context } from '../http/context.ts'
import type { WebchatAccount } from './account.ts'

type Hello = Extract<VisitorToServer, { type: 'hello' }>

/** Who is at the other end, as far as it is proven. Nobody is written down before they say something. */
export interface Visitor {
  token: string
  /** Of the token: the address of the visitor's identity. */
  tokenHash: string
  /** The signed-in person's id, where its signature was right. */
  externalId: string | null
  /** What the page says of the person; unproven in any case. */
  name: string | null
  email: string | null
  /** Identities that this connection has proven: it sees the chats that were begun under them, and no others. */
  identityIds: string[]
  /** Null until the first message. */
  customerId: string | null
}

/**
 * Recognises a visitor by token and signature. Writes only when somebody who had written as nobody in particular signs in: then their
 * chats become the signed-in person's, and the token alone opens them no more, whoever sits at that browser later.
 */
export async function recogniseVisitor(
  tx: Tx,
  account: WebchatAccount,
  hello: Hello,
  address: string,
): Promise<Visitor> {
  const { user, userHash, visitorToken } = hello
  const signed = user !== null && isUserHash(account.secrets.identitySecret, user.id, userHash)
  const given = visitorToken ? hashOfVisitorToken(account.signingKey, account.id, visitorToken) : null
  const token = visitorToken && given ? visitorToken : newVisitorToken(account.signingKey, account.id)
  const visitor: Visitor = {
    token,
    tokenHash: given ?? hashOfVisitorToken(account.signingKey, account.id, token)!,
    externalId: signed ? externalAddress(account, user.id) : null,
    name: clean(user?.name),
    email: clean(user?.email),
    identityIds: [],
    customerId: null,
  }
  if (given && visitor.externalId) await joinSignedIn(tx, visitor, address)
  return given || visitor.externalId ? { ...visitor, ...(await proven(tx, visitor)) } : visitor
}

/**
 * By the company's own signature the visitor and the signed-in person are one. Where the company's id is new to us, the visitor's customer
 * gets it; where it is somebody's, the visitor's customer is merged into them (and can be unmerged). A visitor whom an agent has found to
 * be somebody else stays with them.
 */
async function joinSignedIn(tx: Tx, visitor: Visitor, address: string): Promise<void> {
  const externalId = visitor.externalId!
  if (!(await holderOf(tx, 'visitor', visitor.tokenHash, true))) return
  lockAddress(tx, 'external', externalId) // two tabs may sign in at once
  const browserOf = await holderOf(tx, 'visitor', visitor.tokenHash, true)
  const holder = await holderOf(tx, 'external', externalId, true)
  if (!browserOf) return
  if (holder !== browserOf) {
    if (await isSomebodyElse(tx, browserOf)) return
    if (holder) await mergeCustomers(tx, bySystem(tx.tenantId, address), holder, browserOf)
    else {
      const customerId = (await keptCustomer(tx, browserOf, true)) ?? browserOf
      await insertIdentity(tx, { customerId, kind: 'external', address: externalId, verified: true, cameBy: false })
      tx.emit({ type: 'customer.changed', customerId })
    }
  }
  await tx.query(
    `WITH browser AS (DELETE FROM identity WHERE kind = 'visitor' AND address = $1 AND verified_at IS NOT NULL RETURNING id, customer_id),
          person AS (SELECT id FROM identity WHERE kind = 'external' AND address = $2 AND verified_at IS NOT NULL)
     UPDATE interaction SET context = context || jsonb_build_object('identityId', person.id) FROM browser, person
      WHERE interaction.customer_id = browser.customer_id AND context->>'identityId' = browser.id::text`,
    [visitor.tokenHash, externalId],
  )
}

async function isSomebodyElse(tx: Tx, customerId: string): Promise<boolean> {
  const other = await tx.db
    .selectFrom('identity')
    .select('id')
    .where('customerId', '=', customerId)
    .where('kind', '=', 'external')
    .where('verifiedAt', 'is not', null)
    .executeTakeFirst()
  return other !== undefined
}

/** Nobody decided it but the signature; the audit log says from which network address it came. */
function bySystem(tenantId: string, address: string): Context {
  return {
    tenantId,
    userId: null,
    apiKeyId: null,
    roles: [],
    permissions: new Set(),
    session: null,
    twoFactorOwed: false,
    address,
  }
}

/** Ids of one brand's system say nothing about another brand's people. */
function externalAddress(account: WebchatAccount, userId: string): string | null {
  return normaliseAddress('external', account.brandId ? `${account.brandId}/${userId}` : userId)
}

/**
 * Writes the visitor down as a customer, at the first message: proven by signature the customer who holds that id, else the browser’s own.
 * An address typed into a form is kept as unproven: it may suggest a merge, it never joins.
 * @returns the customer
 */
export async function enrolVisitor(
  tx: Tx,
  visitor: Visitor,
  said: { name?: string | undefined; email?: string | undefined; phone?: string | undefined; language: string | null },
): Promise<string> {
  const name = said.name || visitor.name
  const proof = visitor.externalId
    ? ({ kind: 'external', address: visitor.externalId } as const)
    : ({ kind: 'visitor', address: visitor.tokenHash } as const)
  lockAddress(tx, 'visitor', visitor.tokenHash)
  const { customerId } = await findOrCreateCustomer(tx, { ...proof, verified: true, name, language: said.language })
  const email = said.email || visitor.email
  const fresh = [
    email ? await addUnproven(tx, customerId, 'email', normaliseAddress('email', email)) : false,
    said.phone
      ? await addUnproven(tx, customerId, 'phone', normaliseAddress('phone', said.phone, await countryOf(tx)))
      : false,
  ]
  if (fresh.includes(true)) await suggestMergesOf(tx, customerId)
  const { identityIds } = await proven(tx, visitor)
  Object.assign(visitor, { customerId, identityIds })
  return customerId
}

/** The identities that are proven now, the strongest first, and the customer who holds them. */
async function proven(tx: Tx, visitor: Visitor): Promise<Pick<Visitor, 'identityIds' | 'customerId'>> {
  const rows = await tx.query<{ id: string; customerId: string }>(
    `SELECT id, customer_id AS "customerId" FROM identity
      WHERE verified_at IS NOT NULL AND ((kind = 'visitor' AND address = $1) OR (kind = 'external' AND address = $2)) ORDER BY kind`,
    [visitor.tokenHash, visitor.externalId],
  )
  return { identityIds: rows.map(row => row.id), customerId: rows[0]?.customerId ?? null }
}

/** An address as the visitor typed it. The same one twice is one; true when it is new to this customer. */
async function addUnproven(
  tx: Tx,
  customerId: string,
  kind: 'email' | 'phone',
  address: string | null,
): Promise<boolean> {
  if (!address) return false
  const held = await tx.db
    .selectFrom('identity')
    .select('id')
    .where('customerId', '=', customerId)
    .where('kind', '=', kind)
    .where('address', '=', address)
    .executeTakeFirst()
  if (held) return false
  await insertIdentity(tx, { customerId, kind, address, verified: false, cameBy: false })
  tx.emit({ type: 'customer.changed', customerId })
  return true
}

function clean(value: string | null | undefined): string | null {
  return value?.replace(/\s+/g, ' ').trim().slice(0, 120) || null
}
