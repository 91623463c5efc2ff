import type { Conversation } from '@centrala/api/conversation.ts'
import type { Tx } from '@centrala/store/database.ts'
import { presentInteractions } from '../interaction/present-interaction.ts'
import { notFound } from '../refusal.ts'

/** Conversations as the API shows them, each with its interactions newest first, in the order of the ids. Ids of none are left out. */
export async function presentConversations(tx: Tx, ids: string[]): Promise<Conversation[]> {
  if (ids.length === 0) return []
  const [rows, interactions] = await Promise.all([
    tx.db
      .selectFrom('conversation')
      .innerJoin('customer', join =>
        join
          .onRef('customer.tenantId', '=', 'conversation.tenantId')
          .onRef('customer.id', '=', 'conversation.customerId'),
      )
      .select(['conversation.id', 'conversation.customerId', 'customer.name as customerName', 'conversation.brandId'])
      .select(['conversation.subject', 'conversation.tags', 'conversation.lastMessageAt', 'conversation.createdAt'])
      .where('conversation.id', 'in', ids)
      .execute(),
    presentInteractions(tx, 'i.conversation_id = ANY ($1::uuid[]) ORDER BY i.created_at DESC, i.id DESC', [ids]),
  ])
  const conversations = new Map(rows.map(row => [row.id, row]))
  const parts = Map.groupBy(interactions, interaction => interaction.conversationId)
  return ids.flatMap(id => {
    const row = conversations.get(id)
    if (!row) return []
    return {
      ...row,
      lastMessageAt: row.lastMessageAt.toISOString(),
      createdAt: row.createdAt.toISOString(),
      interactions: parts.get(id) ?? [],
    }
  })
}

/** One conversation; 404 where there is none. */
export async function presentConversation(tx: Tx, id: string): Promise<Conversation> {
  const [conversation] = await presentConversations(tx, [id])
  if (!conversation) throw notFound('conversation')
  return conversation
}
