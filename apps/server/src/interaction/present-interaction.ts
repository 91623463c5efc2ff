import type { Interaction } from '@centrala/api/interaction.ts'
import type { Tx } from '@centrala/store/database.ts'
import { notFound } from '../refusal.ts'

const COLUMNS = `i.id, i.conversation_id AS "conversationId", i.customer_id AS "customerId", cu.name AS "customerName", i.channel,
  i.channel_account_id AS "channelAccountId", i.direction, i.state, i.queue_id AS "queueId", q.name AS "queueName", i.agent_id AS "agentId",
  u.name AS "agentName", i.priority, i.language, co.subject, coalesce(last.preview, '') AS preview, i.context, i.created_at AS "createdAt",
  i.queued_at AS "queuedAt", i.offer_expires_at AS "offerExpiresAt", i.answered_at AS "answeredAt", i.ended_at AS "endedAt", i.closed_at AS "closedAt",
  i.wrap_up_due_at AS "wrapUpDueAt", i.customer_waits_since AS "customerWaitsSince", i.outcome, i.wrap_up_code_id AS "wrapUpCodeId",
  i.contact_reason_id AS "contactReasonId", i.wrap_up_note AS "wrapUpNote", i.version`

const FROM = `FROM interaction i
  JOIN conversation co ON co.tenant_id = i.tenant_id AND co.id = i.conversation_id
  JOIN customer cu ON cu.tenant_id = i.tenant_id AND cu.id = i.customer_id
  LEFT JOIN queue q ON q.tenant_id = i.tenant_id AND q.id = i.queue_id
  LEFT JOIN users u ON u.tenant_id = i.tenant_id AND u.id = i.agent_id
  LEFT JOIN LATERAL (
    SELECT left(m.text, 160) AS preview FROM message m
     WHERE m.tenant_id = i.tenant_id AND m.conversation_id = i.conversation_id AND NOT m.internal AND m.author <> 'system'
     ORDER BY m.created_at DESC, m.id DESC LIMIT 1
  ) last ON true`

/** Interactions as the API shows them, by a condition on `i` (interaction). */
export async function presentInteractions(tx: Tx, condition: string, values: unknown[]): Promise<Interaction[]> {
  const rows = await tx.query<Record<string, unknown>>(`SELECT ${COLUMNS} ${FROM} WHERE ${condition}`, values)
  return rows.map(row =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
    ),
  ) as Interaction[]
}

/** One interaction; 404 where there is none. */
export async function presentInteraction(tx: Tx, id: string): Promise<Interaction> {
  const [interaction] = await presentInteractions(tx, 'i.id = $1', [id])
  if (!interaction) throw notFound('interaction')
  return interaction
}
