import { type Fairness, getFairness } from '@centrala/api/report.ts'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Scale } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Chart } from '../../components/chart.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Section } from '../../components/page.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { type Column, Table } from '../../components/table.tsx'
import { clockDuration, useFormat } from '../../i18n/format.ts'
import { useCan } from '../../session/me.ts'
import { figure } from './figure.ts'
import { type Asked, freshness } from './queries.ts'

const fairnessQuery = ({ from, to, queueId }: Pick<Asked, 'from' | 'to' | 'queueId'>) =>
  queryOptions({
    queryKey: ['report', 'fairness', from, to, queueId],
    queryFn: () => api.call(getFairness, { query: { from, to, ...(queueId && { queueId }) } }),
    ...freshness(to),
    placeholderData: before => before,
  })

/** Whether work falls evenly on agents of equal skills, and whether anybody waits beyond all bounds. */
export function FairnessReport({ asked }: { asked: Asked }) {
  const { t } = useTranslation('reports')
  const report = useQuery(fairnessQuery(asked))
  if (report.isError && !report.data) return <ErrorState error={report.error} retry={() => void report.refetch()} />
  if (!report.data) return <SkeletonRows rows={8} />
  const { groups, waits } = report.data
  if (groups.length === 0 && waits.length === 0)
    return (
      <EmptyState icon={Scale} title={t('fairness.emptyTitle')}>
        {t('fairness.emptyBody')}
      </EmptyState>
    )
  const equals = groups.filter(group => group.agents.length > 1)
  const alone = groups.filter(group => group.agents.length === 1)
  return (
    <div className="flex flex-col gap-6">
      <Section title={t('fairness.idle')} hint={t('fairness.idleHint')}>
        <div className="flex flex-col gap-5">
          {equals.map(group => (
            <Group key={group.agents[0]?.agentId} group={group} />
          ))}
          {alone.length > 0 && <AgentTable title={t('fairness.alone')} agents={alone.flatMap(group => group.agents)} />}
          {groups.length === 0 && <p className="text-muted">{t('fairness.nobody')}</p>}
        </div>
      </Section>
      <Section title={t('fairness.waits')} hint={t('fairness.waitsHint')}>
        <Waits waits={waits} />
      </Section>
    </div>
  )
}

type GroupOf = Fairness['groups'][number]

function Group({ group }: { group: GroupOf }) {
  const { t } = useTranslation('reports')
  const format = useFormat()
  const { agents, variation, idleShare, profileName, skills } = group
  const title = [
    profileName ?? t('fairness.noProfile'),
    format.list(skills.map(skill => `${skill.name} ${skill.proficiency}`)),
  ]
    .filter(Boolean)
    .join(' · ')
  return (
    <article className="rounded-lg p-4 ring-1 ring-line ring-inset">
      <header className="mb-3 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h3 className="min-w-0 font-medium">{title}</h3>
        <p className="text-muted text-xs">
          {t('fairness.count', { count: agents.length })}
          {variation !== null && (
            <>
              {' · '}
              {t('fairness.variation')}{' '}
              <span className="figures font-semibold text-ink">
                {format.number(variation, { maximumFractionDigits: 3 })}
              </span>{' '}
              ({t(`fairness.verdict.${verdict(variation)}`)})
            </>
          )}
        </p>
      </header>
      <Chart
        label={t('fairness.chart', { group: title })}
        kind="bar"
        height={160}
        categories={agents.map(agent => agent.name)}
        series={[
          { name: t('fairness.idleShare'), values: agents.map(agent => agent.idleMs / agent.staffedMs) },
          ...(idleShare === null
            ? []
            : [{ name: t('fairness.average'), values: agents.map(() => idleShare), reference: true }]),
        ]}
        format={value => format.percent(value)}
      />
      <AgentTable title={title} agents={agents} quiet />
    </article>
  )
}

