import type { Requirement } from '@centrala/core/routing/event.ts'
import type { Tx } from '@centrala/store/database.ts'
import { changeInteraction, type InteractionRow } from '@centrala/store/interaction-store.ts'

export interface Placing {
  queueId: string
  priority?: number
  preferredAgentId?: string | null
  /** BCP 47; where the tenant has a language skill for it, it becomes a requirement. */
  language?: string | null
  /** Since when it waits, where we hear of it later. */
  at?: Date
  /** The interaction is as this transaction has just locked it. */
  locked?: boolean
  /** The interaction is not stored yet (`draftInteraction`). */
  draft?: boolean
  /** The customer came for the first time: no agent knows them, and what there is to ask has been asked. */
  stranger?: Stranger | null
}

/** What a queue makes of somebody who comes for the first time. */
export interface Stranger {
  requirements: Requirement[]
  weight: number
}

/** Asks it ahead, so that nothing need be asked once it is known that they are new. `brandOf`: the channel account they came by. */
export async function askForStranger(
  tx: Tx,
  { queueId, language, brandOf }: { queueId: string; language: string | null; brandOf: string | null },
): Promise<Stranger> {
  const [requirements, [row]] = await Promise.all([
    language ? languageRequirement(tx, language) : [],
    tx.query<{ weight: number }>(
      `SELECT coalesce((SELECT b.routing_weight FROM brand b WHERE b.id = coalesce(
                (SELECT brand_id FROM channel_account WHERE id = $1), (SELECT brand_id FROM queue WHERE id = $2))), 0) AS weight`,
      [brandOf, queueId],
    ),
  ])
  return { requirements, weight: row?.weight ?? 0 }
}

/** How long ago an agent may have served this customer to be preferred now. */
const PREFER_WITHIN = '30 days'

/** Puts an interaction into a queue: with the customer's language as a requirement and the agent they know as the preferred one. */
export async function routeInteraction(tx: Tx, interaction: InteractionRow, placing: Placing): Promise<InteractionRow> {
  // Asked together: a caller's way to a ringing phone is counted in milliseconds.
  const { stranger } = placing
  const [requirements, preferredAgentId, routingWeight] = stranger
    ? [stranger.requirements, placing.preferredAgentId ?? null, stranger.weight]
    : await Promise.all([
        placing.language ? languageRequirement(tx, placing.language) : interaction.requirements,
        placing.preferredAgentId ?? lastAgent(tx, interaction, placing.queueId),
        weightOf(tx, interaction, placing.queueId),
      ])
  const changed = await changeInteraction(
    tx,
    interaction.id,
    { type: 'queue', queueId: placing.queueId, preferredAgentId },
    {
      ...(placing.at && { at: placing.at }),
      ...((placing.locked || placing.draft) && { row: interaction, draft: placing.draft ?? false }),
      also: {
        ...(placing.priority !== undefined && { priority: placing.priority }),
        ...(placing.language && { language: placing.language }),
        requirements: JSON.stringify(requirements),
        routingWeight,
      },
    },
  )
  if (!changed.ok) throw new Error(`A new interaction could not be queued: ${changed.detail}`)
  return changed.interaction
}

/** A language that nobody is registered for requires nothing: the customer is answered rather than left waiting for ever. */
async function languageRequirement(tx: Tx, language: string): Promise<Requirement[]> {
  const base = language.split('-')[0] ?? language
  const rows = await tx.query<{ id: string }>(
    `SELECT s.id FROM skill s WHERE s.kind = 'language' AND split_part(s.language, '-', 1) = $1
        AND EXISTS (SELECT 1 FROM user_skill us WHERE us.tenant_id = s.tenant_id AND us.skill_id = s.id)
      ORDER BY s.language = $2 DESC LIMIT 1`,
    [base, language],
  )
  return rows.map(row => ({ skillId: row.id, minProficiency: 1 }))
}

/** Who served the customer last, where the queue prefers them. */
async function lastAgent(tx: Tx, interaction: InteractionRow, queueId: string): Promise<string | null> {
  const rows = await tx.query<{ agentId: string }>(
    `SELECT agent_id AS "agentId" FROM interaction
      WHERE customer_id = $1 AND id <> $2 AND agent_id IS NOT NULL AND state IN ('active', 'wrapUp', 'ended') AND created_at > now() - interval '${PREFER_WITHIN}'
        AND (SELECT prefer_last_agent FROM queue WHERE id = $3)
      ORDER BY created_at DESC LIMIT 1`,
    [interaction.customerId, interaction.id, queueId],
  )
  return rows[0]?.agentId ?? null
}

/** The points of the customer and of the brand: that of the conversation, or else of the queue. */
export async function weightOf(
  tx: Tx,
  { customerId, conversationId }: InteractionRow,
  queueId: string,
): Promise<number> {
  const [row] = await tx.query<{ weight: number }>(
    `SELECT (SELECT routing_weight FROM customer WHERE id = $1) + coalesce((
              SELECT b.routing_weight FROM brand b WHERE b.id = coalesce(
                (SELECT brand_id FROM conversation WHERE id = $2), (SELECT brand_id FROM queue WHERE id = $3))), 0) AS weight`,
    [customerId, conversationId, queueId],
  )
  return row?.weight ?? 0
}
