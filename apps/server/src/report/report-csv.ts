import type { Report } from '@centrala/api/report.ts'
import { BYTE_ORDER_MARK, writeCsv } from '@centrala/core/report/csv.ts'
import type { Unit } from '@centrala/core/report/metric.ts'

const HEADS: Record<Report['groupBy'], string> = {
  queue: 'Queue',
  agent: 'Agent',
  channel: 'Channel',
  interval: 'From',
}

/** Times in seconds, shares as fractions: figures that a spreadsheet can go on with. */
const UNIT_HEADS: Record<Unit, string> = { count: '', share: ' (0–1)', ms: ' (s)', score: ' (1–5)' }

/** A report as CSV: one line of heads, one a row, and the total at the end. */
export function reportCsv(report: Report, bom: boolean): string {
  const heads = report.metrics.map(metric => `${metric.name}${UNIT_HEADS[metric.unit]}`)
  const line = (values: Report['total']) =>
    report.metrics.map(({ id, unit }) => {
      const value = values[id as keyof typeof values] ?? null
      return value === null ? null : unit === 'ms' ? Math.round(value / 100) / 10 : Math.round(value * 10_000) / 10_000
    })
  const label = (row: Report['rows'][number]) =>
    report.groupBy === 'interval' ? localTime(row.key, report.timeZone) : (row.name ?? row.key)
  return (
    (bom ? BYTE_ORDER_MARK : '') +
    writeCsv([
      [HEADS[report.groupBy], ...heads],
      ...report.rows.map(row => [label(row), ...line(row.values)]),
      ['Total', ...line(report.total)],
    ])
  )
}

/** `2026-03-29 09:15` in the report's time zone: what spreadsheets read as a date. */
function localTime(at: string, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(new Date(at))
}