function AgentTable({ title, agents, quiet }: { title: string; agents: GroupOf['agents']; quiet?: boolean }) {
  const { t } = useTranslation('reports')
  const format = useFormat()
  const columns: Column<GroupOf['agents'][number]>[] = [
    { key: 'name', label: t('groupBy.agent'), cell: agent => agent.name, sortBy: agent => agent.name },
    {
      key: 'staffed',
      label: t('metric.staffedTime.name'),
      align: 'right',
      cell: agent => figure(agent.staffedMs, 'ms', format),
      sortBy: agent => agent.staffedMs,
    },
    {
      key: 'idle',
      label: t('metric.idleTime.name'),
      align: 'right',
      cell: agent => figure(agent.idleMs, 'ms', format),
      sortBy: agent => agent.idleMs,
    },
    {
      key: 'share',
      label: t('fairness.idleShare'),
      align: 'right',
      cell: agent => format.percent(agent.idleMs / agent.staffedMs),
      sortBy: agent => agent.idleMs / agent.staffedMs,
    },
    {
      key: 'inUse',
      label: t('metric.capacityInUse.name'),
      align: 'right',
      minor: true,
      cell: agent => figure(agent.capacityInUse, 'share', format),
      sortBy: agent => agent.capacityInUse,
    },
  ]
  return (
    <div>
      {!quiet && <h3 className="mb-1 font-medium">{title}</h3>}
      <Table label={title} columns={columns} rows={agents} rowKey={agent => agent.agentId} />
    </div>
  )
}

/** By chance alone a day's figures differ by some tenths; from there on something keeps work from some. */
const verdict = (variation: number) => (variation <= 0.1 ? 'even' : variation <= 0.35 ? 'fair' : 'uneven')

type Wait = Fairness['waits'][number]

function Waits({ waits }: { waits: Wait[] }) {
  const { t } = useTranslation(['reports', 'common'])
  const format = useFormat()
  const can = useCan()
  const columns: Column<Wait>[] = [
    {
      key: 'queue',
      label: t('groupBy.queue'),
      cell: wait => <span className="font-medium">{wait.queueName}</span>,
      sortBy: wait => wait.queueName,
    },
    { key: 'channel', label: t('groupBy.channel'), cell: wait => t(`common:channel.${wait.channel}`) },
    {
      key: 'waited',
      label: t('fairness.waited'),
      align: 'right',
      minor: true,
      cell: wait => format.number(wait.waited),
      sortBy: wait => wait.waited,
    },
    {
      key: 'median',
      label: t('fairness.median'),
      align: 'right',
      minor: true,
      cell: wait => clockDuration(wait.medianMs),
      sortBy: wait => wait.medianMs,
    },
    {
      key: 'p95',
      label: t('fairness.p95'),
      align: 'right',
      cell: wait => clockDuration(wait.p95Ms),
      sortBy: wait => wait.p95Ms,
    },
    {
      key: 'longest',
      label: t('fairness.longest'),
      align: 'right',
      cell: wait =>
        can('supervise.read') ? (
          <Link
            to="/supervisor"
            search={{ contact: wait.longestInteractionId }}
            className="text-accent-ink underline"
            title={format.dateTime(wait.longestAt)}
          >
            {clockDuration(wait.longestMs)}
          </Link>
        ) : (
          clockDuration(wait.longestMs)
        ),
      sortBy: wait => wait.longestMs,
    },
    {
      key: 'bound',
      label: t('fairness.bound'),
      align: 'right',
      cell: wait =>
        wait.boundSeconds === null ? (
          <span className="text-faint">{t('fairness.noBound')}</span>
        ) : (
          clockDuration(wait.boundSeconds * 1000)
        ),
      sortBy: wait => wait.boundSeconds,
    },
    {
      key: 'beyond',
      label: t('fairness.beyond'),
      align: 'right',
      cell: wait =>
        wait.boundSeconds === null ? (
          '–'
        ) : (
          <span className={wait.beyondBound > 0 ? 'font-medium text-warn-ink' : undefined}>
            {format.number(wait.beyondBound)}
          </span>
        ),
      sortBy: wait => wait.beyondBound,
    },
  ]
  return (
    <Table
      label={t('fairness.waits')}
      columns={columns}
      rows={waits}
      rowKey={wait => `${wait.queueId} ${wait.channel}`}
      empty={<p className="p-6 text-center text-muted">{t('fairness.noWaits')}</p>}
    />
  )
}
