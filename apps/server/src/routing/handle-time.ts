import type { Database } from '@centrala/store/database.ts'

interface HandleTime {
  /** Agents signed in and not away who serve the queue. */
  agents: number
  /** Mean of what an agent spent on one, wrap-up included, over the last week; a plain guess where there was none. */
  handleMs: number
  slotsPerAgent: number
}

const FRESH_MS = 15_000
/** Before anything has been handled: five minutes, as a beginning. */
const GUESS_MS = 300_000

/** How fast a queue is served, as the estimate of a wait needs it; asked of the database at most every 15 seconds a queue. */
export function handleTimes(db: Database): (tenantId: string, queueId: string) => Promise<HandleTime> {
  const known = new Map<string, { at: number; value: Promise<HandleTime> }>()
  return (tenantId, queueId) => {
    const key = `${tenantId}/${queueId}`
    const before = known.get(key)
    if (before && Date.now() - before.at < FRESH_MS) return before.value
    const value = measure(db, tenantId, queueId)
    value.catch(() => known.delete(key))
    known.set(key, { at: Date.now(), value })
    return value
  }
}

async function measure(db: Database, tenantId: string, queueId: string): Promise<HandleTime> {
  const [row] = await db.tenant(tenantId, tx =>
    tx.query<{ agents: number; handleMs: number | null; slots: number | null }>(
      `SELECT (SELECT count(*)::int FROM presence p JOIN users u ON u.id = p.user_id
                 JOIN routing_profile_queue rq ON rq.routing_profile_id = u.routing_profile_id AND rq.queue_id = $1
                WHERE p.state = 'available') AS agents,
              (SELECT avg(spent)::float8 FROM (
                 SELECT extract(epoch FROM sum(ended_at - started_at)) * 1000 AS spent FROM segment
                  WHERE queue_id = $1 AND kind IN ('agent', 'hold', 'consult', 'wrapUp') AND ended_at IS NOT NULL AND started_at > now() - interval '7 days'
                  GROUP BY interaction_id ORDER BY max(started_at) DESC LIMIT 200) recent) AS "handleMs",
              (SELECT avg(greatest(1, floor(rp.capacity / greatest(1, coalesce((rp.weights ->> 'chat')::float8, 100)))))::float8
                 FROM routing_profile rp JOIN routing_profile_queue rq ON rq.routing_profile_id = rp.id WHERE rq.queue_id = $1) AS slots`,
      [queueId],
    ),
  )
  return { agents: row?.agents ?? 0, handleMs: row?.handleMs ?? GUESS_MS, slotsPerAgent: row?.slots ?? 1 }
}
