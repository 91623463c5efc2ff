import type { Report } from '@centrala/api/report.ts'
import { clsx } from 'clsx'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/format.ts'
import { Definition } from './definition.tsx'
import { figure } from './figure.ts'
import type { MetricId } from './metric-id.ts'

interface TotalTilesProps {
  report: Report
  chosen: string
  onChoose: (metricId: string) => void
}

/** The period in a row of figures; a press draws one as the chart. */
export function TotalTiles({ report, chosen, onChoose }: TotalTilesProps) {
  const { t } = useTranslation('reports')
  const format = useFormat()
  return (
    <ul aria-label={t('totals')} className="grid grid-cols-[repeat(auto-fill,minmax(138px,1fr))] gap-2">
      {report.metrics.map(metric => {
        const on = metric.id === chosen
        return (
          <li
            key={metric.id}
            className={clsx(
              'relative flex flex-col gap-0.5 rounded-lg px-3 py-2 ring-1 ring-inset transition-colors',
              on ? 'bg-selected ring-accent' : 'bg-surface ring-line hover:bg-hover',
            )}
          >
            <span className="flex min-h-8 items-start justify-between gap-1 text-muted text-xs">
              <button
                type="button"
                aria-pressed={on}
                onClick={() => onChoose(metric.id)}
                className="text-left after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
              >
                {t(`metric.${metric.id as MetricId}.name`)}
              </button>
              <span className="relative z-1 -mt-0.5 -mr-1.5">
                <Definition metric={metric} />
              </span>
            </span>
            <span className="figures font-semibold text-xl tracking-tight">
              {figure(report.total[metric.id as keyof Report['total']], metric.unit, format)}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
