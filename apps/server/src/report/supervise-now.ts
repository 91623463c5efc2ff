import type { AgentNow, Now, QueueNow } from '@centrala/api/supervise.ts'
import type { Channel } from '@centrala/core/channel/channel.ts'
import { type Held, loadOverTime } from '@centrala/core/report/agent-time.ts'
import { metricOf } from '@centrala/core/report/metric.ts'
import { noTotals, type Totals } from '@centrala/core/report/totals.ts'
import type { Tx } from '@centrala/store/database.ts'
import { sumTotals } from '@centrala/store/report-query.ts'
import { guestsOf } from '../call/guests.ts'

/** Figures of the day are read from the rollups at most this often, however many screens ask. */
const TODAY_FOR_MS = 3000
const HOUR_STEPS = 12
const STEP_MS = 5 * 60_000
/** How many steps the service level of one point looks back over. */
const LOOK_BACK = 3

const NO_LOAD = Array.from({ length: HOUR_STEPS }, () => 0)

/** Who counts as being at work: neither gone nor failing to answer. */
const AT_WORK: ReadonlySet<string> = new Set(['available', 'busy', 'wrapUp'])

interface Today {
  at: number
  totals: Map<string, Totals>
  lastHour: Map<string, (number | null)[]>
  /** By agent. */
  loadHour: Map<string, number[]>
  capacityInUse: number | null
}
const today = new Map<string, Promise<Today>>()

/** Everything a supervisor's screen begins with. */
export async function readNow(tx: Tx, now: Date): Promise<Now> {
  const figures = await readToday(tx, now)
  const agents = await readAgents(tx, figures)
  const queues = await readQueues(tx, agents, figures, now)
  return { at: now.toISOString(), agents, queues, capacityInUse: { now: inUse(agents), today: figures.capacityInUse } }
}

function inUse(agents: AgentNow[]): number | null {
  const atWork = agents.filter(agent => AT_WORK.has(agent.state))
  const capacity = atWork.reduce((sum, agent) => sum + agent.capacity, 0)
  return capacity > 0 ? atWork.reduce((sum, one) => sum + Math.min(one.load, one.capacity), 0) / capacity : null
}

interface AgentRow extends Omit<AgentNow, 'since' | 'load' | 'loadHour' | 'held' | 'inCall'> {
  since: Date
  weights: Record<string, number>
}
interface HeldRow {
  agentId: string
  channel: Channel
  active: number
  wrapUp: number
  offered: number
  oldestSince: Date | null
}

async function readAgents(tx: Tx, { loadHour }: Today): Promise<AgentNow[]> {
  const rows = await tx.query<AgentRow>(
    `SELECT u.id AS "userId", u.name, t.name AS "teamName", coalesce(p.state, 'offline') AS state, p.reason_id AS "reasonId", r.name AS "reasonName",
            coalesce(p.since, u.created_at) AS since, p.next_state AS "nextState", coalesce(rp.capacity, 100) AS capacity, coalesce(rp.weights, '{}') AS weights,
            ARRAY(SELECT q.queue_id FROM routing_profile_queue q WHERE q.tenant_id = u.tenant_id AND q.routing_profile_id = u.routing_profile_id) AS "queueIds"
       FROM users u
       LEFT JOIN team t ON t.tenant_id = u.tenant_id AND t.id = u.team_id
       LEFT JOIN presence p ON p.tenant_id = u.tenant_id AND p.user_id = u.id
       LEFT JOIN presence_reason r ON r.tenant_id = u.tenant_id AND r.id = p.reason_id
       LEFT JOIN routing_profile rp ON rp.tenant_id = u.tenant_id AND rp.id = u.routing_profile_id
      WHERE u.deactivated_at IS NULL AND (u.routing_profile_id IS NOT NULL OR 'agent' = ANY(u.roles) OR p.state <> 'offline')
      ORDER BY fold(u.name), u.id`,
  )
  const held = await tx.query<HeldRow>(
    `SELECT agent_id AS "agentId", channel, count(*) FILTER (WHERE state = 'active') AS active, count(*) FILTER (WHERE state = 'wrapUp') AS "wrapUp",
            count(*) FILTER (WHERE state = 'offered') AS offered, min(answered_at) FILTER (WHERE state = 'active') AS "oldestSince"
       FROM interaction WHERE state IN ('active', 'wrapUp', 'offered') AND agent_id IS NOT NULL GROUP BY agent_id, channel ORDER BY channel`,
  )
  const guests = new Set(await guestsOf(tx, null))
  const byAgent = Map.groupBy(held, row => row.agentId)
  return rows.map(({ weights, ...row }) => {
    const own = byAgent.get(row.userId) ?? []
    return {
      ...row,
      since: row.since.toISOString(),
      inCall: guests.has(row.userId),
      loadHour: loadHour.get(row.userId) ?? NO_LOAD,
      load: own.reduce((sum, one) => sum + (weights[one.channel] ?? 0) * (one.active + one.wrapUp + one.offered), 0),
      held: own.map(({ agentId: _, ...one }) => ({ ...one, oldestSince: one.oldestSince?.toISOString() ?? null })),
    }
  })
}

