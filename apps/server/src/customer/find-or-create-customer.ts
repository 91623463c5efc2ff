import { defaultCountry, type IdentityKind, normaliseAddress } from '@centrala/core/customer/normalise.ts'
import { holderOf, insertIdentity, keptCustomer, lockAddress } from '@centrala/store/customer-store.ts'
import type { Tx } from '@centrala/store/database.ts'
import { suggestMergesOf } from './suggest-merges.ts'

/** Somebody reaches us from an address. */
export interface Caller {
  kind: IdentityKind
  /** As the channel gave it; it is normalised here. One that cannot be an address (a mail without From) is nobody's. */
  address: string
  /** The channel or the company's own signature proves that the address is the caller's. */
  verified: boolean
  name?: string | null
  language?: string | null
}

/**
 * The customer who calls, made at the first contact. Two people are never joined by an unproven address: a proven address finds the
 * customer who holds it proven, an unproven one finds the customer who first came by that very address unproven, and nobody else.
 * Whoever else holds the same address is suggested for a merge, which a person decides. All cases: docs/decisions/0050-identity.md.
 * The customer cannot be merged away before the transaction ends.
 */
export async function findOrCreateCustomer(tx: Tx, caller: Caller): Promise<{ customerId: string; created: boolean }> {
  const { kind, verified } = caller
  if (kind === 'external' && !verified)
    throw new Error('An id of the company’s own system counts only when it is signed.')
  const address = normaliseAddress(kind, caller.address, kind === 'phone' ? await countryOf(tx) : undefined)
  if (!address) return { customerId: await create(tx, caller), created: true }

  const known = await find(tx, caller, address)
  if (known) return { customerId: known, created: false }
  // Of two first contacts at once, one waits here and then finds the customer that the other has made.
  await lockAddress(tx, kind, address)
  const meanwhile = await find(tx, caller, address)
  if (meanwhile) return { customerId: meanwhile, created: false }

  const customerId = await create(tx, caller)
  await insertIdentity(tx, { customerId, kind, address, verified, cameBy: true })
  await suggestMergesOf(tx, customerId)
  return { customerId, created: true }
}

/** The country in which the tenant's bare phone numbers are read. */
export async function countryOf(tx: Tx): Promise<string | undefined> {
  const { settings, locale } = await tx.db
    .selectFrom('tenant')
    .select(['settings', 'locale'])
    .where('tenantId', '=', tx.tenantId)
    .executeTakeFirstOrThrow()
  return defaultCountry(settings, locale)
}

/** The customer whom the address names, given the caller's name if they have none yet. */
async function find(tx: Tx, caller: Caller, address: string): Promise<string | null> {
  const holder = (await holderOf(tx, caller.kind, address, caller.verified)) ?? (await givenNumber(tx, caller, address))
  const customerId = holder && (await keptCustomer(tx, holder, true))
  if (!customerId) return null
  if (nameOf(caller)) {
    const { numUpdatedRows } = await tx.db
      .updateTable('customer')
      .set({ name: nameOf(caller) })
      .where('id', '=', customerId)
      .where('name', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows > 0n) tx.emit({ type: 'customer.changed', customerId })
  }
  return customerId
}

/**
 * Who telephones is taken for the customer to whom the company gave the number: agents must see whom they have before them. The network's word proves nothing, so
 * it stays an agent's business to ask before anything is told.
 */
function givenNumber(tx: Tx, caller: Caller, address: string): Promise<string | null> {
  return caller.kind === 'phone' && !caller.verified ? holderOf(tx, 'phone', address, true) : Promise.resolve(null)
}

async function create(tx: Tx, caller: Caller): Promise<string> {
  const { id } = await tx.db
    .insertInto('customer')
    .values({ name: nameOf(caller), language: caller.language ?? null })
    .returning('id')
    .executeTakeFirstOrThrow()
  tx.emit({ type: 'customer.created', customerId: id, data: { by: caller.kind, verified: caller.verified } })
  return id
}

function nameOf(caller: Caller): string | null {
  return caller.name?.replace(/\s+/g, ' ').trim().slice(0, 120) || null
}
