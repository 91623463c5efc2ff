import type { AgentPresence } from '@centrala/api/presence.ts'
import type { Tx } from '@centrala/store/database.ts'

/** Presences as the API shows them, by a condition on `p` (presence). */
export async function presentPresences(tx: Tx, condition: string, values: unknown[]): Promise<AgentPresence[]> {
  const rows = await tx.query<Record<string, unknown> & { since: Date }>(
    `SELECT p.user_id AS "userId", p.state, p.reason_id AS "reasonId", p.since, p.next_state AS "nextState", p.next_reason_id AS "nextReasonId"
       FROM presence p WHERE ${condition}`,
    values,
  )
  return rows.map(row => ({ ...row, since: row.since.toISOString() })) as AgentPresence[]
}

/** One person's presence; offline where none was ever set. */
export async function presentPresence(tx: Tx, userId: string): Promise<AgentPresence> {
  const [presence] = await presentPresences(tx, 'p.user_id = $1', [userId])
  return (
    presence ?? {
      userId,
      state: 'offline',
      reasonId: null,
      since: new Date().toISOString(),
      nextState: null,
      nextReasonId: null,
    }
  )
}
