import type { Tx } from '@centrala/store/database.ts'
import { lockInteraction } from '@centrala/store/interaction-store.ts'
import { enqueue } from '@centrala/store/job-queue.ts'
import { z } from 'zod'
import { endInteraction } from '../interaction/end-interaction.ts'

/** How long a visitor may be away before a chat is given up: `grace` while it waits, `idle` while an agent has it. */
export interface Patience {
  graceSeconds: number
  idleMinutes: number
}

/**
 * The visitor of an open chat has gone: written into the interaction's context, where the agent's screen shows it, together with the job
 * that gives the chat up unless they come back. It survives a restart.
 */
export async function markLeft(tx: Tx, interactionId: string, patience: Patience, at = new Date()): Promise<void> {
  const leftAt = at.toISOString()
  const rows = await tx.query<{ conversationId: string; customerId: string; state: string }>(
    `UPDATE interaction SET context = context || jsonb_build_object('visitorLeftAt', $2::text)
      WHERE id = $1 AND state IN ('flow', 'queued', 'offered', 'active') AND NOT context ? 'visitorLeftAt'
      RETURNING conversation_id AS "conversationId", customer_id AS "customerId", state`,
    [interactionId, leftAt],
  )
  const [left] = rows
  if (!left) return
  const { state, ...ids } = left
  tx.emit({ type: 'conversation.changed', interactionId, ...ids, data: { visitor: 'left' } })
  await enqueueDeparture(tx, interactionId, leftAt, patience, state === 'active')
}

/** Marks as left every open chat of the tenant whose visitor is not among those present. For a start after a stop or crash. */
export async function markAbsent(tx: Tx, presentConversationIds: string[]): Promise<void> {
  const absent = await tx.query<{ id: string } & Patience>(
    `SELECT i.id, coalesce((a.config->>'graceSeconds')::int, 60) AS "graceSeconds", coalesce((a.config->>'idleMinutes')::int, 30) AS "idleMinutes"
       FROM interaction i JOIN channel_account a ON a.tenant_id = i.tenant_id AND a.id = i.channel_account_id
      WHERE i.channel = 'chat' AND i.state IN ('flow', 'queued', 'offered', 'active') AND i.context ? 'identityId'
        AND NOT i.context ? 'visitorLeftAt' AND NOT i.conversation_id = ANY($1::uuid[])`,
    [presentConversationIds],
  )
  for (const { id, ...patience } of absent) await markLeft(tx, id, patience)
}

/** They are back, in time or not: an ended chat stays ended. */
export async function markBack(tx: Tx, interactionId: string): Promise<void> {
  const [back] = await tx.query<{ conversationId: string; customerId: string }>(
    `UPDATE interaction SET context = context - 'visitorLeftAt' WHERE id = $1 AND context ? 'visitorLeftAt'
      RETURNING conversation_id AS "conversationId", customer_id AS "customerId"`,
    [interactionId],
  )
  if (back) tx.emit({ type: 'conversation.changed', interactionId, ...back, data: { visitor: 'back' } })
}

async function enqueueDeparture(
  tx: Tx,
  interactionId: string,
  leftAt: string,
  patience: Patience,
  active: boolean,
): Promise<void> {
  const seconds = active ? patience.idleMinutes * 60 : patience.graceSeconds
  const runAt = new Date(Date.parse(leftAt) + seconds * 1000)
  const payload = { interactionId, leftAt, ...patience }
  await enqueue(tx, 'webchatDeparture', payload, { runAt, key: `departure:${interactionId}` })
}

const Departure = z.object({
  interactionId: z.string(),
  leftAt: z.string(),
  graceSeconds: z.number(),
  idleMinutes: z.number(),
})

/** The job: gives the chat up if the visitor has been away since `leftAt` and the patience for its present state is used up. */
export async function giveUp(tx: Tx, payload: Record<string, unknown>): Promise<void> {
  const { interactionId, leftAt, graceSeconds, idleMinutes } = Departure.parse(payload)
  const row = await lockInteraction(tx, interactionId)
  if (!row || row.context.visitorLeftAt !== leftAt) return
  if (row.state === 'wrapUp' || row.state === 'ended') return
  const idleUntil = Date.parse(leftAt) + idleMinutes * 60_000
  if (row.state === 'active' && Date.now() < idleUntil)
    return enqueueDeparture(tx, interactionId, leftAt, { graceSeconds, idleMinutes }, true)
  await endInteraction(tx, interactionId, { outcome: 'handled', actorId: null })
}
