import { keptCustomer } from '@centrala/store/customer-store.ts'
import type { Tx } from '@centrala/store/database.ts'
import { conflict, found } from '../refusal.ts'

/** The customer who is there now for an id, for reading: of one that was merged away, the one who was kept. 404 where there is none. */
export async function keptOf(tx: Tx, id: string): Promise<string> {
  return found(await keptCustomer(tx, id, false), 'customer')
}

/** For changing: refuses a customer that was merged away, since the change would be about another person than the caller saw. */
export async function notMerged(tx: Tx, id: string): Promise<string> {
  const kept = found(await keptCustomer(tx, id, true), 'customer')
  if (kept !== id)
    throw conflict('customer.merged', 'This customer was merged into another one. Open that one, or undo the merge.')
  return id
}
