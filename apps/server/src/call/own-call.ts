import type { Tx } from '@centrala/store/database.ts'
import { type InteractionRow, lockInteraction } from '@centrala/store/interaction-store.ts'
import { conflict, found, Refusal } from '../refusal.ts'
import type { CallRow } from './taking.ts'

/** A call that goes on; 404 where there is none, 409 where it is over. */
export async function openCall(tx: Tx, id: string): Promise<CallRow> {
  const call = found(await tx.db.selectFrom('call').selectAll().where('id', '=', id).executeTakeFirst(), 'call')
  if (call.state === 'ended') throw conflict('call.ended', 'This call is over. Call again if there is more to say.')
  return call
}

/** A call that goes on and is this person's; where they supervise, anybody's. */
export async function ownCall(
  tx: Tx,
  id: string,
  who: { userId: string; supervises: boolean },
): Promise<{ call: CallRow; interaction: InteractionRow }> {
  const call = await openCall(tx, id)
  const interaction = found(await lockInteraction(tx, call.interactionId), 'interaction')
  const mine = interaction.agentId === who.userId && interaction.state === 'active'
  const within = mine || (await hasLeg(tx, id, who.userId))
  if (!within && !who.supervises)
    throw new Refusal(409, 'call.notYours', 'This call is not with you now: it was handed on, or somebody else has it.')
  return { call, interaction }
}

/** Whoever is in a conference may act in it too. */
async function hasLeg(tx: Tx, callId: string, userId: string): Promise<boolean> {
  const leg = await tx.db
    .selectFrom('leg')
    .select('id')
    .where('callId', '=', callId)
    .where('userId', '=', userId)
    .where('kind', '=', 'agent')
    .where('answeredAt', 'is not', null)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return leg !== undefined
}

/** What the queue says of recording its calls. */
export async function recordingPolicy(tx: Tx, queueId: string | null): Promise<'never' | 'always' | 'onDemand'> {
  if (!queueId) return 'never'
  const row = await tx.db.selectFrom('queue').select('voice').where('id', '=', queueId).executeTakeFirst()
  const record = (row?.voice as { record?: unknown } | undefined)?.record
  return record === 'always' || record === 'onDemand' ? record : 'never'
}
