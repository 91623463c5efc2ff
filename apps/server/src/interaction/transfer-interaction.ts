import type { Tx } from '@centrala/store/database.ts'
import type { InteractionRow } from '@centrala/store/interaction-store.ts'
import { addMessage } from '@centrala/store/message-store.ts'
import { badField, found } from '../refusal.ts'
import { commandInteraction } from './command-interaction.ts'
import { ownInteraction } from './own-interaction.ts'

export interface Transfer {
  queueId: string | null
  agentId: string | null
  note: string
}

/**
 * Hands an interaction on, with the story: to a queue, or to an agent, who is then asked first; should they not take it within the queue's patience, the
 * rest of that queue is asked. The note is the next thing whoever gets it reads.
 */
export async function transferInteraction(
  tx: Tx,
  id: string,
  userId: string,
  { queueId, agentId, note }: Transfer,
): Promise<InteractionRow> {
  const row = await ownInteraction(tx, id, userId)
  if (!queueId && !agentId) throw badField('queueId', 'Name a queue or an agent to transfer to.')
  if (agentId === userId) throw badField('agentId', 'It is yours already. Choose another agent.')
  if (agentId) {
    found(
      await tx.db
        .selectFrom('users')
        .select('id')
        .where('id', '=', agentId)
        .where('deactivatedAt', 'is', null)
        .executeTakeFirst(),
      'agent',
    )
  }
  const target = queueId ?? row.queueId
  if (!target) throw badField('queueId', 'This interaction has no queue. Name one to transfer to.')
  found(
    await tx.db
      .selectFrom('queue')
      .select('id')
      .where('id', '=', target)
      .where('archivedAt', 'is', null)
      .executeTakeFirst(),
    'queue',
  )
  if (note.trim()) {
    await addMessage(tx, {
      conversationId: row.conversationId,
      interactionId: id,
      channel: row.channel,
      author: 'agent',
      userId,
      internal: true,
      text: note.trim(),
      mentions: agentId ? [agentId] : [],
    })
  }
  return commandInteraction(
    tx,
    id,
    { type: 'transfer', queueId: target, preferredAgentId: agentId },
    { actorId: userId },
  )
}