interface QueueRow {
  queueId: string
  name: string
  targets: Record<string, number>
  targetPercent: number
}
interface WaitingRow {
  queueId: string
  channel: string
  waiting: number
  active: number
  overdue: number
  oldestId: string | null
  oldestAt: Date | null
}

async function readQueues(tx: Tx, agents: AgentNow[], { totals, lastHour }: Today, now: Date): Promise<QueueNow[]> {
  const queues = await tx.query<QueueRow>(
    `SELECT id AS "queueId", name, target_seconds AS targets, target_percent AS "targetPercent" FROM queue
      WHERE archived_at IS NULL OR EXISTS (SELECT 1 FROM interaction i WHERE i.tenant_id = queue.tenant_id AND i.queue_id = queue.id AND i.state IN ('queued', 'offered'))
      ORDER BY fold(name)`,
  )
  const open = await tx.query<WaitingRow>(
    `SELECT i.queue_id AS "queueId", i.channel, count(*) FILTER (WHERE waits) AS waiting, count(*) FILTER (WHERE i.state = 'active') AS active,
            count(*) FILTER (WHERE waits AND i.queued_at + (q.target_seconds ->> i.channel)::int * interval '1 s' < $1) AS overdue,
            (array_agg(i.id ORDER BY i.queued_at) FILTER (WHERE waits))[1] AS "oldestId", min(i.queued_at) FILTER (WHERE waits) AS "oldestAt"
       FROM interaction i JOIN queue q ON q.tenant_id = i.tenant_id AND q.id = i.queue_id
       CROSS JOIN LATERAL (SELECT i.state IN ('queued', 'offered') AS waits) w
      WHERE i.state IN ('queued', 'offered', 'active') GROUP BY 1, 2`,
    [now],
  )
  const byQueue = Map.groupBy(open, row => row.queueId)
  return queues.map(({ queueId, name, targets, targetPercent }) => {
    const rows = byQueue.get(queueId) ?? []
    const waiting = rows.filter(row => row.waiting > 0)
    const oldest = waiting.toSorted((a, b) => (a.oldestAt?.getTime() ?? 0) - (b.oldestAt?.getTime() ?? 0))[0]
    const mine = agents.filter(agent => agent.queueIds.includes(queueId))
    const sum = totals.get(queueId) ?? noTotals()
    const beyond = (row: WaitingRow) =>
      now.getTime() - (row.oldestAt?.getTime() ?? 0) - (targets[row.channel] ?? 0) * 1000
    const worst = waiting.filter(row => row.overdue > 0).sort((a, b) => beyond(b) - beyond(a))[0]
    return {
      queueId,
      name,
      waiting: rows.reduce((all, row) => all + row.waiting, 0),
      oldestInteractionId: oldest?.oldestId ?? null,
      longestWaitSince: oldest?.oldestAt?.toISOString() ?? null,
      overdue: rows.reduce((all, row) => all + row.overdue, 0),
      overdueSince: worst?.oldestAt?.toISOString() ?? null,
      overdueTargetSeconds: worst ? (targets[worst.channel] ?? null) : null,
      targetPercent,
      active: rows.reduce((all, row) => all + row.active, 0),
      agentsAtWork: mine.filter(agent => AT_WORK.has(agent.state)).length,
      agentsFree: mine.filter(
        agent =>
          (agent.state === 'available' || agent.state === 'busy') && agent.load < agent.capacity && !agent.inCall,
      ).length,
      today: {
        offered: sum.offered,
        answered: sum.answered,
        abandoned: sum.abandoned,
        serviceLevel: metricOf('serviceLevel').compute(sum),
        abandonmentRate: metricOf('abandonmentRate').compute(sum),
        averageSpeedOfAnswerMs: metricOf('averageSpeedOfAnswer').compute(sum),
      },
      lastHour: lastHour.get(queueId) ?? Array.from({ length: HOUR_STEPS }, () => null),
    }
  })
}

