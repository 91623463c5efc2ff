import type { Presence } from '@centrala/core/presence/presence.ts'
import { agentTime, type PresenceStretch } from '@centrala/core/report/agent-time.ts'
import { noTotals, type Part, type Totals } from '@centrala/core/report/totals.ts'
import type { Tx } from './database.ts'
import { NOBODY, TOTAL_COLUMNS } from './report-store.ts'

export type Step = '15m' | 'hour' | 'day' | 'week' | 'month'

export interface TotalsQuery {
  /** [from, to), whole quarters of an hour. */
  from: Date
  to: Date
  /** The present moment: what still goes on counts up to here. */
  now: Date
  groupBy: 'queue' | 'agent' | 'channel' | 'interval' | null
  /** With `interval`: its length, in `timeZone` (IANA). */
  step?: Step
  timeZone?: string
  queueId?: string | undefined
  agentId?: string | undefined
  channel?: string | undefined
}

export interface Sums {
  /** By queue id, agent id, channel or beginning of the interval (ISO), in that order; none when not grouped. */
  rows: { key: string; totals: Totals }[]
  /** Over everything that the filters leave, agents' time included where no queue and no channel is asked for. */
  total: Totals
}

/** Sums of totals over a period, groups and whole in one pass over the rollups. */
export async function sumTotals(tx: Tx, query: TotalsQuery): Promise<Sums> {
  const open = await openParts(tx, query)
  const names = TOTAL_COLUMNS.map(total => total.column)
  const values: unknown[] = [query.from, query.to, ...openColumns(open)]
  const bind = (value: unknown) => `$${values.push(value)}`
  const only = [
    query.queueId && `queue_id = ${bind(query.queueId)}`,
    query.agentId && `agent_id = ${bind(query.agentId)}`,
    query.channel && `channel = ${bind(query.channel)}`,
  ].filter(Boolean)
  // A sum of bigint is numeric and slow; as float8 whole numbers stay exact up to 2^53 (285,000 years in milliseconds).
  const sums = [...names, 'overdue'].map(name => `sum(${name}::float8) AS ${name}`)
  const rows = await tx.query<{ key: string | null; whole: boolean } & Record<string, number>>(
    `SELECT key, grouping(key) = 1 AS whole, ${sums.join(', ')}
       FROM (
         SELECT ${keyOf(query, bind)} AS key, * FROM (
           SELECT interval_start, queue_id, agent_id, channel, ${names.join(', ')}, overdue FROM report_rollup
            WHERE interval_start >= $1 AND interval_start < $2
           UNION ALL
           SELECT interval_start, queue_id, agent_id, channel, ${names.map(name => OPEN_COLUMNS[name] ?? '0').join(', ')}, overdue
             FROM unnest($3::timestamptz[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[])
               AS o (interval_start, queue_id, agent_id, channel, overdue, available_ms, busy_ms, wrap_up_presence_ms, not_responding_ms, away_ms, occupied_ms, load_ms)
         ) kept
         WHERE ${only.length > 0 ? only.join(' AND ') : 'true'}
       ) keyed
      GROUP BY GROUPING SETS ((key), ()) ORDER BY key`,
    values,
  )
  const result: Sums = { rows: [], total: noTotals() }
  for (const row of rows) {
    const totals = noTotals()
    for (const { name, column } of TOTAL_COLUMNS) totals[name] = Number(row[column])
    totals.overdue = Number(row.overdue)
    if (row.whole) result.total = totals
    else if (row.key !== null && row.key !== NOBODY && row.key !== '')
      result.rows.push({ key: query.groupBy === 'interval' ? new Date(row.key).toISOString() : row.key, totals })
  }
  return result
}

function keyOf({ groupBy, step = 'day', timeZone = 'UTC' }: TotalsQuery, bind: (value: unknown) => string): string {
  switch (groupBy) {
    case 'queue':
      return 'queue_id::text'
    case 'agent':
      return 'agent_id::text'
    case 'channel':
      return 'channel'
    case 'interval':
      return step === '15m'
        ? 'interval_start::text'
        : `date_trunc(${bind(step)}, interval_start, ${bind(timeZone)})::text`
    case null:
      return "''"
  }
}

/** The totals that something still open can add. */
const OPEN_TOTALS = [
  'overdue',
  'availableMs',
  'busyMs',
  'wrapUpPresenceMs',
  'notRespondingMs',
  'awayMs',
  'occupiedMs',
  'loadMs',
] as const
const OPEN_COLUMNS: Record<string, string> = Object.fromEntries(
  TOTAL_COLUMNS.filter(({ name }) => (OPEN_TOTALS as readonly string[]).includes(name)).map(({ column }) => [
    column,
    column,
  ]),
)

function openColumns(parts: Part[]): unknown[][] {
  return [
    parts.map(part => new Date(part.interval)),
    parts.map(part => part.queueId ?? NOBODY),
    parts.map(part => part.agentId ?? NOBODY),
    parts.map(part => part.channel ?? ''),
    ...OPEN_TOTALS.map(name => parts.map(part => part.totals[name] ?? 0)),
  ]
}

/** What rollups cannot hold, since it still goes on: waits beyond their target, and each agent's present state up to now. */
async function openParts(tx: Tx, { from, to, now }: TotalsQuery): Promise<Part[]> {
  const waits = await tx.query<{ interval: Date; queueId: string; channel: string; count: number }>(
    `SELECT date_bin('15 minutes', from_at, 'epoch') AS interval, queue_id AS "queueId", channel, count(*) AS count FROM report_stretch
      WHERE kind = 'wait' AND to_at IS NULL AND from_at >= $1 AND from_at < $2 AND from_at + target_ms * interval '1 ms' < $3
      GROUP BY 1, 2, 3`,
    [from, to, now],
  )
  const end = Math.min(now.getTime(), to.getTime())
  const presences = await tx.query<{ agentId: string; state: Presence; at: Date }>(
    `SELECT agent_id AS "agentId", state, at FROM (
       SELECT DISTINCT ON (agent_id) agent_id, state, at FROM report_presence ORDER BY agent_id, at DESC, seq DESC
     ) last WHERE state <> 'offline' AND at < $1`,
    [new Date(end)],
  )
  const since = Math.min(...presences.map(one => one.at.getTime()), end)
  const holds = await tx.query<{ agentId: string; from: Date; to: Date | null; share: number }>(
    `SELECT agent_id AS "agentId", from_at AS "from", to_at AS "to", share FROM report_stretch
      WHERE kind = 'hold' AND agent_id = ANY($1) AND (to_at IS NULL OR to_at > $2)`,
    [presences.map(one => one.agentId), new Date(since)],
  )
  const byAgent = Map.groupBy(holds, hold => hold.agentId)
  const time = presences.flatMap(({ agentId, state, at }) => {
    const stretch: PresenceStretch = { agentId, state, from: Math.max(at.getTime(), from.getTime()), to: end }
    const held = (byAgent.get(agentId) ?? []).map(hold => ({
      from: hold.from.getTime(),
      to: hold.to?.getTime() ?? null,
      share: hold.share,
    }))
    return agentTime([stretch], held)
  })
  return [
    ...waits.map(({ interval, queueId, channel, count }) => ({
      interval: interval.getTime(),
      queueId,
      agentId: null,
      channel,
      totals: { overdue: Number(count) },
    })),
    ...time,
  ]
}
