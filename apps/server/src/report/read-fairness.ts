import type { Fairness, getFairness } from '@centrala/api/report.ts'
import type { Query } from '@centrala/api/route.ts'
import type { Channel } from '@centrala/core/channel/channel.ts'
import { evennessOf } from '@centrala/core/report/fairness.ts'
import { INTERVAL_MS } from '@centrala/core/report/interval.ts'
import { metricOf } from '@centrala/core/report/metric.ts'
import type { Tx } from '@centrala/store/database.ts'
import { sumTotals } from '@centrala/store/report-query.ts'
import { KEEP_DAYS } from '@centrala/store/report-store.ts'
import { badQuery } from './bad-query.ts'

/** How evenly idle time fell on agents of equal profile and skills, and how long anyone waited, against the bounds of now. */
export async function readFairness(tx: Tx, query: Query<typeof getFairness>, now: Date): Promise<Fairness> {
  const from = quarter(query.from)
  const to = quarter(query.to)
  if (to <= from) throw badQuery('to', 'The end must be at least a quarter of an hour after the beginning.')
  const kept = new Date(now.getTime() - KEEP_DAYS * 86_400_000)
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    groups: await readGroups(tx, from, to, now, query.queueId),
    waits: await readWaits(tx, from, to, now, query.queueId),
    waitsSince: (from > kept ? from : kept).toISOString(),
  }
}

interface AgentRow {
  agentId: string
  name: string
  profileId: string | null
  profileName: string | null
  skills: { id: string; name: string; proficiency: number }[]
}

async function readGroups(tx: Tx, from: Date, to: Date, now: Date, queueId?: string): Promise<Fairness['groups']> {
  const { rows } = await sumTotals(tx, { from, to, now, groupBy: 'agent' })
  const totals = new Map(rows.map(row => [row.key, row.totals]))
  const agents = await tx.query<AgentRow>(
    `SELECT u.id AS "agentId", u.name, u.routing_profile_id AS "profileId", rp.name AS "profileName",
            coalesce((SELECT jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'proficiency', us.proficiency) ORDER BY s.name, s.id)
                        FROM user_skill us JOIN skill s ON s.tenant_id = us.tenant_id AND s.id = us.skill_id WHERE us.tenant_id = u.tenant_id AND us.user_id = u.id), '[]') AS skills
       FROM users u LEFT JOIN routing_profile rp ON rp.tenant_id = u.tenant_id AND rp.id = u.routing_profile_id
      WHERE u.id = ANY($1) AND ($2::uuid IS NULL OR EXISTS (SELECT 1 FROM routing_profile_queue rq
              WHERE rq.tenant_id = u.tenant_id AND rq.routing_profile_id = u.routing_profile_id AND rq.queue_id = $2))
      ORDER BY fold(u.name), u.id`,
    [[...totals.keys()], queueId ?? null],
  )
  const equal = Map.groupBy(agents, agent => JSON.stringify([agent.profileId, agent.skills]))
  const groups = Array.from(equal.values(), own => {
    const idle = own.flatMap(({ agentId, name }) => {
      const sum = totals.get(agentId)
      const staffedMs = sum && metricOf('staffedTime').compute(sum)
      if (!sum || !staffedMs) return []
      const capacityInUse = metricOf('capacityInUse').compute(sum)
      return [{ agentId, name, staffedMs, idleMs: metricOf('idleTime').compute(sum) ?? 0, capacityInUse }]
    })
    const [{ profileName = null, skills = [] } = {}] = own
    const named = skills.map(({ name, proficiency }) => ({ name, proficiency }))
    return { profileName, skills: named, agents: idle, ...evennessOf(idle) }
  })
  return groups.filter(group => group.agents.length > 0).sort((a, b) => b.agents.length - a.agents.length)
}

async function readWaits(tx: Tx, from: Date, to: Date, now: Date, queueId?: string): Promise<Fairness['waits']> {
  const rows = await tx.query<
    Omit<Fairness['waits'][number], 'longestAt' | 'channel'> & { longestAt: Date; channel: Channel }
  >(
    `SELECT queue_id AS "queueId", q.name AS "queueName", w.channel, count(*)::int AS waited,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS "medianMs", percentile_cont(0.95) WITHIN GROUP (ORDER BY ms) AS "p95Ms",
            max(ms) AS "longestMs", (array_agg(interaction_id ORDER BY ms DESC))[1] AS "longestInteractionId",
            (array_agg(from_at ORDER BY ms DESC))[1] AS "longestAt", (q.policy -> 'maxWaitSeconds' ->> w.channel)::float8 AS "boundSeconds",
            count(*) FILTER (WHERE ms > (q.policy -> 'maxWaitSeconds' ->> w.channel)::float8 * 1000)::int AS "beyondBound"
       FROM report_stretch w
       JOIN queue q ON q.tenant_id = w.tenant_id AND q.id = w.queue_id
       CROSS JOIN LATERAL (SELECT extract(epoch FROM coalesce(to_at, $3) - from_at)::float8 * 1000 AS ms) m
      WHERE kind = 'wait' AND from_at >= $1 AND from_at < least($2, $3) AND ($4::uuid IS NULL OR queue_id = $4)
      GROUP BY queue_id, q.name, w.channel, q.policy ORDER BY fold(q.name), w.channel`,
    [from, to, now, queueId ?? null],
  )
  return rows.map(row => ({ ...row, longestAt: row.longestAt.toISOString() }))
}

const quarter = (at: string): Date => new Date(Math.floor(Date.parse(at) / INTERVAL_MS) * INTERVAL_MS)
