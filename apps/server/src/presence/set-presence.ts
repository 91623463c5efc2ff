import type { Presence } from '@centrala/core/presence/presence.ts'
import type { Tx } from '@centrala/store/database.ts'
import { changeInteraction } from '@centrala/store/interaction-store.ts'

export interface PresenceChoice {
  state: Presence
  reasonId?: string | null
  /** Keep what is held, take nothing new, and go there when it is done. */
  whenDone?: boolean
  /** Who chose it, where that is not the person. */
  actorId?: string | null
}

/**
 * Sets a person's presence. Who leaves while an offer is out gives it back, unharmed. Who chooses a state for after the present work, but has
 * no work, goes there at once.
 */
export async function setPresence(
  tx: Tx,
  userId: string,
  { state, reasonId = null, whenDone = false, actorId = null }: PresenceChoice,
): Promise<void> {
  await tx.query('INSERT INTO presence (user_id) VALUES ($1) ON CONFLICT DO NOTHING', [userId])
  const [before] = await tx.query<{ state: Presence; reasonId: string | null; nextState: string | null }>(
    'SELECT state, reason_id AS "reasonId", next_state AS "nextState" FROM presence WHERE user_id = $1 FOR UPDATE',
    [userId],
  )
  if (!before) return
  const later = whenDone && before.state === 'available' && state !== 'available' && (await holdsWork(tx, userId))
  if (!later && before.state === state && before.reasonId === reasonId && before.nextState === null) return
  const next = later
    ? { state: before.state, reasonId: before.reasonId, nextState: state, nextReasonId: reasonId }
    : { state, reasonId, nextState: null, nextReasonId: null }
  await tx.query(
    `UPDATE presence SET since = CASE WHEN state = $2 AND reason_id IS NOT DISTINCT FROM $3 THEN since ELSE clock_timestamp() END,
            state = $2, reason_id = $3, next_state = $4, next_reason_id = $5 WHERE user_id = $1`,
    [userId, next.state, next.reasonId, next.nextState, next.nextReasonId],
  )
  tx.emit({ type: 'presence.changed', userId, actorId, data: { ...next, from: before.state } })
  if (later || state !== 'available') await giveBackOffer(tx, userId)
}

/** Takes up the state that was chosen for after the work, once nothing is held any more. Call after whatever ends, leaves or is wrapped up. */
export async function takeUpNextPresence(tx: Tx, userId: string | null): Promise<void> {
  if (!userId) return
  const [presence] = await tx.query<{ next: Presence | null; reasonId: string | null }>(
    'SELECT next_state AS next, next_reason_id AS "reasonId" FROM presence WHERE user_id = $1',
    [userId],
  )
  if (presence?.next && !(await holdsWork(tx, userId)))
    await setPresence(tx, userId, { state: presence.next, reasonId: presence.reasonId })
}

async function holdsWork(tx: Tx, userId: string): Promise<boolean> {
  const rows = await tx.query(
    "SELECT 1 FROM interaction WHERE agent_id = $1 AND state IN ('active', 'wrapUp') LIMIT 1",
    [userId],
  )
  return rows.length > 0
}

async function giveBackOffer(tx: Tx, userId: string): Promise<void> {
  const offered = await tx.query<{ id: string }>(
    "SELECT id FROM interaction WHERE agent_id = $1 AND state = 'offered' ORDER BY id",
    [userId],
  )
  for (const { id } of offered) await changeInteraction(tx, id, { type: 'withdraw', agentId: userId })
}
