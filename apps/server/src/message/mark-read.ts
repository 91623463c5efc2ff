import type { Tx } from '@centrala/store/database.ts'

/** Everything the other side has written up to now counts as read: by the agent (`reader` agent) or by the customer. Tells the log once, with the last one. */
export async function markRead(
  tx: Tx,
  conversationId: string,
  reader: 'agent' | 'customer',
  actorId: string | null = null,
): Promise<void> {
  const authors = reader === 'agent' ? ['customer'] : ['agent', 'bot', 'system']
  const rows = await tx.query<{ id: string; interactionId: string | null }>(
    `UPDATE message SET read_at = now(), status = CASE WHEN status IN ('stored', 'sent', 'delivered') THEN 'read' ELSE status END
      WHERE conversation_id = $1 AND author = ANY ($2) AND NOT internal AND read_at IS NULL AND ($3 = 'agent' OR channel = 'chat')
      RETURNING id, interaction_id AS "interactionId"`,
    [conversationId, authors, reader],
  )
  const last = rows.reduce<(typeof rows)[number] | null>(
    (latest, row) => (latest === null || row.id > latest.id ? row : latest),
    null,
  )
  if (last)
    tx.emit({
      type: 'message.read',
      conversationId,
      interactionId: last.interactionId,
      actorId,
      data: { messageId: last.id, by: reader },
    })
}
