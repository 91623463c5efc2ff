import type { CallFact } from '@centrala/api/call-fact.ts'
import type { Tx } from '@centrala/store/database.ts'

/** Facts after which somebody may be in another's call who was not, or the other way round. */
export const MOVES_GUESTS: ReadonlySet<CallFact['type']> = new Set([
  'consulted',
  'consultEnded',
  'connected',
  'monitored',
])

/**
 * Who is in this call (or, without one, in any of the company) although it is not theirs: asked by a colleague (from the first ring on), in a conference, listening as a supervisor, or still
 * talking after handing it over. Their phone is taken, so no second call may be offered to them.
 */
export async function guestsOf(tx: Tx, callId: string | null): Promise<string[]> {
  const rows = await tx.query<{ userId: string }>(
    `SELECT DISTINCT l.user_id AS "userId" FROM call c
       JOIN interaction i ON i.tenant_id = c.tenant_id AND i.id = c.interaction_id
       JOIN leg l ON l.tenant_id = c.tenant_id AND l.call_id = c.id AND l.ended_at IS NULL AND l.user_id IS NOT NULL
      WHERE ($1::uuid IS NULL OR c.id = $1) AND c.state <> 'ended' AND (l.kind = 'supervisor' OR l.id = c.consulting OR (l.kind = 'agent' AND l.answered_at IS NOT NULL))
        AND NOT (i.state = 'active' AND i.agent_id IS NOT DISTINCT FROM l.user_id)`,
    [callId],
  )
  return rows.map(row => row.userId)
}
