import { type IdentityKind, normaliseAddress } from '@centrala/core/customer/normalise.ts'
import { holderOf, insertIdentity, lockAddress } from '@centrala/store/customer-store.ts'
import type { Tx } from '@centrala/store/database.ts'
import { badField } from '../refusal.ts'
import { countryOf } from './find-or-create-customer.ts'

export interface GivenAddress {
  kind: IdentityKind
  address: string
}

const EXAMPLES: Record<IdentityKind, string> = {
  email: 'Write an e-mail address such as ana@example.com.',
  phone: 'Write a phone number with its country code, such as +385 91 234 5678.',
  visitor: 'Write the visitor’s id.',
  external: 'Write the id that your own system gives the customer.',
}

/** The addresses as they are stored; refuses one that is none, naming its field. Sorted, so that two calls lock them in one order. */
export async function readAddresses(
  tx: Tx,
  given: GivenAddress[],
  field: (at: number) => string,
): Promise<GivenAddress[]> {
  const country = given.some(one => one.kind === 'phone') ? await countryOf(tx) : undefined
  return given
    .map(({ kind, address }, at) => {
      const normal = normaliseAddress(kind, address, country)
      if (!normal) throw badField(field(at), EXAMPLES[kind])
      return { kind, address: normal }
    })
    .sort((a, b) => (`${a.kind} ${a.address}` < `${b.kind} ${b.address}` ? -1 : 1))
}

/**
 * Gives a customer an address on the company's word: it counts as proven, unless another customer has proven it. Then it stays unproven here.
 * @returns whether anything changed
 */
export async function addIdentity(tx: Tx, customerId: string, { kind, address }: GivenAddress): Promise<boolean> {
  lockAddress(tx, kind, address)
  const holder = await holderOf(tx, kind, address, true)
  if (holder === customerId) return false
  if (holder && (await holds(tx, customerId, kind, address))) return false
  await insertIdentity(tx, { customerId, kind, address, verified: !holder, cameBy: false })
  return true
}

async function holds(tx: Tx, customerId: string, kind: IdentityKind, address: string): Promise<boolean> {
  const row = await tx.db
    .selectFrom('identity')
    .select('id')
    .where('customerId', '=', customerId)
    .where('kind', '=', kind)
    .where('address', '=', address)
    .executeTakeFirst()
  return row !== undefined
}
