import type { Tx } from '@centrala/store/database.ts'
import { lockInteraction } from '@centrala/store/interaction-store.ts'
import { badField, found } from '../refusal.ts'
import { commandInteraction } from './command-interaction.ts'
import { ownInteraction } from './own-interaction.ts'

export interface WrapUp {
  wrapUpCodeId: string | null
  contactReasonId: string | null
  note: string | null
}

/** Finishes the wrap-up with the agent's code, reason and note; the queue says which of them it cannot do without. */
export async function finishWrapUp(
  tx: Tx,
  id: string,
  userId: string,
  { wrapUpCodeId, contactReasonId, note }: WrapUp,
): Promise<void> {
  const row = await ownInteraction(tx, id, userId)
  const queue = row.queueId
    ? await tx.db.selectFrom('queue').selectAll().where('id', '=', row.queueId).executeTakeFirst()
    : undefined
  if (queue?.wrapUpRequired && !wrapUpCodeId)
    throw badField('wrapUpCodeId', `The queue ${queue.name} needs a wrap-up code. Choose one.`)
  if (queue?.contactReasonRequired && !contactReasonId)
    throw badField('contactReasonId', `The queue ${queue.name} needs a contact reason. Choose one.`)
  if (wrapUpCodeId)
    found(
      await tx.db.selectFrom('wrapUpCode').select('id').where('id', '=', wrapUpCodeId).executeTakeFirst(),
      'wrapUpCode',
    )
  if (contactReasonId)
    found(
      await tx.db.selectFrom('contactReason').select('id').where('id', '=', contactReasonId).executeTakeFirst(),
      'contactReason',
    )
  await commandInteraction(
    tx,
    id,
    { type: 'wrapUp' },
    {
      actorId: userId,
      also: { wrapUpCodeId, contactReasonId, wrapUpNote: note },
      data: { wrapUpCodeId, contactReasonId },
    },
  )
}

/** The wrap-up time is over and the queue demands nothing: it closes by itself. */
export async function closeWrapUp(tx: Tx, id: string): Promise<void> {
  const row = await lockInteraction(tx, id)
  if (row?.state === 'wrapUp') await commandInteraction(tx, id, { type: 'wrapUp' })
}
