import type { Tx } from '@centrala/store/database.ts'
import { type InteractionRow, lockInteraction } from '@centrala/store/interaction-store.ts'
import { badField, found, Refusal } from '../refusal.ts'
import { commandInteraction } from './command-interaction.ts'
import { weightOf } from './route-interaction.ts'

/** A supervisor gives an interaction to an agent, at once and whatever they hold, or puts it into a queue. */
export async function reassignInteraction(
  tx: Tx,
  id: string,
  to: { agentId: string | null; queueId: string | null },
  actorId: string | null,
): Promise<InteractionRow> {
  const row = found(await lockInteraction(tx, id), 'interaction')
  if (to.agentId && to.queueId) throw badField('queueId', 'Name an agent or a queue, not both.')
  if (to.agentId) {
    found(
      await tx.db
        .selectFrom('users')
        .select('id')
        .where('id', '=', to.agentId)
        .where('deactivatedAt', 'is', null)
        .executeTakeFirst(),
      'agent',
    )
    return commandInteraction(tx, id, { type: 'assign', agentId: to.agentId }, { actorId })
  }
  if (!to.queueId) throw badField('agentId', 'Name an agent or a queue to give it to.')
  found(
    await tx.db
      .selectFrom('queue')
      .select('id')
      .where('id', '=', to.queueId)
      .where('archivedAt', 'is', null)
      .executeTakeFirst(),
    'queue',
  )
  switch (row.state) {
    case 'offered':
      await commandInteraction(tx, id, { type: 'withdraw', agentId: row.agentId ?? '' }, { actorId })
      return commandInteraction(tx, id, { type: 'queue', queueId: to.queueId }, { actorId })
    case 'active':
      return commandInteraction(tx, id, { type: 'transfer', queueId: to.queueId, preferredAgentId: null }, { actorId })
    case 'flow':
    case 'queued': {
      const also = { routingWeight: await weightOf(tx, row, to.queueId) }
      return commandInteraction(tx, id, { type: 'queue', queueId: to.queueId }, { actorId, also })
    }
    default:
      throw new Refusal(409, 'interaction.state', 'The talk is over; there is nothing to give to anybody.')
  }
}
