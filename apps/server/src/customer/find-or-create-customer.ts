import { defaultCountry, type IdentityKind, normaliseAddress } from '@centrala/core/customer/normalise.ts'
import { callerOf, lockAddress, sendCustomer, suggestMerges } from '@centrala/store/customer-store.ts'
import type { Tx } from '@centrala/store/database.ts'
import { employers } from './suggest-merges.ts'

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
  const found = await findCustomer(tx, caller)
  return found.customerId === null
    ? { customerId: createCustomer(tx, caller, found), created: true }
    : { customerId: found.customerId, created: false }
}

/** Whom an address names; where it is nobody, nobody else gets it before the transaction ends. */
export interface Found {
  customerId: string | null
  /** Normalised; null: it cannot be an address. */
  address: string | null
}

/** The first half of `findOrCreateCustomer`. */
export async function findCustomer(tx: Tx, caller: Caller): Promise<Found> {
  const { kind, verified } = caller
  if (kind === 'external' && !verified)
    throw new Error('An id of the company’s own system counts only when it is signed.')
  const country = kind === 'phone' && isLocal(caller.address) ? await countryOf(tx) : undefined
  const address = normaliseAddress(kind, caller.address, country)
  if (!address) return { customerId: null, address }

  // Whoever telephones waits for the answer: for them the lock and the look are one trip. All others are mostly known, and need no lock.
  const known = kind === 'phone' ? null : await find(tx, caller, address)
  if (known) return { customerId: known, address }
  // Of two first contacts at once, one waits here and then finds the customer that the other has made.
  lockAddress(tx, kind, address)
  return { customerId: await find(tx, caller, address), address }
}

/** The second half: makes the customer who was not found, and returns their id. */
export function createCustomer(tx: Tx, caller: Caller, { address }: Found): string {
  const { kind, verified } = caller
  const customerId = sendCustomer(tx, {
    name: nameOf(caller),
    language: caller.language ?? null,
    identity: address === null ? null : { kind, address, verified, cameBy: true },
  })
  if (address !== null) suggestMerges(tx, customerId, kind === 'email' ? employers([address]) : [])
  tx.emit({ type: 'customer.created', customerId, data: { by: kind, verified } })
  return customerId
}

/** Written so that it depends on the country which number it is. */
function isLocal(number: string): boolean {
  return /^\s*[^+\s]/.test(number)
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

/**
 * The customer whom the address names, given the caller's name if they have none yet. Who telephones is taken for the customer to whom the company gave the
 * number: agents must see whom they have before them. The network's word proves nothing, so it stays an agent's business to ask before anything is told.
 */
async function find(tx: Tx, caller: Caller, address: string): Promise<string | null> {
  const { kind, verified } = caller
  const known = await callerOf(tx, kind, address, { verified, given: kind === 'phone' })
  if (!known) return null
  if (nameOf(caller) && known.name === null) {
    tx.send('UPDATE customer SET name = $2 WHERE id = $1 AND name IS NULL', [known.id, nameOf(caller)])
    tx.emit({ type: 'customer.changed', customerId: known.id })
  }
  return known.id
}

function nameOf(caller: Caller): string | null {
  return caller.name?.replace(/\s+/g, ' ').trim().slice(0, 120) || null
}
