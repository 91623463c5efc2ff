import type { Database } from '@centrala/store/database.ts'

/**
 * The plain way to give work out by SQL: for each free agent a transaction that takes the first waiting interaction of the agent's queues and skills
 * which nobody else is just taking, and writes what the router writes: offer, segments, receipt, event. An index in the order of the queue helps it.
 */
export const SKIP_LOCKED_INDEX =
  "CREATE INDEX bench_order ON interaction (tenant_id, priority DESC, queued_at) WHERE state = 'queued'"

/** Goes on until so many calls are given out or every agent was tried; returns how many were. */
export async function claimAll(
  db: Database,
  tenantId: string,
  { agentIds, calls, workers }: { agentIds: readonly string[]; calls: number; workers: number },
): Promise<number> {
  let made = 0
  let next = 0
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (made < calls && next < agentIds.length) if (await claim(db, tenantId, agentIds[next++] ?? '')) made++
    }),
  )
  return made
}

const CLAIM = `UPDATE interaction SET state = 'offered', agent_id = $1, offer_expires_at = now() + interval '600 seconds', version = version + 1
  WHERE tenant_id = current_tenant() AND id = (
    SELECT i.id FROM interaction i
     WHERE i.tenant_id = current_tenant() AND i.state = 'queued'
       AND i.queue_id IN (SELECT rq.queue_id FROM users u JOIN routing_profile_queue rq ON rq.tenant_id = u.tenant_id AND rq.routing_profile_id = u.routing_profile_id
                           JOIN queue q ON q.tenant_id = rq.tenant_id AND q.id = rq.queue_id
                          WHERE u.id = $1 AND NOT EXISTS (
                            SELECT 1 FROM jsonb_array_elements(q.steps -> 0 -> 'requirements') need
                             WHERE NOT EXISTS (SELECT 1 FROM user_skill us WHERE us.user_id = $1 AND us.skill_id = (need ->> 'skillId')::uuid
                                                  AND us.proficiency >= (need ->> 'minProficiency')::int)))
     ORDER BY i.priority DESC, i.queued_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING id, conversation_id AS "conversationId", customer_id AS "customerId", queue_id AS "queueId", version`

interface Claimed {
  id: string
  conversationId: string
  customerId: string
  queueId: string
  version: number
}

async function claim(db: Database, tenantId: string, agentId: string): Promise<boolean> {
  return db.tenant(tenantId, async tx => {
    const [free, [claimed]] = await Promise.all([
      tx.query(
        `SELECT 1 FROM presence p WHERE p.user_id = $1 AND p.state = 'available' AND p.next_state IS NULL
            AND NOT EXISTS (SELECT 1 FROM interaction h WHERE h.agent_id = $1 AND h.state IN ('offered', 'active', 'wrapUp')) FOR SHARE`,
        [agentId],
      ),
      tx.query<Claimed>(CLAIM, [agentId]),
    ])
    if (!claimed) return false
    if (free.length === 0) throw new Error('The agent is not free.')
    const at = new Date()
    const { id, version, ...of } = claimed
    await Promise.all([
      tx.query(
        'UPDATE segment SET ended_at = greatest($2, started_at), outcome = $3 WHERE interaction_id = $1 AND ended_at IS NULL',
        [id, at, 'offered'],
      ),
      tx.query(
        'INSERT INTO segment (interaction_id, kind, queue_id, agent_id, started_at) VALUES ($1, $2, $3, $4, $5)',
        [id, 'offer', of.queueId, agentId, at],
      ),
      tx.query('INSERT INTO receipt (interaction_id, agent_id, decided_at, decision) VALUES ($1, $2, $3, $4)', [
        id,
        agentId,
        at,
        JSON.stringify({ agentId, queueId: of.queueId, by: 'skip locked' }),
      ]),
    ])
    tx.emit({
      type: 'interaction.offered',
      at,
      interactionId: id,
      ...of,
      userId: agentId,
      data: { channel: 'voice', state: 'offered', version, expiresAt: at.getTime() + 600_000 },
    })
    return true
  })
}
