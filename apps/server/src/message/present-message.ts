import type { Message } from '@centrala/api/message.ts'
import type { Tx } from '@centrala/store/database.ts'
import { notFound } from '../refusal.ts'

const COLUMNS = `m.id, m.conversation_id AS "conversationId", m.interaction_id AS "interactionId", m.channel, m.author, m.user_id AS "userId",
  u.name AS "userName", m.internal, m.text, m.html, m.quoted, m.subject, m.recipients, m.sender, m.automatic, m.mentions, m.client_id AS "clientId",
  m.status, m.status_detail AS "statusDetail", m.created_at AS "createdAt", m.delivered_at AS "deliveredAt", m.read_at AS "readAt",
  coalesce((SELECT jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'mediaType', f.media_type, 'size', f.size, 'contentId', f.content_id) ORDER BY f.id)
              FROM file f WHERE f.tenant_id = m.tenant_id AND f.message_id = m.id), '[]') AS files`

/** Messages as the API shows them, by a condition (with its order and limit) on `m` (message). */
export async function presentMessages(tx: Tx, condition: string, values: unknown[]): Promise<Message[]> {
  const rows = await tx.query<Record<string, unknown>>(
    `SELECT ${COLUMNS} FROM message m LEFT JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id WHERE ${condition}`,
    values,
  )
  return rows.map(row =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
    ),
  ) as Message[]
}

/** One message; 404 where there is none. */
export async function presentMessage(tx: Tx, id: string): Promise<Message> {
  const [message] = await presentMessages(tx, 'm.id = $1', [id])
  if (!message) throw notFound('message')
  return message
}
