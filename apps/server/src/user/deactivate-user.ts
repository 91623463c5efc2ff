import type { Tx } from '@centrala/store/database.ts'
import { recordChange } from '../configuration/configuration.ts'
import type { Context } from '../http/context.ts'
import { commandInteraction } from '../interaction/command-interaction.ts'
import { reassignInteraction } from '../interaction/reassign-interaction.ts'
import { setPresence } from '../presence/set-presence.ts'
import { conflict } from '../refusal.ts'
import { mustKeepAdministrator, mustNotExceed } from './authority.ts'
import { readUser, type UserRow } from './present-user.ts'

/** Switches a user's access off. What they hold goes back to its queue; what they did stays theirs. */
export async function deactivateUser(tx: Tx, context: Context, id: string): Promise<UserRow> {
  const before = await readUser(tx, id)
  mustNotExceed(context, before.roles)
  if (id === context.userId) throw conflict('user.own', 'You cannot switch off your own access. Ask a colleague.')
  if (before.deactivatedAt) return before
  await setPresence(tx, id, { state: 'offline', actorId: context.userId })
  const held = await tx.db
    .selectFrom('interaction')
    .select(['id', 'queueId', 'state'])
    .where('agentId', '=', id)
    .where('state', 'in', ['active', 'wrapUp'])
    .execute()
  for (const { id: interactionId, queueId, state } of held) {
    if (state === 'wrapUp') await commandInteraction(tx, interactionId, { type: 'wrapUp' }, { actorId: context.userId })
    else if (queueId) await reassignInteraction(tx, interactionId, { agentId: null, queueId }, context.userId)
  }
  await tx.db.updateTable('users').set({ deactivatedAt: new Date() }).where('id', '=', id).execute()
  if (before.roles.includes('admin')) await mustKeepAdministrator(tx)
  await recordChange(
    tx,
    context,
    'user',
    'deactivated',
    id,
    { name: before.name, active: true },
    { name: before.name, active: false },
  )
  return readUser(tx, id)
}

/** Switches it on again, with the rights it had. */
export async function reactivateUser(tx: Tx, context: Context, id: string): Promise<UserRow> {
  const before = await readUser(tx, id)
  mustNotExceed(context, before.roles)
  if (!before.deactivatedAt) return before
  await tx.db.updateTable('users').set({ deactivatedAt: null }).where('id', '=', id).execute()
  await recordChange(
    tx,
    context,
    'user',
    'reactivated',
    id,
    { name: before.name, active: false },
    { name: before.name, active: true },
  )
  return readUser(tx, id)
}
