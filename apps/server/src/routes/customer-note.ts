import { addCustomerNote, deleteCustomerNote, listCustomerNotes } from '@centrala/api/customer.ts'
import type { Tx } from '@centrala/store/database.ts'
import { keptOf, notMerged } from '../customer/kept.ts'
import { handle } from '../http/handle.ts'
import { found, Refusal } from '../refusal.ts'

export const customerNoteRoutes = [
  handle(listCustomerNotes, ({ params, work }) =>
    work(async tx => {
      const customerId = await keptOf(tx, params.id)
      const rows = await notes(tx).where('customerNote.customerId', '=', customerId).execute()
      return { items: rows.map(present) }
    }),
  ),
  handle(addCustomerNote, ({ context, params, body, work }) =>
    work(async tx => {
      const customerId = await notMerged(tx, params.id)
      const { id } = await tx.db
        .insertInto('customerNote')
        .values({ customerId, userId: context.userId, text: body.text })
        .returning('id')
        .executeTakeFirstOrThrow()
      tx.emit({ type: 'customer.changed', customerId, actorId: context.userId })
      return present(await notes(tx).where('customerNote.id', '=', id).executeTakeFirstOrThrow())
    }),
  ),
  handle(deleteCustomerNote, ({ context, params, work }) =>
    work(async tx => {
      const customerId = await keptOf(tx, params.id)
      const note = found(
        await tx.db
          .selectFrom('customerNote')
          .select('userId')
          .where('id', '=', params.noteId)
          .where('customerId', '=', customerId)
          .executeTakeFirst(),
        'note',
      )
      if (note.userId !== context.userId)
        throw new Refusal(403, 'note.notYours', 'A colleague wrote this note. Only they can delete it.')
      await tx.db.deleteFrom('customerNote').where('id', '=', params.noteId).execute()
      tx.emit({ type: 'customer.changed', customerId, actorId: context.userId })
      return {}
    }),
  ),
]

const notes = (tx: Tx) =>
  tx.db
    .selectFrom('customerNote')
    .leftJoin('users', join =>
      join.onRef('users.tenantId', '=', 'customerNote.tenantId').onRef('users.id', '=', 'customerNote.userId'),
    )
    .select(['customerNote.id', 'customerNote.userId', 'users.name as userName'])
    .select(['customerNote.text', 'customerNote.createdAt'])
    .orderBy('customerNote.createdAt', 'desc')
    .orderBy('customerNote.id', 'desc')

function present<Row extends { createdAt: Date }>(row: Row) {
  return { ...row, createdAt: row.createdAt.toISOString() }
}
