import type { Tx } from '@centrala/store/database.ts'
import { type InteractionRow, openInteraction, openInteractionOf } from '@centrala/store/interaction-store.ts'
import { addIdentity, readAddresses } from '../customer/add-identity.ts'
import { badField, conflict, found } from '../refusal.ts'
import { commandInteraction } from './command-interaction.ts'
import { ownInteraction } from './own-interaction.ts'

export interface Move {
  channel: string
  channelAccountId: string
  /** Where to reach the customer there, when it is not known yet. */
  address: string | null
}

/** Goes on with the same conversation on another channel: this interaction ends as moved, and one on that channel is the agent's at once. The story stays. */
export async function moveInteraction(tx: Tx, id: string, userId: string, move: Move): Promise<InteractionRow> {
  const row = await ownInteraction(tx, id, userId)
  if (move.channel === row.channel) throw badField('channel', 'It is on this channel already. Choose another.')
  if (move.channel !== 'email')
    throw badField(
      'channel',
      'A conversation can be continued by e-mail only; other channels cannot be begun from here.',
    )
  const account = found(
    await tx.db
      .selectFrom('channelAccount')
      .select(['id', 'channel', 'queueId'])
      .where('id', '=', move.channelAccountId)
      .executeTakeFirst(),
    'channelAccount',
  )
  if (account.channel !== move.channel) throw badField('channelAccountId', 'This account is of another channel.')
  if (move.address)
    for (const given of await readAddresses(tx, [{ kind: 'email', address: move.address }], () => 'address'))
      await addIdentity(tx, row.customerId, given)
  const [known] = await tx.query("SELECT 1 FROM identity WHERE customer_id = $1 AND kind = 'email' LIMIT 1", [
    row.customerId,
  ])
  if (!known) throw badField('address', 'No e-mail address of this customer is known. Ask for it and write it here.')
  if (await openInteractionOf(tx, row.conversationId, move.channel)) {
    throw conflict(
      'interaction.alreadyThere',
      'This conversation is already open by e-mail. Transfer that one instead.',
    )
  }
  await commandInteraction(
    tx,
    id,
    { type: 'end', outcome: 'moved', wrapUpMs: null },
    { actorId: userId, data: { to: move.channel } },
  )
  const fresh = await openInteraction(tx, {
    conversationId: row.conversationId,
    customerId: row.customerId,
    channel: move.channel,
    channelAccountId: account.id,
    direction: 'outbound',
    queueId: row.queueId ?? account.queueId,
    language: row.language,
  })
  return commandInteraction(tx, fresh.id, { type: 'assign', agentId: userId }, { actorId: userId })
}
