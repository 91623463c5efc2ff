import type { Customer, Identity } from '@centrala/api/customer.ts'
import type { IdentityKind } from '@centrala/core/customer/normalise.ts'
import { keptCustomer } from '@centrala/store/customer-store.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { z } from 'zod'
import { notFound } from '../refusal.ts'

/** Customers as the API shows them, in the order of the ids; ids of nobody are left out. */
export async function presentCustomers(tx: Tx, ids: string[]): Promise<Customer[]> {
  if (ids.length === 0) return []
  const [rows, identities] = await Promise.all([
    tx.db
      .selectFrom('customer')
      .leftJoin('company', join =>
        join.onRef('company.tenantId', '=', 'customer.tenantId').onRef('company.id', '=', 'customer.companyId'),
      )
      .select(['customer.id', 'customer.name', 'customer.companyId', 'company.name as companyName'])
      .select([
        'customer.language',
        'customer.timeZone',
        'customer.attributes',
        'customer.tags',
        'customer.routingWeight',
      ])
      .select(['customer.mergedIntoId', 'customer.createdAt'])
      .where('customer.id', 'in', ids)
      .execute(),
    tx.db
      .selectFrom('identity')
      .select(['id', 'customerId', 'kind', 'address', 'verifiedAt'])
      .where('customerId', 'in', ids)
      .orderBy('createdAt')
      .orderBy('id')
      .execute(),
  ])
  for (const row of rows) if (row.mergedIntoId) row.mergedIntoId = await keptCustomer(tx, row.mergedIntoId, false)
  const customers = new Map(rows.map(row => [row.id, row]))
  const held = Map.groupBy(identities, identity => identity.customerId)
  return ids.flatMap(id => {
    const row = customers.get(id)
    if (!row) return []
    const addresses = Map.groupBy(held.get(id) ?? [], identity => `${identity.kind} ${identity.address}`)
    return { ...row, createdAt: row.createdAt.toISOString(), identities: [...addresses.values()].map(one) }
  })
}

/** One customer; 404 where there is none. */
export async function presentCustomer(tx: Tx, id: string): Promise<Customer> {
  const [customer] = await presentCustomers(tx, [id])
  if (!customer) throw notFound('customer')
  return customer
}

interface Held {
  id: string
  kind: string
  address: string
  verifiedAt: Date | null
}

/** After a merge a customer may hold an address twice: it is shown once, proven if either is. */
function one(same: Held[]): z.infer<typeof Identity> {
  const { id, kind, address, verifiedAt } = same.find(identity => identity.verifiedAt) ?? (same[0] as Held)
  return { id, kind: kind as IdentityKind, address, verifiedAt: verifiedAt?.toISOString() ?? null }
}
