import type { QueueNow } from '@centrala/api/supervise.ts'
import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Duration } from '../../components/duration.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { type Column, Table } from '../../components/table.tsx'
import { useFormat } from '../../i18n/format.ts'
import { isBelowPromise } from './problems.ts'

interface QueueTableProps {
  queues: readonly QueueNow[]
  selectedId: string | null
  onSelect: (queueId: string) => void
}

/** How each queue stands: what waits now, and how the day goes against the promise. */
export function QueueTable({ queues, selectedId, onSelect }: QueueTableProps) {
  const { t } = useTranslation('supervisor')
  const format = useFormat()
  const columns: Column<QueueNow>[] = [
    {
      key: 'name',
      label: t('queue.name'),
      cell: queue => <span className="font-medium">{queue.name}</span>,
      sortBy: queue => queue.name,
    },
    {
      key: 'waiting',
      label: t('queue.waiting'),
      align: 'right',
      hint: t('queue.waitingHint'),
      sortBy: queue => queue.waiting,
      cell: queue => (
        <span className={clsx(queue.waiting > 0 && 'font-semibold', queue.waiting === 0 && 'text-faint')}>
          {format.number(queue.waiting)}
        </span>
      ),
    },
    {
      key: 'longest',
      label: <Narrow>{t('queue.longest')}</Narrow>,
      align: 'right',
      hint: t('queue.longestHint'),
      sortBy: queue => (queue.longestWaitSince ? -Date.parse(queue.longestWaitSince) : null),
      cell: queue => <LongestWait queue={queue} />,
    },
    {
      key: 'agents',
      label: t('queue.agents'),
      align: 'right',
      minor: true,
      hint: t('queue.agentsHint'),
      sortBy: queue => queue.agentsFree,
      cell: queue => (
        <span className={clsx('whitespace-nowrap', queue.agentsAtWork === 0 && 'text-warn-ink')}>
          {t('queue.free', { free: queue.agentsFree, all: queue.agentsAtWork })}
        </span>
      ),
    },
    {
      key: 'serviceLevel',
      label: <Narrow>{t('queue.serviceLevel')}</Narrow>,
      align: 'right',
      hint: t('queue.serviceLevelHint'),
      sortBy: queue => queue.today.serviceLevel,
      cell: queue => <ServiceLevel queue={queue} />,
    },
    {
      key: 'lastHour',
      label: t('queue.lastHour'),
      hint: t('queue.lastHourHint'),
      minor: true,
      cell: queue => (
        <Sparkline
          values={queue.lastHour}
          range={[0, 1]}
          reference={queue.targetPercent / 100}
          label={t('queue.lastHourLabel', {
            levels: format.list(queue.lastHour.map(value => (value === null ? '–' : format.percent(value)))),
          })}
        />
      ),
    },
    {
      key: 'abandoned',
      label: t('queue.abandoned'),
      align: 'right',
      minor: true,
      hint: t('queue.abandonedHint'),
      sortBy: queue => queue.today.abandonmentRate,
      cell: queue => (queue.today.abandonmentRate === null ? '–' : format.percent(queue.today.abandonmentRate)),
    },
    {
      key: 'answered',
      label: t('queue.answered'),
      align: 'right',
      minor: true,
      hint: t('queue.answeredHint'),
      sortBy: queue => queue.today.answered,
      cell: queue => t('queue.ofOffered', { answered: queue.today.answered, offered: queue.today.offered }),
    },
  ]
  return (
    <Table
      label={t('queue.title')}
      columns={columns}
      rows={queues}
      rowKey={queue => queue.queueId}
      selectedKey={selectedId}
      onOpen={queue => onSelect(queue.queueId)}
      empty={<p className="p-6 text-center text-muted">{t('queue.none')}</p>}
    />
  )
}

/** A long heading over narrow figures. */
function Narrow({ children }: { children: ReactNode }) {
  return (
    <span className="inline-block max-w-28 whitespace-normal text-right leading-tight max-sm:max-w-20">{children}</span>
  )
}

function LongestWait({ queue: { longestWaitSince, overdue } }: { queue: QueueNow }) {
  const { t } = useTranslation('supervisor')
  if (!longestWaitSince) return <span className="text-faint">–</span>
  return (
    <span className="inline-flex items-baseline justify-end gap-1.5 whitespace-nowrap">
      {overdue > 0 && (
        <span className="font-medium text-bad-ink text-xs">
          <span className="max-sm:sr-only">{t('queue.overdue', { count: overdue })}</span>
          <span aria-hidden className="sm:hidden">
            {overdue} !
          </span>
        </span>
      )}
      <Duration since={longestWaitSince} {...(overdue > 0 ? { className: 'font-semibold' } : {})} />
    </span>
  )
}

function ServiceLevel({ queue }: { queue: QueueNow }) {
  const { t } = useTranslation('supervisor')
  const format = useFormat()
  const { serviceLevel } = queue.today
  if (serviceLevel === null) return <span className="text-faint">–</span>
  const below = isBelowPromise(queue)
  return (
    <span className="inline-flex items-baseline justify-end gap-1.5 whitespace-nowrap">
      <span className={clsx('font-medium', below && 'text-warn-ink')}>
        {below && <span aria-hidden>↓ </span>}
        {format.percent(Math.round(serviceLevel * 100) / 100)}
      </span>
      <span className="text-faint text-xs max-sm:sr-only">
        {t('queue.promise', { promise: format.percent(queue.targetPercent / 100) })}
      </span>
    </span>
  )
}
