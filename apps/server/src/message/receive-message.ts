import type { Tx } from '@centrala/store/database.ts'
import { type InteractionRow, openInteraction, openInteractionOf } from '@centrala/store/interaction-store.ts'
import { addMessage, type MessageRow, type NewMessage } from '@centrala/store/message-store.ts'
import { routeInteraction } from '../interaction/route-interaction.ts'

export interface Received {
  channel: string
  channelAccountId: string
  customerId: string
  /** The conversation it belongs to, where the channel can tell; null begins a new one. */
  conversationId: string | null
  /** Its open interaction on the channel, where the caller has just looked and locked it. */
  open?: InteractionRow | undefined
  brandId?: string | null
  subject?: string | null
  language?: string | null
  /** What the channel knows of the moment: page, referrer, form fields. */
  context?: Record<string, unknown>
  /** Where it waits; null leaves it in its flow (nobody is asked yet). */
  queueId: string | null
  priority?: number
  tags?: string[]
  message: Omit<NewMessage, 'conversationId' | 'interactionId' | 'channel' | 'author' | 'channelAccountId'>
}

export interface ReceivedResult {
  conversationId: string
  interaction: InteractionRow
  message: MessageRow
  /** False when the same message had been stored before. */
  added: boolean
  /** A new interaction was opened for it. */
  opened: boolean
}

/**
 * The one way in for what a customer writes, on every channel: the message joins the conversation and its open interaction on that channel;
 * where there is none a new interaction is opened and put into the queue. All in the caller's transaction.
 */
export async function receiveMessage(tx: Tx, received: Received): Promise<ReceivedResult> {
  const conversationId = received.conversationId ?? (await openConversation(tx, received))
  let interaction = received.open ?? (await openInteractionOf(tx, conversationId, received.channel))
  const opened = !interaction
  interaction ??= await openInteraction(tx, {
    conversationId,
    customerId: received.customerId,
    channel: received.channel,
    channelAccountId: received.channelAccountId,
    direction: 'inbound',
    context: received.context ?? {},
    language: received.language ?? null,
  })
  const { message, added } = await addMessage(tx, {
    ...received.message,
    conversationId,
    interactionId: interaction.id,
    channel: received.channel,
    author: 'customer',
    channelAccountId: received.channelAccountId,
  })
  if (received.tags?.length) await addTags(tx, conversationId, received.tags)
  if (interaction.state === 'flow' && received.queueId) {
    const { priority, language = null } = received
    interaction = await routeInteraction(tx, interaction, {
      queueId: received.queueId,
      language,
      ...(priority !== undefined && { priority }),
    })
  }
  return { conversationId, interaction, message, added, opened }
}

async function openConversation(tx: Tx, received: Received): Promise<string> {
  const { customerId, brandId = null, subject = null } = received
  const row = await tx.db
    .insertInto('conversation')
    .values({ customerId, brandId, subject })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

async function addTags(tx: Tx, conversationId: string, tags: string[]): Promise<void> {
  await tx.query('UPDATE conversation SET tags = ARRAY(SELECT DISTINCT unnest(tags || $2::text[])) WHERE id = $1', [
    conversationId,
    tags,
  ])
}
