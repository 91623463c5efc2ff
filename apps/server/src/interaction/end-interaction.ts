import type { Outcome } from '@centrala/core/interaction/interaction.ts'
import type { Tx } from '@centrala/store/database.ts'
import { type InteractionRow, lockInteraction } from '@centrala/store/interaction-store.ts'
import { enqueue } from '@centrala/store/job-queue.ts'
import type { QueueTable } from '@centrala/store/schema.gen.ts'
import type { Selectable } from 'kysely'
import { found } from '../refusal.ts'
import { commandInteraction } from './command-interaction.ts'

export interface Ending {
  outcome: Outcome
  /** Who ends it: an agent's id; null for the customer or the system. */
  actorId: string | null
  /** When it was, where we hear of it later. */
  at?: Date
  /** The interaction as this transaction has just locked it. */
  row?: InteractionRow
  /** Its queue, where it has just been read. */
  queue?: QueueRow
}

export type QueueRow = Selectable<QueueTable>

/**
 * The talk is over. One that no agent had answered is abandoned (or short-abandoned, below the queue's limit); one that an agent has goes
 * into wrap-up for the queue's time, after which it closes by itself unless the queue demands a code.
 */
export async function endInteraction(
  tx: Tx,
  id: string,
  { outcome, actorId, at, row: locked, queue: read }: Ending,
): Promise<InteractionRow> {
  const row = locked ?? found(await lockInteraction(tx, id), 'interaction')
  const queue = row.queueId
    ? read?.id === row.queueId
      ? read
      : await tx.db.selectFrom('queue').selectAll().where('id', '=', row.queueId).executeTakeFirst()
    : undefined
  const waits = row.state === 'queued' || row.state === 'offered' || row.state === 'flow'
  if (waits && actorId === null && outcome === 'handled') {
    const shortMs = (queue?.abandonSeconds ?? 5) * 1000
    return commandInteraction(tx, id, { type: 'abandon', shortMs }, { row, ...(at && { at }) })
  }
  const required = queue?.wrapUpRequired || queue?.contactReasonRequired
  const wrapUpMs =
    queue && (queue.wrapUpSeconds > 0 || required) && outcome === 'handled' ? queue.wrapUpSeconds * 1000 : null
  const ended = await commandInteraction(
    tx,
    id,
    { type: 'end', outcome, wrapUpMs },
    { actorId, row, ...(at && { at }) },
  )
  if (ended.state === 'wrapUp' && !required && ended.wrapUpDueAt) {
    await enqueue(tx, 'closeWrapUp', { interactionId: id }, { runAt: ended.wrapUpDueAt, key: `wrapUp:${id}` })
  }
  if (outcome === 'handled' && queue?.surveyId && ended.answeredAt) {
    await enqueue(tx, 'sendSurvey', { interactionId: id }, { key: `survey:${id}` })
  }
  return ended
}
