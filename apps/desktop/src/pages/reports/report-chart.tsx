import type { Report } from '@centrala/api/report.ts'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Chart } from '../../components/chart.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { useFormat } from '../../i18n/format.ts'
import { figure } from './figure.ts'
import type { MetricId } from './metric-id.ts'
import { type Asked, reportQuery } from './queries.ts'
import { useIntervalName } from './use-interval-name.ts'

/** One metric over the period, step by step. */
export function ReportChart({ asked, metricId }: { asked: Asked; metricId: string }) {
  const { t } = useTranslation('reports')
  const format = useFormat()
  const report = useQuery(reportQuery({ ...asked, groupBy: 'interval' })).data
  const nameOf = useIntervalName(asked.interval, asked.timeZone)
  if (!report) return <Skeleton className="h-56 w-full" />
  const metric = report.metrics.find(one => one.id === metricId) ?? report.metrics[0]
  if (!metric) return null
  const steps = withGaps(report)
  return (
    <Chart
      label={t('chart', { metric: t(`metric.${metric.id as MetricId}.name`) })}
      kind={metric.unit === 'count' ? 'bar' : 'line'}
      categories={steps.map(step => nameOf(step.key))}
      series={[
        {
          name: t(`metric.${metric.id as MetricId}.name`),
          values: steps.map(step => {
            const value = step.values[metric.id as keyof Report['total']] ?? null
            return value === null && metric.unit === 'count' ? 0 : value
          }),
        },
      ]}
      format={value => figure(value, metric.unit, format)}
    />
  )
}

const STEP_MS = { '15m': 900_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000, month: 2_678_400_000 }

/** Steps in which nothing happened have no row; the chart must not leave them out of the time. */
function withGaps(report: Report): Pick<Report['rows'][number], 'key' | 'values'>[] {
  const steps: Pick<Report['rows'][number], 'key' | 'values'>[] = []
  const size = STEP_MS[report.interval]
  let next = Date.parse(report.from)
  for (const row of report.rows) {
    const at = Date.parse(row.key)
    // A day may be an hour shorter or longer; a month up to three days.
    const slack =
      report.interval === 'month'
        ? 4 * 86_400_000
        : report.interval === '15m' || report.interval === 'hour'
          ? 0
          : 3_700_000
    while (report.interval !== 'month' && next + slack < at) {
      steps.push({ key: new Date(next).toISOString(), values: {} })
      next += size
    }
    steps.push(row)
    next = at + size
  }
  const end = Math.min(Date.parse(report.to), Date.now())
  for (; report.interval !== 'month' && next < end; next += size)
    steps.push({ key: new Date(next).toISOString(), values: {} })
  return steps
}
