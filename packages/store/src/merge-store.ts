import { type Filled, NOTHING_FILLED, type Profile, refill, unfill } from '@centrala/core/customer/fill.ts'
import type { Selectable } from 'kysely'
import type { Tx } from './database.ts'
import type { CustomerMergeTable } from './schema.gen.ts'

/** The tables whose rows are a customer's and go along in a merge; `customer_merge.moved` names them so. */
export const MOVED = {
  identities: 'identity',
  conversations: 'conversation',
  interactions: 'interaction',
  notes: 'customer_note',
} as const
type Part = keyof typeof MOVED
const PARTS = Object.keys(MOVED) as Part[]

/** What a merge took over: ids of rows, and what filled the kept one's gaps. */
export type Moved = Record<Part, string[]> & { filled: Filled }
export type MergeRow = Omit<Selectable<CustomerMergeTable>, 'moved'> & { moved: Moved }

/** Locks these customers against everything else until the transaction ends: others wait before they write to them. In one order, always. */
export async function lockCustomers(tx: Tx, ids: string[]): Promise<Map<string, { mergedIntoId: string | null }>> {
  const rows = await tx.db
    .selectFrom('customer')
    .select(['id', 'mergedIntoId'])
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute()
  return new Map(rows.map(row => [row.id, row]))
}

/** Moves all that is `mergedId`'s to `keptId` and writes it down. Both must be locked, and neither merged away. */
export async function moveCustomer(
  tx: Tx,
  keptId: string,
  mergedId: string,
  mergedBy: string | null,
): Promise<MergeRow> {
  const moved: Moved = { identities: [], conversations: [], interactions: [], notes: [], filled: NOTHING_FILLED }
  for (const part of PARTS) {
    const rows = await tx.query<{ id: string }>(
      `UPDATE ${MOVED[part]} SET customer_id = $1 WHERE customer_id = $2 RETURNING id`,
      [keptId, mergedId],
    )
    moved[part] = rows.map(row => row.id)
  }
  await tx.db.updateTable('customer').set({ mergedIntoId: keptId }).where('id', '=', mergedId).execute()
  const merge = await tx.db
    .insertInto('customerMerge')
    .values({ keptId, mergedId, mergedBy, moved: JSON.stringify(moved) })
    .returningAll()
    .executeTakeFirstOrThrow()
  await refillCustomer(tx, keptId)
  return merge
}

/**
 * Gives back what a merge moved and is still with whoever is kept now. What was added since stays there. The customers in between
 * (A ← B ← C) no longer claim it, in whatever order their own merges are undone. All of them must be locked.
 */
export async function giveBack(tx: Tx, merge: MergeRow, undoneBy: string | null): Promise<MergeRow> {
  const above = await mergesAbove(tx, merge.keptId)
  const root = above.at(-1)?.keptId ?? merge.keptId
  for (const part of PARTS) {
    await tx.query(`UPDATE ${MOVED[part]} SET customer_id = $1 WHERE customer_id = $2 AND id = ANY ($3::uuid[])`, [
      merge.mergedId,
      root,
      merge.moved[part],
    ])
  }
  for (const one of above) {
    const moved = { ...one.moved }
    for (const part of PARTS) {
      const given = new Set(merge.moved[part])
      moved[part] = one.moved[part].filter(id => !given.has(id))
    }
    await tx.db
      .updateTable('customerMerge')
      .set({ moved: JSON.stringify(moved) })
      .where('id', '=', one.id)
      .execute()
  }
  await tx.db.updateTable('customer').set({ mergedIntoId: null }).where('id', '=', merge.mergedId).execute()
  const undone = await tx.db
    .updateTable('customerMerge')
    .set({ undoneAt: new Date(), undoneBy })
    .where('id', '=', merge.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await writeProfile(tx, merge.keptId, unfill(await readProfile(tx, merge.keptId), merge.moved.filled))
  await refillCustomer(tx, merge.keptId)
  return undone
}

/** The customers on the way from this one to the one that is kept now, this one first. */
export async function wayUp(tx: Tx, customerId: string): Promise<string[]> {
  return [customerId, ...(await mergesAbove(tx, customerId)).map(merge => merge.keptId)]
}

/** The merges by which this customer is where it is now, nearest first. */
async function mergesAbove(tx: Tx, customerId: string): Promise<MergeRow[]> {
  const found: MergeRow[] = []
  for (let next = customerId; ; ) {
    const merge = await tx.db
      .selectFrom('customerMerge')
      .selectAll()
      .where('mergedId', '=', next)
      .where('undoneAt', 'is', null)
      .executeTakeFirst()
    if (!merge) return found
    found.push(merge)
    next = merge.keptId
  }
}

/** Fills a customer's gaps anew from those merged into it, in the order of the merges, and then whoever it was merged into itself. */
async function refillCustomer(tx: Tx, customerId: string): Promise<void> {
  const merges: MergeRow[] = await tx.db
    .selectFrom('customerMerge')
    .selectAll()
    .where('keptId', '=', customerId)
    .where('undoneAt', 'is', null)
    .orderBy('mergedAt')
    .orderBy('id')
    .execute()
  const others: { profile: Profile; filled: Filled }[] = []
  for (const merge of merges)
    others.push({ profile: await readProfile(tx, merge.mergedId), filled: merge.moved.filled })
  const [profile, filled] = refill(await readProfile(tx, customerId), others)
  for (const [at, merge] of merges.entries()) {
    const moved = JSON.stringify({ ...merge.moved, filled: filled[at] })
    await tx.db.updateTable('customerMerge').set({ moved }).where('id', '=', merge.id).execute()
  }
  await writeProfile(tx, customerId, profile)
  const [above] = await mergesAbove(tx, customerId)
  if (above) await refillCustomer(tx, above.keptId)
}

async function readProfile(tx: Tx, id: string): Promise<Profile> {
  return tx.db
    .selectFrom('customer')
    .select(['name', 'companyId', 'language', 'timeZone', 'attributes', 'tags'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

async function writeProfile(tx: Tx, id: string, profile: Profile): Promise<void> {
  await tx.db
    .updateTable('customer')
    .set({ ...profile, attributes: JSON.stringify(profile.attributes) })
    .where('id', '=', id)
    .execute()
}

/** Everybody who was merged into this customer, directly or by way of others. */
export async function mergedInto(tx: Tx, customerId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `WITH RECURSIVE gone AS (
       SELECT id FROM customer WHERE merged_into_id = $1
       UNION ALL SELECT c.id FROM customer c JOIN gone ON c.merged_into_id = gone.id)
     SELECT id FROM gone`,
    [customerId],
  )
  return rows.map(row => row.id)
}
