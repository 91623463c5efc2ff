import type { getReport, Report } from '@centrala/api/report.ts'
import type { Params, Query } from '@centrala/api/route.ts'
import { INTERVAL_MS } from '@centrala/core/report/interval.ts'
import {
  type Dimension,
  LIVE_METRICS,
  METRICS,
  type Metric,
  type MetricId,
  metricOf,
  REPORTS,
} from '@centrala/core/report/metric.ts'
import type { Totals } from '@centrala/core/report/totals.ts'
import type { Tx } from '@centrala/store/database.ts'
import { sumTotals } from '@centrala/store/report-query.ts'
import { badQuery } from './bad-query.ts'

/** Steps are limited so that a report stays readable and quick: at most this many rows over time. */
const MOST_STEPS = 3000
const STEP_MS = { '15m': INTERVAL_MS, hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000, month: 28 * 86_400_000 }

/** A report from the rollups, with what still goes on up to `now`. */
export async function readReport(
  tx: Tx,
  { id }: Params<typeof getReport>,
  query: Query<typeof getReport>,
  now: Date,
): Promise<Report> {
  const from = quarter(query.from)
  const to = quarter(query.to)
  if (to <= from) throw badQuery('to', 'The end must be at least a quarter of an hour after the beginning.')
  if (query.groupBy === 'interval' && (to.getTime() - from.getTime()) / STEP_MS[query.interval] > MOST_STEPS)
    throw badQuery(
      'interval',
      `That would be more than ${MOST_STEPS} rows. Choose longer intervals or a shorter period.`,
    )
  const { timeZone } = query.timeZone
    ? { timeZone: query.timeZone }
    : await tx.db.selectFrom('tenant').select('timeZone').executeTakeFirstOrThrow()
  const { queueId, agentId, channel, groupBy, interval } = query
  const asked = { from, to, now, queueId, agentId, channel, timeZone, step: interval }
  const filtered: Dimension[] = [
    ...(queueId ? (['queue'] as const) : []),
    ...(agentId ? (['agent'] as const) : []),
    ...(channel ? (['channel'] as const) : []),
  ]
  const { rows, total } = await sumTotals(tx, { ...asked, groupBy })
  const metrics = REPORTS[id].map(metricOf)
  const names = await namesOf(tx, groupBy)
  const reported = rows.map(row => ({
    key: row.key,
    name: names.get(row.key) ?? null,
    values: valuesOf(metrics, row.totals, groupBy === 'interval' ? filtered : [...filtered, groupBy]),
  }))
  if (groupBy !== 'interval') reported.sort((a, b) => (a.name ?? a.key).localeCompare(b.name ?? b.key))
  return {
    id,
    from: from.toISOString(),
    to: to.toISOString(),
    timeZone,
    groupBy,
    interval,
    metrics: metrics.map(define),
    rows: reported,
    total: valuesOf(metrics, total, filtered),
  }
}

/** A definition as the API tells it. */
export function define({ id, version, name, unit, formula, counted, better, by }: Omit<Metric, 'compute'>) {
  return { id, version, name, unit, formula, counted, better, by: [...by], live: false }
}
export const DEFINITIONS = [...METRICS.map(define), ...LIVE_METRICS.map(metric => ({ ...define(metric), live: true }))]

/** A figure that cannot be split or filtered this way is left empty rather than shown wrong. */
function valuesOf(metrics: Metric[], totals: Totals, by: readonly Dimension[]): Report['total'] {
  const value = (metric: Metric) => (by.every(one => metric.by.includes(one)) ? metric.compute(totals) : null)
  return Object.fromEntries(metrics.map(metric => [metric.id as MetricId, value(metric)]))
}

const quarter = (at: string): Date => new Date(Math.floor(Date.parse(at) / INTERVAL_MS) * INTERVAL_MS)

async function namesOf(tx: Tx, groupBy: Report['groupBy']): Promise<Map<string, string>> {
  if (groupBy !== 'queue' && groupBy !== 'agent') return new Map()
  const rows = await tx.query<{ id: string; name: string }>(
    groupBy === 'queue' ? 'SELECT id, name FROM queue' : 'SELECT id, name FROM users',
  )
  return new Map(rows.map(row => [row.id, row.name]))
}
