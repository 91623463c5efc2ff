import type { Report } from '@centrala/api/report.ts'
import { useTranslation } from 'react-i18next'
import { type Column, Table } from '../../components/table.tsx'
import { useFormat } from '../../i18n/format.ts'
import { Definition } from './definition.tsx'
import { figure } from './figure.ts'
import type { MetricId } from './metric-id.ts'
import { useIntervalName } from './use-interval-name.ts'

type Row = Report['rows'][number]

/** The report itself: a row for each queue, agent, channel or step of time, and the period below. */
export function ReportTable({ report }: { report: Report }) {
  const { t } = useTranslation(['reports', 'common'])
  const format = useFormat()
  const intervalName = useIntervalName(report.interval, report.timeZone)
  const nameOf = (row: Row) => {
    if (report.groupBy === 'interval') return intervalName(row.key)
    if (report.groupBy === 'channel') return t(`common:channel.${row.key as 'chat'}`)
    return row.name ?? t('removed')
  }
  // A figure that this grouping cannot give is no column.
  const { groupBy } = report
  const metrics = report.metrics.filter(metric => groupBy === 'interval' || metric.by.includes(groupBy))
  const columns: Column<Row>[] = [
    {
      key: 'name',
      label: t(`groupBy.${groupBy}`),
      cell: row => <span className="whitespace-nowrap font-medium">{nameOf(row)}</span>,
      sortBy: row => (groupBy === 'interval' ? row.key : nameOf(row)),
    },
    ...metrics.map(
      (metric): Column<Row> => ({
        key: metric.id,
        label: (
          <span className="inline-block max-w-24 whitespace-normal text-right leading-tight">
            {t(`metric.${metric.id as MetricId}.name`)}
          </span>
        ),
        align: 'right',
        help: <Definition metric={metric} />,
        cell: row => figure(figureOf(row.values, metric.id), metric.unit, format),
        sortBy: row => figureOf(row.values, metric.id),
      }),
    ),
  ]
  return (
    <Table
      label={t('table')}
      columns={columns}
      rows={report.rows}
      rowKey={row => row.key}
      empty={<p className="p-8 text-center text-muted">{t('empty')}</p>}
      footer={
        report.rows.length > 0 && (
          <tr>
            <th scope="row" className="h-9 border-line-strong border-t px-3 text-left font-semibold">
              {t('total')}
            </th>
            {metrics.map(metric => (
              <td key={metric.id} className="figures h-9 border-line-strong border-t px-3 text-right">
                {figure(figureOf(report.total, metric.id), metric.unit, format)}
              </td>
            ))}
          </tr>
        )
      }
    />
  )
}

const figureOf = (values: Report['total'], id: string): number | null => values[id as keyof Report['total']] ?? null
