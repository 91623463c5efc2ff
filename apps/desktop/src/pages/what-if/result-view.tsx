import type { WhatIf, WhatIfResult } from '@centrala/api/what-if.ts'
import { clsx } from 'clsx'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Chart } from '../../components/chart.tsx'
import { Section } from '../../components/page.tsx'
import { Select } from '../../components/select.tsx'
import { useFormat } from '../../i18n/format.ts'
import { figure as words } from '../reports/figure.ts'
import { CHIEF, type Chief, UNITS } from './figures.ts'
import { IntervalPlot } from './interval-plot.tsx'
import { Change, ResultTable } from './result-table.tsx'

const ALL = 'all'

/** What would have been: figures to choose from, a plot for every queue, the course of one, and all of it as a table. */
export function ResultView({ run, result }: { run: WhatIf; result: WhatIfResult }) {
  const { t } = useTranslation('whatIf')
  const format = useFormat()
  const [chosen, setChosen] = useState<Chief>('serviceLevel')
  const changed = run.rules.queues[0]?.queueId
  const [queueId, setQueueId] = useState(changed && result.queues.some(one => one.queueId === changed) ? changed : ALL)
  const queue = result.queues.find(one => one.queueId === queueId)
  const row = queue?.row ?? result.total
  const rows = [
    ...result.queues.map(one => ({ key: one.queueId, name: one.name, row: one.row })),
    ...(result.queues.length > 1 ? [{ key: ALL, name: t('all'), row: result.total }] : []),
  ]
  return (
    <div className="flex flex-col">
      <Trust result={result} />
      <ul aria-label={t('chief')} className="mt-2 mb-5 grid grid-cols-[repeat(auto-fill,minmax(170px,1fr))] gap-2">
        {CHIEF.map(figure => (
          <li
            key={figure}
            className={clsx(
              'relative flex flex-col gap-0.5 rounded-lg px-3 py-2 ring-1 ring-inset transition-colors',
              figure === chosen ? 'bg-selected ring-accent' : 'ring-line hover:bg-hover',
            )}
          >
            <button
              type="button"
              aria-pressed={figure === chosen}
              onClick={() => setChosen(figure)}
              className="text-left text-muted text-xs after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
            >
              {t(`figure.${figure}`)}
            </button>
            <span className="figures text-lg tracking-tight">
              <span className="text-muted">{words(result.total.before[figure]?.mean, UNITS[figure], format)}</span>{' '}
              <span aria-hidden className="text-faint">
                →
              </span>{' '}
              <span className="font-semibold">{words(result.total.after[figure]?.mean, UNITS[figure], format)}</span>
            </span>
            <span className="text-xs">
              <Change figure={figure} row={result.total} />
            </span>
          </li>
        ))}
      </ul>
      <Section title={t(`figure.${chosen}`)} hint={t('plot.hint')}>
        <IntervalPlot figure={chosen} rows={rows} />
      </Section>
      <Section
        title={queue?.name ?? t('all')}
        hint={t('table.hint', { runs: result.runs })}
        actions={
          result.queues.length > 1 && (
            <Select
              aria-label={t('queue')}
              value={queueId}
              onChange={setQueueId}
              className="w-44!"
              options={[
                { value: ALL, label: t('all') },
                ...result.queues.map(one => ({ value: one.queueId, label: one.name })),
              ]}
            />
          )
        }
      >
        {queue && <Course queue={queue} />}
        <ResultTable title={queue?.name ?? t('all')} row={row} />
      </Section>
    </div>
  )
}

/** How far the figures may be believed: whether the router decides as it did, and what is missing. */
function Trust({ result }: { result: WhatIfResult }) {
  const { t } = useTranslation('whatIf')
  const { exact, notes, queues } = result
  const nameOf = (id: string | undefined) => queues.find(one => one.queueId === id)?.name
  return (
    <ul className="mt-3 flex flex-col gap-1.5">
      <li
        className={clsx(
          'rounded-md px-3 py-2 text-xs',
          exact.same ? 'bg-sunken text-muted' : 'bg-warn-soft text-warn-ink',
        )}
      >
        {exact.same
          ? t('exact.same', { count: exact.decisions })
          : t('exact.differs', { difference: exact.difference ?? '' })}
      </li>
      {notes.map(note => (
        <li key={`${note.code} ${note.queueId}`} className="rounded-md bg-warn-soft px-3 py-2 text-warn-ink text-xs">
          {nameOf(note.queueId) && <span className="font-medium">{nameOf(note.queueId)}: </span>}
          {t(`note.${note.code}`)}
        </li>
      ))}
    </ul>
  )
}

/** One queue through the period. */
function Course({ queue }: { queue: WhatIfResult['queues'][number] }) {
  const { t } = useTranslation('whatIf')
  const format = useFormat()
  const [what, setWhat] = useState<'serviceLevel' | 'waitMs'>('serviceLevel')
  const unit = what === 'serviceLevel' ? 'share' : 'ms'
  // From the first contact to the last: nights are not drawn.
  const first = queue.intervals.findIndex(one => one.offered > 0)
  const course = queue.intervals.slice(Math.max(0, first), queue.intervals.findLastIndex(one => one.offered > 0) + 1)
  const days = new Set(course.map(one => one.at.slice(0, 10))).size
  return (
    <div className="flex flex-col gap-2">
      <Select
        aria-label={t('course.what')}
        value={what}
        onChange={setWhat}
        className="w-72! max-sm:w-full!"
        options={(['serviceLevel', 'waitMs'] as const).map(one => ({ value: one, label: t(`course.${one}`) }))}
      />
      <Chart
        label={t('course.label', { figure: t(`course.${what}`), queue: queue.name })}
        kind="line"
        categories={course.map(one => (days > 1 ? format.dateTime(one.at) : format.time(one.at)))}
        series={[
          { name: t('after'), values: course.map(one => one[what].after) },
          { name: t('before'), values: course.map(one => one[what].before) },
          { name: t('truth'), values: course.map(one => one[what].truth), reference: true },
        ]}
        format={value => words(value, unit, format)}
      />
    </div>
  )
}
