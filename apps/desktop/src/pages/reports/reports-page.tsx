import { exportReport, GROUPINGS } from '@centrala/api/report.ts'
import { usePrefetchQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { clsx } from 'clsx'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { useNow } from '../../components/clock.ts'
import { Combobox } from '../../components/combobox.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Page } from '../../components/page.tsx'
import { Select } from '../../components/select.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { Toolbar } from '../../components/toolbar.tsx'
import { agentsQuery, queuesQuery } from '../../configuration/configuration.ts'
import { useCan, useMe } from '../../session/me.ts'
import { AnswerList } from './answer-list.tsx'
import { askedOf, REPORTS, type ReportSearch } from './asked-of.ts'
import { FairnessReport } from './fairness-report.tsx'
import { dayOf, stepsFor } from './period.ts'
import { PeriodPicker } from './period-picker.tsx'
import { queryOf, reportQuery } from './queries.ts'
import { ReportChart } from './report-chart.tsx'
import { ReportTable } from './report-table.tsx'
import { TotalTiles } from './total-tiles.tsx'

const ALL = 'all'

/** Figures of any period, by queue, agent, channel and time, each with its definition. */
export function ReportsPage() {
  const { t } = useTranslation(['reports', 'common'])
  const { timeZone } = useMe().tenant
  const can = useCan()
  const search = useSearch({ from: '/frame/reports' })
  const navigate = useNavigate()
  const now = useNow(60_000)
  const { preset, days, asked } = askedOf(search, now, timeZone)
  const [metric, setMetric] = useState<string | null>(null)
  // Not a sum of totals: a page of its own within the same frame.
  const fairness = search.report === 'fairness'
  const report = useQuery({ ...reportQuery(asked), enabled: !fairness })
  // For the chart below the totals, which is not there before they are.
  usePrefetchQuery(reportQuery(fairness ? asked : { ...asked, groupBy: 'interval' }))
  const queues = useQuery(queuesQuery).data ?? []
  const agents = useQuery({ ...agentsQuery, enabled: can('conversation.read') }).data ?? []
  const change = (next: Partial<Record<keyof ReportSearch, string | null>>) => {
    const merged = Object.entries({ ...search, ...next }).filter((entry): entry is [string, string] =>
      Boolean(entry[1]),
    )
    void navigate({ to: '/reports', search: Object.fromEntries(merged), replace: true })
  }
  const metrics = report.data?.metrics ?? []
  const chosen = metrics.find(one => one.id === metric) ?? metrics[0]
  const csv = api.url(exportReport, { params: { id: asked.id }, query: queryOf(asked) })

  return (
    <Page
      title={t('title')}
      intro={t('intro', { timeZone: timeZone.replaceAll('_', ' ') })}
      actions={
        !fairness && (
          <Button asChild>
            <a href={csv} download>
              <Download size={15} aria-hidden />
              {t('csv')}
            </a>
          </Button>
        )
      }
    >
      <nav aria-label={t('kinds')} className="mt-3 flex gap-4 overflow-x-auto border-b">
        {[...REPORTS, 'fairness' as const].map(id => {
          const on = id === (fairness ? 'fairness' : asked.id)
          return (
            <button
              key={id}
              type="button"
              aria-current={on ? 'page' : undefined}
              onClick={() => change({ report: id, by: null })}
              className={clsx(
                'focus-inside -mb-px h-9 whitespace-nowrap border-b-2 font-medium pointer-coarse:h-11',
                on ? 'border-accent text-ink' : 'border-transparent text-muted hover:text-ink',
              )}
            >
              {t(`report.${id}`)}
            </button>
          )
        })}
      </nav>
      <Toolbar>
        <PeriodPicker
          preset={preset}
          days={days}
          today={dayOf(now, timeZone)}
          onChange={(next, own) =>
            change({ period: next, from: next === 'custom' ? own.from : null, to: next === 'custom' ? own.to : null })
          }
        />
        {!fairness && (
          <>
            <Select
              aria-label={t('groupBy.label')}
              className="w-40! max-sm:w-[calc(50%-4px)]!"
              value={asked.groupBy}
              onChange={by => change({ by })}
              options={GROUPINGS.map(by => ({ value: by, label: t(`groupBy.by.${by}`) }))}
            />
            <Select
              aria-label={t('step.label')}
              className="w-36! max-sm:w-[calc(50%-4px)]!"
              value={asked.interval}
              onChange={step => change({ step })}
              options={stepsFor(days).map(step => ({ value: step, label: t(`step.${step}`) }))}
            />
          </>
        )}
        <Select
          aria-label={t('groupBy.queue')}
          className="w-40! max-sm:w-[calc(50%-4px)]!"
          value={asked.queueId ?? ALL}
          onChange={queue => change({ queue: queue === ALL ? null : queue })}
          options={[
            { value: ALL, label: t('filter.queues') },
            ...queues.map(one => ({ value: one.id, label: one.name })),
          ]}
        />
        {!fairness && agents.length > 0 && (
          <Combobox
            aria-label={t('groupBy.agent')}
            className="w-40! max-sm:w-[calc(50%-4px)]!"
            value={asked.agentId ?? ALL}
            onChange={agent => change({ agent: agent === ALL ? null : agent })}
            options={[
              { value: ALL, label: t('filter.agents') },
              ...agents.map(one => ({ value: one.id, label: one.name })),
            ]}
          />
        )}
        {!fairness && (
          <Select
            aria-label={t('groupBy.channel')}
            className="w-36! max-sm:w-[calc(50%-4px)]!"
            value={asked.channel ?? ALL}
            onChange={channel => change({ channel: channel === ALL ? null : channel })}
            options={[
              { value: ALL, label: t('filter.channels') },
              ...(['chat', 'email', 'voice', 'form'] as const).map(one => ({
                value: one,
                label: t(`common:channel.${one}`),
              })),
            ]}
          />
        )}
      </Toolbar>
      {fairness && <FairnessReport asked={asked} />}
      {report.isError && !report.data && <ErrorState error={report.error} retry={() => void report.refetch()} />}
      {!fairness && report.isPending && <SkeletonRows rows={8} />}
      {!fairness && report.data && (
        <div className={clsx('flex flex-col gap-5 transition-opacity', report.isPlaceholderData && 'opacity-60')}>
          <TotalTiles report={report.data} chosen={chosen?.id ?? ''} onChoose={setMetric} />
          {chosen && <ReportChart asked={asked} metricId={chosen.id} />}
          <ReportTable report={report.data} />
          {asked.id === 'satisfaction' && <AnswerList asked={asked} />}
        </div>
      )}
    </Page>
  )
}
