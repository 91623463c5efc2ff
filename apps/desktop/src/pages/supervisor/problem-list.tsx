import { clsx } from 'clsx'
import { CircleCheck, Clock, type LucideIcon, MailWarning, TrendingDown, UserRoundX, UsersRound } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/button.tsx'
import { Duration } from '../../components/duration.tsx'
import { clockDuration, useFormat } from '../../i18n/format.ts'
import { useSay } from '../../i18n/use-say.ts'
import { isBelowPromise, type Problem } from './problems.ts'

const ICONS: Record<Problem['kind'], LucideIcon> = {
  overdue: Clock,
  channel: MailWarning,
  unstaffed: UsersRound,
  serviceLevel: TrendingDown,
  notResponding: UserRoundX,
}

/** More than this at a glance is none. */
const MOST = 6

interface ProblemListProps {
  problems: readonly Problem[]
  onQueue: (queueId: string) => void
  onAgent: (agentId: string) => void
}

/** First what is wrong now, and why. A press leads to where one can act on it. */
export function ProblemList({ problems, onQueue, onAgent }: ProblemListProps) {
  const { t } = useTranslation('supervisor')
  const [all, setAll] = useState(false)
  const shown = all ? problems : problems.slice(0, MOST)
  if (problems.length === 0)
    return (
      <p className="flex items-center gap-2 rounded-lg bg-ok-soft px-3 py-2 font-medium text-ok-ink">
        <CircleCheck size={16} aria-hidden />
        {t('problem.none')}
      </p>
    )
  return (
    <ul aria-label={t('problem.title')} className="grid gap-2 sm:grid-cols-2 xl:grid-cols-3">
      {shown.map(problem => {
        const open = () => {
          if ('queue' in problem) onQueue(problem.queue.queueId)
          else if ('agent' in problem) onAgent(problem.agent.userId)
        }
        return (
          <li key={keyOf(problem)}>
            <Shell problem={problem} {...(problem.kind === 'channel' ? {} : { onPress: open })} />
          </li>
        )
      })}
      {problems.length > MOST && (
        <li>
          <Button look="ghost" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('problem.fewer') : t('problem.more', { count: problems.length - MOST })}
          </Button>
        </li>
      )}
    </ul>
  )
}

function Shell({ problem, onPress }: { problem: Problem; onPress?: () => void }) {
  const Icon = ICONS[problem.kind]
  const Tag = onPress ? 'button' : 'div'
  return (
    <Tag
      {...(onPress ? { type: 'button' as const, onClick: onPress } : {})}
      className={clsx(
        'flex h-full w-full items-start gap-2.5 rounded-lg px-3 py-2 text-left',
        problem.severity === 'bad' ? 'bg-bad-soft text-bad-ink' : 'bg-warn-soft text-warn-ink',
        onPress && 'transition-[filter] hover:brightness-97 dark:hover:brightness-110',
      )}
    >
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
      <Words problem={problem} />
    </Tag>
  )
}

function Words({ problem }: { problem: Problem }): ReactNode {
  const { t } = useTranslation('supervisor')
  const say = useSay()
  const format = useFormat()
  const lines = (title: ReactNode, detail: ReactNode) => (
    <span className="min-w-0">
      <span className="block font-semibold">{title}</span>
      <span className="block text-ink text-xs">{detail}</span>
    </span>
  )
  switch (problem.kind) {
    case 'overdue':
      return lines(
        t('problem.overdue', { count: problem.queue.overdue, queue: problem.queue.name }),
        <>
          {problem.queue.overdueSince && (
            <>
              {t('problem.longest')} <Duration since={problem.queue.overdueSince} />
              {problem.queue.overdueTargetSeconds !== null &&
                ` (${t('problem.target', { time: clockDuration(problem.queue.overdueTargetSeconds * 1000) })})`}
              {'. '}
            </>
          )}
          {t(`problem.why.${problem.why}`, { count: problem.queue.agentsAtWork })}
          {isBelowPromise(problem.queue) &&
            ` ${t('problem.serviceLevelAlso', {
              level: format.percent(Math.round((problem.queue.today.serviceLevel ?? 0) * 100) / 100),
              promise: format.percent(problem.queue.targetPercent / 100),
            })}`}
        </>,
      )
    case 'channel':
      return lines(
        t('problem.channel', { name: problem.account.name }),
        say(problem.account.statePhrase, problem.account.stateSentence),
      )
    case 'unstaffed':
      return lines(
        t('problem.unstaffed', { queue: problem.queue.name }),
        t('problem.unstaffedMore', { count: problem.queue.waiting }),
      )
    case 'serviceLevel':
      return lines(
        t('problem.serviceLevel', { queue: problem.queue.name }),
        t('problem.serviceLevelMore', {
          level: format.percent(Math.round((problem.queue.today.serviceLevel ?? 0) * 100) / 100),
          promise: format.percent(problem.queue.targetPercent / 100),
        }),
      )
    case 'notResponding':
      return lines(
        t('problem.notResponding', { name: problem.agent.name }),
        <>
          {t('problem.notRespondingMore')} <Duration since={problem.agent.since} />
        </>,
      )
  }
}

const keyOf = (problem: Problem): string =>
  problem.kind +
  ('queue' in problem ? problem.queue.queueId : 'agent' in problem ? problem.agent.userId : problem.account.id)
