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
  /** The customer came for the first time: no agent knows them. */
  stranger?: boolean
}

/** How long ago an agent may have served this customer to be preferred now. */
const PREFER_WITHIN = '30 days'

/** Puts an interaction into a queue: with the customer's language as a requirement and the agent they know as the preferred one. */
export async function routeInteraction(tx: Tx, interaction: InteractionRow, placing: Placing): Promise<InteractionRow> {
  // Asked together: a caller's way to a ringing phone is counted in milliseconds.
  const [requirements, preferredAgentId] = await Promise.all([
    placing.language ? languageRequirement(tx, placing.language) : interaction.requirements,
    placing.preferredAgentId ?? (placing.stranger ? null : lastAgent(tx, interaction)),
  ])
  const changed = await changeInteraction(
    tx,
    interaction.id,
    { type: 'queue', queueId: placing.queueId, preferredAgentId },
    {
      ...(placing.at && { at: placing.at }),
      ...(placing.locked && { row: interaction }),
      also: {
        ...(placing.priority !== undefined && { priority: placing.priority }),
        ...(placing.language && { language: placing.language }),
        requirements: JSON.stringify(requirements),
      },
    },
  )
  if (!changed.ok) throw new Error(`A new interaction could not be queued: ${changed.detail}`)
  return changed.interaction
}

/** A language that nobody is registered for requires nothing: the customer is answered rather than left waiting for ever. */
async function languageRequirement(tx: Tx, language: string): Promise<{ skillId: string; minProficiency: number }[]> {
  const base = language.split('-')[0] ?? language
  const rows = await tx.query<{ id: string }>(
    `SELECT s.id FROM skill s WHERE s.kind = 'language' AND split_part(s.language, '-', 1) = $1
        AND EXISTS (SELECT 1 FROM user_skill us WHERE us.tenant_id = s.tenant_id AND us.skill_id = s.id)
      ORDER BY s.language = $2 DESC LIMIT 1`,
    [base, language],
  )
  return rows.map(row => ({ skillId: row.id, minProficiency: 1 }))
}

async function lastAgent(tx: Tx, interaction: InteractionRow): Promise<string | null> {
  const rows = await tx.query<{ agentId: string }>(
    `SELECT agent_id AS "agentId" FROM interaction
      WHERE customer_id = $1 AND id <> $2 AND agent_id IS NOT NULL AND state IN ('active', 'wrapUp', 'ended') AND created_at > now() - interval '${PREFER_WITHIN}'
      ORDER BY created_at DESC LIMIT 1`,
    [interaction.customerId, interaction.id],
  )
  return rows[0]?.agentId ?? null
}
