import type { Tx } from '@centrala/store/database.ts'
import { newId } from '@centrala/store/new-id.ts'

/** What was quiet for longer is a story of its own. */
const SAME_STORY = '24 hours'

/**
 * The conversation that a call belongs to: the customer's recent one, unless another call goes on in it; otherwise a new one.
 * @param known false: the customer is new, or nobody knows who it is, so that there is no recent one
 */
export async function conversationForCall(
  tx: Tx,
  customerId: string,
  brandId: string | null,
  known = true,
): Promise<string> {
  if (known) {
    // Two calls at once must not both choose the same: a conversation has one open interaction a channel.
    tx.send('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [customerId])
    const [recent] = await tx.query<{ id: string }>(
      `UPDATE conversation SET last_message_at = clock_timestamp() WHERE id = (
         SELECT c.id FROM conversation c
          WHERE c.customer_id = $1 AND c.last_message_at > now() - interval '${SAME_STORY}' AND (c.brand_id IS NOT DISTINCT FROM $2 OR $2::uuid IS NULL)
            AND NOT EXISTS (SELECT 1 FROM interaction i WHERE i.tenant_id = c.tenant_id AND i.conversation_id = c.id AND i.channel = 'voice'
                               AND i.state IN ('flow', 'queued', 'offered', 'active'))
          ORDER BY c.last_message_at DESC LIMIT 1)
       RETURNING id`,
      [customerId, brandId],
    )
    if (recent) return recent.id
  }
  const id = newId()
  tx.send('INSERT INTO conversation (id, customer_id, brand_id) VALUES ($1, $2, $3)', [id, customerId, brandId])
  return id
}
