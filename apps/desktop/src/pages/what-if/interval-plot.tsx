import type { Figure, WhatIfRow } from '@centrala/api/what-if.ts'
import { clsx } from 'clsx'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/format.ts'
import { figure as words } from '../reports/figure.ts'
import { ceilingOf, UNITS } from './figures.ts'

interface IntervalPlotProps {
  figure: Figure
  rows: readonly { key: string; name: string; row: WhatIfRow; target?: number | null }[]
}

/** One figure for each queue: what the old rules and the changed ones make of it, with their intervals, and what really was. */
export function IntervalPlot({ figure, rows }: IntervalPlotProps) {
  const { t } = useTranslation('whatIf')
  const format = useFormat()
  const values = rows.flatMap(({ row }) => [
    row.truth[figure] ?? 0,
    row.before[figure]?.high ?? 0,
    row.after[figure]?.high ?? 0,
  ])
  const most = ceilingOf(figure, values)
  const place = (value: number) => `${Math.min(100, Math.max(0, (100 * value) / most))}%`
  const say = (value: number | null | undefined) => words(value, UNITS[figure], format)
  return (
    <figure aria-label={t('plot.label', { figure: t(`figure.${figure}`) })} className="flex flex-col gap-3">
      <ul className="flex flex-wrap gap-x-5 gap-y-1 text-muted text-xs">
        <li className="flex items-center gap-1.5">
          <Mark kind="before" /> {t('before')}
        </li>
        <li className="flex items-center gap-1.5">
          <Mark kind="after" /> {t('after')}
        </li>
        <li className="flex items-center gap-1.5">
          <Mark kind="truth" /> {t('truth')}
        </li>
      </ul>
      <ul className="flex flex-col gap-3">
        {rows.map(({ key, name, row }) => {
          const [before, after, truth] = [row.before[figure], row.after[figure], row.truth[figure]]
          return (
            <li key={key} className="grid items-center gap-x-4 gap-y-1 sm:grid-cols-[minmax(96px,160px)_1fr_120px]">
              <span className="truncate font-medium">{name}</span>
              <span aria-hidden className="relative block h-9 rounded-sm bg-sunken">
                {[25, 50, 75].map(at => (
                  <span key={at} className="absolute inset-y-0 w-px bg-line" style={{ left: `${at}%` }} />
                ))}
                {before && <Whisker kind="before" {...before} place={place} />}
                {after && <Whisker kind="after" {...after} place={place} />}
                {truth !== null && truth !== undefined && (
                  <span className="absolute inset-y-0 w-0 -translate-x-1/2" style={{ left: place(truth) }}>
                    <span className="absolute inset-y-1 -left-px w-0.5 bg-ink" />
                  </span>
                )}
              </span>
              <span className="figures whitespace-nowrap sm:text-right">
                {say(before?.mean)} → <span className="font-semibold">{say(after?.mean)}</span>
              </span>
            </li>
          )
        })}
        <li aria-hidden className="grid gap-x-4 sm:grid-cols-[minmax(96px,160px)_1fr_120px]">
          <span className="max-sm:hidden" />
          <span className="figures flex justify-between text-faint text-xs">
            <span>{say(0)}</span>
            <span>{say(most / 2)}</span>
            <span>{say(most)}</span>
          </span>
        </li>
      </ul>
    </figure>
  )
}

interface WhiskerProps {
  kind: 'before' | 'after'
  mean: number
  low: number
  high: number
  place: (value: number) => string
}

function Whisker({ kind, mean, low, high, place }: WhiskerProps) {
  const top = kind === 'before' ? 'top-2.5' : 'top-6.5'
  return (
    <>
      <span
        className={clsx('absolute h-0.5 -translate-y-1/2', top, kind === 'after' ? 'bg-accent' : 'bg-muted')}
        style={{ left: place(low), right: `calc(100% - ${place(high)})` }}
      />
      <span className={clsx('absolute -translate-x-1/2 -translate-y-1/2', top)} style={{ left: place(mean) }}>
        <Mark kind={kind} />
      </span>
    </>
  )
}

function Mark({ kind }: { kind: 'before' | 'after' | 'truth' }) {
  if (kind === 'truth') return <span aria-hidden className="block h-3 w-0.5 bg-ink" />
  return (
    <span
      aria-hidden
      className={clsx(
        'block size-2.5 rounded-full',
        kind === 'after' ? 'bg-accent' : 'bg-surface ring-2 ring-muted ring-inset',
      )}
    />
  )
}
