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
  suggestMerges(tx, customerId, employers(mail.map(({ address }) => address)))
}

/** The domains of mail addresses that say where somebody works. */
export function employers(addresses: string[]): string[] {
  return addresses
    .map(address => address.slice(address.lastIndexOf('@') + 1))
    .filter(domain => !isPublicMailDomain(domain))
}
