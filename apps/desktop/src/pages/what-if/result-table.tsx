import { FIGURES, type Figure, type WhatIfRow } from '@centrala/api/what-if.ts'
import { clsx } from 'clsx'
import { useTranslation } from 'react-i18next'
import { type Column, Table } from '../../components/table.tsx'
import { useFormat } from '../../i18n/format.ts'
import { figure as words } from '../reports/figure.ts'
import { UNITS, verdictOf } from './figures.ts'

/** Every figure of one queue, or of all: what was, what the model makes of the old rules and of the changed ones, and the difference. */
export function ResultTable({ title, row }: { title: string; row: WhatIfRow }) {
  const { t } = useTranslation('whatIf')
  const format = useFormat()
  const interval = (figure: Figure, which: 'before' | 'after') => {
    const estimate = row[which][figure]
    if (!estimate) return '–'
    const say = (value: number) => words(value, UNITS[figure], format)
    return (
      <span className="whitespace-nowrap">
        {say(roundOf(figure, estimate.mean))}
        <span className="ml-1.5 text-faint text-xs max-sm:block max-sm:ml-0">
          {say(roundOf(figure, estimate.low))} – {say(roundOf(figure, estimate.high))}
        </span>
      </span>
    )
  }
  const columns: Column<Figure>[] = [
    {
      key: 'figure',
      label: t('table.figure'),
      cell: figure => <span className="font-medium">{t(`figure.${figure}`)}</span>,
    },
    {
      key: 'truth',
      label: t('truth'),
      align: 'right',
      minor: true,
      cell: figure => words(row.truth[figure], UNITS[figure], format),
    },
    { key: 'before', label: t('before'), align: 'right', cell: figure => interval(figure, 'before') },
    { key: 'after', label: t('after'), align: 'right', cell: figure => interval(figure, 'after') },
    { key: 'change', label: t('table.change'), align: 'right', cell: figure => <Change figure={figure} row={row} /> },
  ]
  return <Table label={title} columns={columns} rows={FIGURES} rowKey={figure => figure} />
}

const roundOf = (figure: Figure, value: number): number => (UNITS[figure] === 'count' ? Math.round(value) : value)

/** By how much, and whether that is certain. */
export function Change({ figure, row }: { figure: Figure; row: WhatIfRow }) {
  const { t } = useTranslation('whatIf')
  const format = useFormat()
  const change = row.change[figure]
  const verdict = verdictOf(figure, change ?? null)
  if (!change || !verdict) return <span className="text-faint">–</span>
  const quiet = verdict === 'unsure' || verdict === 'none'
  const sign = change.mean > 0 ? '+' : change.mean < 0 ? '−' : '±'
  // Percentages differ by points of a percent, not by percents.
  const share = UNITS[figure] === 'share'
  const size = share
    ? t('points', { value: format.number(Math.abs(change.mean) * 100, { maximumFractionDigits: 1 }) })
    : words(Math.abs(roundOf(figure, change.mean)), UNITS[figure], format)
  return (
    <span
      className={clsx(
        'whitespace-nowrap',
        verdict === 'better' && 'font-medium text-ok-ink',
        verdict === 'worse' && 'font-medium text-bad-ink',
        quiet && 'text-muted',
      )}
    >
      {quiet ? '' : `${sign}${size} `}
      <span className="text-xs">{t(`verdict.${verdict}`)}</span>
    </span>
  )
}
