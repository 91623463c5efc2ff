import type { Metric } from '@centrala/api/report.ts'
import { Info } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Popover } from '../../components/popover.tsx'
import type { MetricId } from './metric-id.ts'

/** What a figure means, one press away from it: its formula and when a contact counts. */
export function Definition({ metric }: { metric: Metric }) {
  const { t } = useTranslation('reports')
  const id = metric.id as MetricId
  const name = t(`metric.${id}.name`)
  return (
    <Popover
      label={t('definition.of', { name })}
      align="start"
      className="w-80 max-w-[calc(100vw-24px)] p-3.5 text-left font-normal text-ink text-sm"
      trigger={
        <button
          type="button"
          aria-label={t('definition.of', { name })}
          className="ml-0.5 inline-grid size-6 place-items-center rounded-sm align-middle text-faint hover:bg-hover hover:text-ink pointer-coarse:size-8"
        >
          <Info size={13} aria-hidden />
        </button>
      }
    >
      <h3 className="font-semibold">{name}</h3>
      <p className="mt-1 whitespace-normal">{t(`metric.${id}.formula`)}</p>
      <p className="mt-2 whitespace-normal text-muted text-xs">
        <span className="font-medium">{t('definition.counts')}</span> {t(`metric.${id}.counted`)}
      </p>
      <p className="mt-2 text-faint text-xs">{t('definition.version', { version: metric.version })}</p>
    </Popover>
  )
}
