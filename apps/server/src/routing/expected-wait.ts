import type { Channel } from '@centrala/core/channel/channel.ts'
import {
  abandonRate,
  estimateByHistory,
  estimateWait,
  type WaitEstimate,
} from '@centrala/core/routing/estimate-wait.ts'
import type { Database } from '@centrala/store/database.ts'

export interface WaitAsked {
  queueId: string
  channel: Channel
  /** Place in line, from 1. */
  position: number
  /** How long it has waited already; 0 where that is not known. */
  waitedMs?: number
}

/** How a queue has been served lately on one channel. */
interface Pace {
  /** Agents signed in and not away who serve the queue, each by the part of their last four hours' work that was this queue's. */
  agents: number
  slotsPerAgent: number
  /** Mean from taking one to being free of it, wrap-up included, over the last week. */
  handleMs: number | null
  handled: number
  gaveUp: number
  waitedMs: number
  headSince: Date | null
  taken: { at: number; waitedMs: number }[]
}

const FRESH_MS = 15_000
/** From so many handlings on, rates are known well enough. */
const KNOWN = 10
/** Before anything has been handled: five minutes, as a beginning. */
const GUESS_MS = 300_000

/**
 * How long who stands at a place may wait yet: from rates where they are known, else from how long others have just waited, else from
 * a plain guess, with a range as wide as that deserves. The database is asked at most every 15 seconds a queue and channel.
 */
export function expectedWaits(db: Database): (tenantId: string, asked: WaitAsked) => Promise<WaitEstimate | null> {
  const known = new Map<string, { at: number; pace: Promise<Pace> }>()
  const paceOf = (tenantId: string, queueId: string, channel: Channel): Promise<Pace> => {
    const key = `${tenantId}/${queueId}/${channel}`
    const before = known.get(key)
    if (before && Date.now() - before.at < FRESH_MS) return before.pace
    const pace = measure(db, tenantId, queueId, channel)
    pace.catch(() => known.delete(key))
    known.set(key, { at: Date.now(), pace })
    return pace
  }
  return async (tenantId, { queueId, channel, position, waitedMs = 0 }) => {
    const pace = await paceOf(tenantId, queueId, channel)
    if (pace.agents <= 0) return null
    const { handleMs, handled, agents, slotsPerAgent, headSince, taken } = pace
    const rates = estimateWait({
      position,
      agents,
      slotsPerAgent,
      handleMs: handleMs ?? GUESS_MS,
      handled,
      abandonPerMs: abandonRate(pace),
    })
    if (handled >= KNOWN) return rates
    const headWaitedMs = headSince ? Date.now() - headSince.getTime() : 0
    return (
      estimateByHistory({ taken, headWaitedMs, waitedMs }) ??
      (rates && handled === 0 ? { ...rates, from: 'guess' } : rates)
    )
  }
}

async function measure(db: Database, tenantId: string, queueId: string, channel: Channel): Promise<Pace> {
  const [row] = await db.tenant(tenantId, tx =>
    tx.query<Pace>(
      `WITH serving AS (
         SELECT u.id, greatest(1, floor(rp.capacity / greatest(1, coalesce((rp.weights ->> $2)::float8, rp.capacity)))) AS slots
           FROM presence p
           JOIN users u ON u.tenant_id = p.tenant_id AND u.id = p.user_id
           JOIN routing_profile rp ON rp.tenant_id = u.tenant_id AND rp.id = u.routing_profile_id
           JOIN routing_profile_queue rq ON rq.tenant_id = rp.tenant_id AND rq.routing_profile_id = rp.id AND rq.queue_id = $1
          WHERE p.state IN ('available', 'busy', 'wrapUp')
       ), worked AS (
         SELECT agent_id, sum(ms) AS every, coalesce(sum(ms) FILTER (WHERE queue_id = $1), 0) AS own
           FROM report_stretch, LATERAL (SELECT extract(epoch FROM coalesce(to_at, now()) - from_at) * 1000 AS ms) m
          WHERE kind = 'hold' AND agent_id IN (SELECT id FROM serving) AND from_at > now() - interval '4 hours' GROUP BY agent_id
       ), handled AS (
         SELECT extract(epoch FROM to_at - from_at) * 1000 AS ms FROM report_stretch
          WHERE kind = 'hold' AND queue_id = $1 AND channel = $2 AND to_at IS NOT NULL AND from_at > now() - interval '7 days'
          ORDER BY from_at DESC LIMIT 300
       ), waited AS (
         SELECT outcome, from_at, to_at, extract(epoch FROM to_at - from_at) * 1000 AS ms FROM report_stretch
          WHERE kind = 'wait' AND queue_id = $1 AND channel = $2 AND to_at IS NOT NULL AND from_at > now() - interval '7 days'
          ORDER BY from_at DESC LIMIT 2000
       )
       SELECT (SELECT coalesce(sum((coalesce(own, 0) + 600000) / (coalesce(every, 0) + 600000)), 0)::float8
                 FROM serving LEFT JOIN worked ON agent_id = id) AS agents,
              (SELECT coalesce(avg(slots), 1)::float8 FROM serving) AS "slotsPerAgent",
              (SELECT avg(ms)::float8 FROM handled) AS "handleMs",
              (SELECT count(*)::int FROM handled) AS handled,
              (SELECT count(*)::int FROM waited WHERE outcome IN ('abandoned', 'shortAbandoned')) AS "gaveUp",
              (SELECT coalesce(sum(ms), 0)::float8 FROM waited) AS "waitedMs",
              (SELECT min(from_at) FROM report_stretch WHERE kind = 'wait' AND to_at IS NULL AND queue_id = $1 AND channel = $2) AS "headSince",
              (SELECT coalesce(jsonb_agg(jsonb_build_object('at', extract(epoch FROM to_at) * 1000, 'waitedMs', ms) ORDER BY to_at DESC), '[]')
                 FROM (SELECT * FROM waited WHERE outcome = 'answered' AND ms > 1000 AND to_at > now() - interval '2 hours'
                        ORDER BY to_at DESC LIMIT 12) recent) AS taken`,
      [queueId, channel],
    ),
  )
  return (
    row ?? {
      agents: 0,
      slotsPerAgent: 1,
      handleMs: null,
      handled: 0,
      gaveUp: 0,
      waitedMs: 0,
      headSince: null,
      taken: [],
    }
  )
}