/** The day's figures, shared by everyone who asks within a few seconds. */
async function readToday(tx: Tx, now: Date): Promise<Today> {
  const known = await today.get(tx.tenantId)?.catch(() => undefined)
  if (known && Math.abs(now.getTime() - known.at) < TODAY_FOR_MS) return known
  const reading = computeToday(tx, now)
  today.set(tx.tenantId, reading)
  reading.catch(() => today.delete(tx.tenantId))
  return reading
}

async function computeToday(tx: Tx, now: Date): Promise<Today> {
  const [day] = await tx.query<{ from: Date }>(
    `SELECT date_trunc('day', $1::timestamptz, time_zone) AS "from" FROM tenant`,
    [now],
  )
  const from = day?.from ?? new Date(now.getTime() - 86_400_000)
  const to = new Date(now.getTime() + 15 * 60_000)
  const { rows, total } = await sumTotals(tx, { from, to, now, groupBy: 'queue' })
  const hourAgo = Math.floor(now.getTime() / STEP_MS) * STEP_MS - (HOUR_STEPS - 1) * STEP_MS
  const bins = await tx.query<{ queueId: string; bin: Date; decided: number; good: number }>(
    `SELECT queue_id AS "queueId", date_bin('5 minutes', from_at, 'epoch') AS bin, count(*) AS decided,
            count(*) FILTER (WHERE outcome = 'answered' AND (target_ms IS NULL OR to_at <= from_at + target_ms * interval '1 ms')) AS good
       FROM report_stretch
      WHERE kind = 'wait' AND from_at >= $1 AND outcome IS DISTINCT FROM 'shortAbandoned'
        AND (to_at IS NOT NULL OR from_at + target_ms * interval '1 ms' < $2)
      GROUP BY 1, 2`,
    [new Date(hourAgo - (LOOK_BACK - 1) * STEP_MS), now],
  )
  const lastHour = new Map<string, (number | null)[]>()
  for (const [queueId, own] of Map.groupBy(bins, bin => bin.queueId)) {
    const points = Array.from({ length: HOUR_STEPS }, (_, index) => {
      const end = hourAgo + index * STEP_MS
      const near = own.filter(({ bin }) => bin.getTime() <= end && bin.getTime() > end - LOOK_BACK * STEP_MS)
      const decided = near.reduce((all, bin) => all + bin.decided, 0)
      return decided > 0 ? near.reduce((all, bin) => all + bin.good, 0) / decided : null
    })
    lastHour.set(queueId, points)
  }
  return {
    at: now.getTime(),
    totals: new Map(rows.map(row => [row.key, row.totals])),
    lastHour,
    loadHour: await readLoads(tx, now),
    capacityInUse: metricOf('capacityInUse').compute(total),
  }
}

/** Each agent's load over the last hour, the present step up to now. */
async function readLoads(tx: Tx, now: Date): Promise<Map<string, number[]>> {
  const from = now.getTime() - HOUR_STEPS * STEP_MS
  const rows = await tx.query<{ agentId: string; from: Date; to: Date | null; share: number }>(
    `SELECT agent_id AS "agentId", from_at AS "from", to_at AS "to", share FROM report_stretch
      WHERE kind = 'hold' AND agent_id IS NOT NULL AND from_at < $2 AND (to_at IS NULL OR to_at > $1)`,
    [new Date(from), now],
  )
  const held = (row: (typeof rows)[number]): Held => ({
    from: row.from.getTime(),
    to: row.to?.getTime() ?? null,
    share: row.share,
  })
  return new Map(
    Map.groupBy(rows, row => row.agentId)
      .entries()
      .map(([agentId, own]) => [agentId, loadOverTime(own.map(held), from, STEP_MS, HOUR_STEPS)]),
  )
}
