import type { Tx } from '@centrala/store/database.ts'
import {
  type InteractionRow,
  lockInteraction,
  openInteraction,
  openInteractionOf,
} from '@centrala/store/interaction-store.ts'
import { commandInteraction } from '../interaction/command-interaction.ts'
import { conflict } from '../refusal.ts'

/** The web call in which an agent has this visitor now, by the identities that the visitor has proven. */
export async function webCallOf(tx: Tx, identityIds: string[]): Promise<InteractionRow | undefined> {
  if (identityIds.length === 0) return undefined
  const [found] = await tx.query<{ id: string }>(
    `SELECT id FROM interaction
      WHERE customer_id IN (SELECT customer_id FROM identity WHERE id = ANY($1::uuid[])) AND channel = 'voice' AND state = 'active'
        AND context->'call'->>'web' = 'true' AND context->>'identityId' = ANY($2::text[]) ORDER BY created_at DESC LIMIT 1`,
    [identityIds, identityIds],
  )
  const call = found && (await lockInteraction(tx, found.id))
  return call?.state === 'active' ? call : undefined
}

/**
 * What is written beside a web call goes to whom one speaks with: the conversation's open chat becomes the agent's who has the call, and where there is
 * none it is begun.
 * @throws Refusal 409 where the call is by telephone, or a colleague writes with the customer already
 */
export async function chatBesideCall(
  tx: Tx,
  call: InteractionRow,
  direction: 'inbound' | 'outbound',
  actorId: string | null,
): Promise<InteractionRow> {
  const { conversationId, customerId, channelAccountId, language, queueId, agentId } = call
  const { call: way, ...context } = call.context as { call?: { web?: boolean } }
  if (!agentId || !way?.web)
    throw conflict(
      'message.spoken',
      'This is a telephone call: what is written does not reach it. Write a note, or an e-mail.',
    )
  const open = await openInteractionOf(tx, conversationId, 'chat')
  if (open?.state === 'active') {
    if (open.agentId !== agentId && direction === 'outbound')
      throw conflict('message.colleague', 'A colleague writes with this customer already.')
    return open
  }
  const chat =
    open ??
    (await openInteraction(tx, {
      conversationId,
      customerId,
      channel: 'chat',
      channelAccountId,
      direction,
      language,
      queueId,
      context,
    }))
  return commandInteraction(tx, chat.id, { type: 'assign', agentId }, { actorId })
}
