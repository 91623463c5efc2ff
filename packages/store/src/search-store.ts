import type { Tx } from './database.ts'

/** How many a search can find at most. */
export const MOST_FOUND = 200

/**
 * Customers by name, e-mail, phone or external id, best first; typos, diacritics and the alphabet forgiven. None that were merged away.
 * @param queries ways to write what is sought (a phone number as typed and as stored); the best match of any counts
 */
export async function searchCustomers(tx: Tx, queries: string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT customer_id AS id FROM unnest($1::text[]) AS sought, search_customers(sought, $2) GROUP BY customer_id
      ORDER BY max(score) DESC, customer_id DESC LIMIT $2`,
    [queries, MOST_FOUND],
  )
  return rows.map(row => row.id)
}

export interface FoundMessage {
  messageId: string
  conversationId: string
  customerId: string
  customerName: string | null
  channel: string
  text: string
  createdAt: Date
}

/** Messages by their words, best first, newer ones before older ones that are as good. */
export async function searchMessages(tx: Tx, query: string, limit: number): Promise<FoundMessage[]> {
  return tx.query<FoundMessage & Record<string, unknown>>(
    `SELECT m.id AS "messageId", m.conversation_id AS "conversationId", c.customer_id AS "customerId", cu.name AS "customerName", m.channel,
            left(m.text, 20000) AS text, m.created_at AS "createdAt"
       FROM search_messages($1, $2) f
       JOIN message m ON m.tenant_id = current_tenant() AND m.id = f.message_id
       JOIN conversation c ON c.tenant_id = m.tenant_id AND c.id = m.conversation_id
       JOIN customer cu ON cu.tenant_id = c.tenant_id AND cu.id = c.customer_id
      ORDER BY f.score DESC, m.created_at DESC`,
    [query, limit],
  )
}
