import type { Merge } from '@centrala/api/customer.ts'
import type { Tx } from '@centrala/store/database.ts'
import { giveBack, lockCustomers, type MergeRow, moveCustomer, wayUp } from '@centrala/store/merge-store.ts'
import type { z } from 'zod'
import { audit } from '../audit/audit.ts'
import type { Context } from '../http/context.ts'
import { badField, conflict, found, notFound } from '../refusal.ts'
import { suggestMergesOf } from './suggest-merges.ts'

/** Merges `otherId` into `keptId`: the kept one gets all that is the other's, and fills its own gaps from it. */
export async function mergeCustomers(tx: Tx, context: Context, keptId: string, otherId: string): Promise<string> {
  if (keptId === otherId) throw badField('otherId', 'This is the same customer. Choose another one.')
  const locked = await lockCustomers(tx, [keptId, otherId])
  const kept = found(locked.get(keptId), 'customer')
  const other = found(locked.get(otherId), 'customer')
  if (kept.mergedIntoId || other.mergedIntoId)
    throw conflict(
      'customer.merged',
      'One of the two has already been merged into another customer. Open that one and look again.',
    )
  const merge = await moveCustomer(tx, keptId, otherId, context.userId)
  await suggestMergesOf(tx, keptId)
  await tellOpen(tx, merge.moved.conversations, context.userId)
  tx.emit({ type: 'customer.merged', customerId: keptId, actorId: context.userId, data: { mergedId: otherId } })
  await audit(tx, context, 'customer.merged', { type: 'customer', id: keptId }, null, { mergedId: otherId })
  return merge.id
}

/** Undoes a merge: everything goes back to whom it came from; what came after the merge stays. */
export async function unmergeCustomers(tx: Tx, context: Context, mergeId: string): Promise<void> {
  const merge = await lockMerge(tx, mergeId)
  if (merge.undoneAt) throw conflict('merge.undone', 'This merge has already been undone.')
  await giveBack(tx, merge, context.userId)
  await tellOpen(tx, merge.moved.conversations, context.userId)
  tx.emit({
    type: 'customer.unmerged',
    customerId: merge.keptId,
    actorId: context.userId,
    data: { unmergedId: merge.mergedId },
  })
  await audit(tx, context, 'customer.unmerged', { type: 'customer', id: merge.keptId }, null, {
    unmergedId: merge.mergedId,
  })
}

/** Merges as the API shows them. */
export async function presentMerges(
  tx: Tx,
  condition: { id: string } | { keptIds: string[] },
): Promise<z.infer<typeof Merge>[]> {
  const rows = await tx.db
    .selectFrom('customerMerge as m')
    .innerJoin('customer as c', join => join.onRef('c.tenantId', '=', 'm.tenantId').onRef('c.id', '=', 'm.mergedId'))
    .leftJoin('users as u', join => join.onRef('u.tenantId', '=', 'm.tenantId').onRef('u.id', '=', 'm.mergedBy'))
    .select([
      'm.id',
      'm.keptId',
      'm.mergedId',
      'c.name as mergedName',
      'm.mergedAt',
      'u.name as mergedBy',
      'm.undoneAt',
    ])
    .$if('id' in condition, query => query.where('m.id', '=', 'id' in condition ? condition.id : ''))
    .$if('keptIds' in condition, query =>
      query.where('m.keptId', 'in', 'keptIds' in condition ? condition.keptIds : []),
    )
    .orderBy('m.mergedAt', 'desc')
    .orderBy('m.id', 'desc')
    .execute()
  return rows.map(row => ({
    ...row,
    mergedAt: row.mergedAt.toISOString(),
    undoneAt: row.undoneAt?.toISOString() ?? null,
  }))
}

/** Screens on which a conversation is open learn that it is another customer's now. */
async function tellOpen(tx: Tx, conversationIds: string[], actorId: string | null): Promise<void> {
  const rows = await tx.query<{ id: string; customerId: string }>(
    `SELECT id, customer_id AS "customerId" FROM conversation c WHERE id = ANY ($1::uuid[])
        AND EXISTS (SELECT 1 FROM interaction i WHERE i.tenant_id = c.tenant_id AND i.conversation_id = c.id AND i.state <> 'ended')`,
    [conversationIds],
  )
  for (const { id, customerId } of rows) {
    tx.emit({ type: 'conversation.changed', conversationId: id, customerId, actorId })
  }
}

/** The merge as it is once every customer it concerns is locked; a merge or undoing under way is waited for. */
async function lockMerge(tx: Tx, id: string): Promise<MergeRow> {
  const read = () => tx.db.selectFrom('customerMerge').selectAll().where('id', '=', id).executeTakeFirst()
  const before = found(await read(), 'merge')
  const locked = new Set<string>()
  for (;;) {
    const needed = [before.mergedId, ...(await wayUp(tx, before.keptId))]
    if (needed.every(one => locked.has(one))) break
    await lockCustomers(tx, needed)
    for (const one of needed) locked.add(one)
  }
  const merge = await read()
  if (!merge) throw notFound('merge')
  return merge
}
