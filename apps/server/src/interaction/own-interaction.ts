import type { Tx } from '@centrala/store/database.ts'
import { type InteractionRow, lockInteraction } from '@centrala/store/interaction-store.ts'
import { found, Refusal } from '../refusal.ts'

/** The interaction, locked, if it is this person's to work on now; otherwise a refusal that says why not. */
export async function ownInteraction(tx: Tx, id: string, userId: string): Promise<InteractionRow> {
  const row = found(await lockInteraction(tx, id), 'interaction')
  if (row.agentId !== userId || (row.state !== 'active' && row.state !== 'wrapUp')) {
    throw new Refusal(
      409,
      'interaction.notYours',
      'This is not with you now: it was ended, handed on, or is with somebody else.',
    )
  }
  return row
}
