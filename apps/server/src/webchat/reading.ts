import type { Tx } from '@centrala/store/database.ts'

/** The company's messages that have arrived in the widget: everything up to one of them. Told to screens one by one. */
export async function markDelivered(tx: Tx, conversationId: string, messageId: string): Promise<void> {
  const rows = await tx.query<{ id: string; interactionId: string | null }>(
    `UPDATE message SET status = 'delivered', delivered_at = now()
      WHERE conversation_id = $1 AND channel = 'chat' AND author <> 'customer' AND NOT internal AND status IN ('stored', 'sending', 'sent')
        AND (created_at, id) <= (SELECT created_at, id FROM message WHERE id = $2 AND conversation_id = $1)
      RETURNING id, interaction_id AS "interactionId"`,
    [conversationId, messageId],
  )
  for (const { id, interactionId } of rows)
    tx.emit({ type: 'message.changed', conversationId, interactionId, data: { messageId: id, status: 'delivered' } })
}
