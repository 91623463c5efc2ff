import { isPublicMailDomain } from '@centrala/core/customer/public-mail.ts'
import { suggestMerges } from '@centrala/store/customer-store.ts'
import type { Tx } from '@centrala/store/database.ts'

/** Suggests merges of this customer with others who seem to be the same person. Call it when an address, name or company was added. */
export async function suggestMergesOf(tx: Tx, customerId: string): Promise<void> {
  const mail = await tx.db
    .selectFrom('identity')
    .select('address')
    .where('customerId', '=', customerId)
    .where('kind', '=', 'email')
    .execute()
  const domains = mail.map(row => row.address.slice(row.address.lastIndexOf('@') + 1))
  await suggestMerges(
    tx,
    customerId,
    domains.filter(domain => !isPublicMailDomain(domain)),
  )
}
