import type { Attributes, Value } from '@centrala/core/expression/expression.ts'
import { pick } from '@centrala/core/routing/step.ts'
import type { Tx } from '@centrala/store/database.ts'

/**
 * What expressions may ask of these contacts: the customer's attributes, and `language`, `channel`, `direction` and `brand`. Only what the queue's
 * expressions name is given (`names`, by queue): it reaches the router and its journal, and nobody needs the rest there.
 */
export async function contactAttributes(
  tx: Tx,
  asked: readonly { interactionId: string; queueId: string }[],
  names: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, Attributes>> {
  const found = new Map<string, Attributes>()
  const named = asked.filter(({ queueId }) => (names.get(queueId)?.length ?? 0) > 0)
  if (named.length === 0) return found
  const rows = await tx.query<{ id: string; attributes: Record<string, Value> }>(
    `SELECT i.id, jsonb_strip_nulls(c.attributes || jsonb_build_object('language', coalesce(i.language, c.language), 'channel', i.channel,
              'direction', i.direction, 'brand', b.name)) AS attributes
       FROM interaction i
       JOIN customer c ON c.tenant_id = i.tenant_id AND c.id = i.customer_id
       JOIN conversation v ON v.tenant_id = i.tenant_id AND v.id = i.conversation_id
       LEFT JOIN queue q ON q.tenant_id = i.tenant_id AND q.id = i.queue_id
       LEFT JOIN brand b ON b.tenant_id = i.tenant_id AND b.id = coalesce(v.brand_id, q.brand_id)
      WHERE i.id = ANY($1::uuid[])`,
    [named.map(({ interactionId }) => interactionId)],
  )
  const byId = new Map(rows.map(row => [row.id, row.attributes]))
  for (const { interactionId, queueId } of named)
    found.set(interactionId, pick(byId.get(interactionId) ?? {}, names.get(queueId) ?? []))
  return found
}
