import { cancelWhatIf, deleteWhatIf, type WhatIf, type WhatIfSummary } from '@centrala/api/what-if.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ArrowLeft, FlaskConical, Plus, RotateCcw, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../api.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { confirm } from '../../components/confirm.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Page } from '../../components/page.tsx'
import { Progress } from '../../components/progress.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { type Column, Table } from '../../components/table.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { toast } from '../../components/toast.tsx'
import { useFormat } from '../../i18n/format.ts'
import { problemWords } from '../../i18n/problem-words.ts'
import { useCan } from '../../session/me.ts'
import { isOpen, whatIfQuery, whatIfsQuery } from './queries.ts'
import { ResultView } from './result-view.tsx'
import { type Begin, WhatIfDrawer } from './what-if-drawer.tsx'

const TONES = { waiting: 'neutral', running: 'accent', done: 'ok', failed: 'bad', cancelled: 'neutral' } as const

/** The past run again under other rules. */
export function WhatIfPage() {
  const { run: runId = null } = useSearch({ from: '/frame/what-if' })
  const navigate = useNavigate()
  const can = useCan()
  const [begin, setBegin] = useState<Begin | 'new' | null>(null)
  const show = (run: string | null) => void navigate({ to: '/what-if', search: run ? { run } : {} })
  return (
    <>
      {runId ? (
        <Run id={runId} onBack={() => show(null)} onAgain={setBegin} />
      ) : (
        <Runs onOpen={show} onNew={() => setBegin('new')} />
      )}
      {begin && can('routing.manage') && (
        <WhatIfDrawer
          begin={begin === 'new' ? null : begin}
          onClose={() => setBegin(null)}
          onStarted={run => {
            setBegin(null)
            show(run.id)
          }}
        />
      )}
    </>
  )
}

function Runs({ onOpen, onNew }: { onOpen: (id: string) => void; onNew: () => void }) {
  const { t } = useTranslation('whatIf')
  const format = useFormat()
  const can = useCan()
  const runs = useQuery(whatIfsQuery)
  const fresh = can('routing.manage') && (
    <Button look="primary" icon={Plus} onClick={onNew}>
      {t('new')}
    </Button>
  )
  const columns: Column<WhatIfSummary>[] = [
    {
      key: 'name',
      label: t('form.name'),
      cell: run => <span className="font-medium">{run.name}</span>,
      sortBy: run => run.name,
    },
    {
      key: 'period',
      label: t('form.period'),
      minor: true,
      cell: run => periodOf(run, format),
      sortBy: run => run.from,
    },
    {
      key: 'state',
      label: t('state.title'),
      cell: run =>
        run.state === 'running' ? (
          <span className="flex w-32 items-center gap-2">
            <Progress value={run.progress} label={t('state.progressOf', { name: run.name })} />
            <span className="figures text-muted text-xs">{format.percent(Math.round(run.progress * 100) / 100)}</span>
          </span>
        ) : (
          <Badge tone={TONES[run.state]}>{t(`state.${run.state}`)}</Badge>
        ),
    },
    { key: 'by', label: t('by'), minor: true, cell: run => run.createdBy?.name ?? '–' },
    {
      key: 'at',
      label: t('at'),
      align: 'right',
      cell: run => <TimeAgo at={run.createdAt} />,
      sortBy: run => run.createdAt,
    },
  ]
  return (
    <Page title={t('title')} intro={t('intro')} actions={runs.data && runs.data.items.length > 0 && fresh}>
      {runs.isError && !runs.data && <ErrorState error={runs.error} retry={() => void runs.refetch()} />}
      {runs.isPending && <SkeletonRows rows={5} />}
      {runs.data?.items.length === 0 && (
        <EmptyState icon={FlaskConical} title={t('emptyTitle')} action={fresh}>
          {t('emptyBody')}
        </EmptyState>
      )}
      {runs.data && runs.data.items.length > 0 && (
        <div className="mt-4">
          <Table
            label={t('last')}
            columns={columns}
            rows={runs.data.items}
            rowKey={run => run.id}
            onOpen={run => onOpen(run.id)}
          />
        </div>
      )}
    </Page>
  )
}

const periodOf = ({ from, to }: Pick<WhatIf, 'from' | 'to'>, format: ReturnType<typeof useFormat>): string =>
  `${format.dateTime(from)} – ${format.dateTime(to)}`

function Run({ id, onBack, onAgain }: { id: string; onBack: () => void; onAgain: (begin: Begin) => void }) {
  const { t } = useTranslation(['whatIf', 'common'])
  const format = useFormat()
  const can = useCan()
  const query = useQuery(whatIfQuery(id))
  const run = query.data
  const refresh = () => void queries.invalidateQueries({ queryKey: whatIfsQuery.queryKey })
  const onError = (failure: unknown) => toast({ tone: 'bad', title: problemWords(failure) })
  const cancel = useMutation({
    mutationFn: () => api.call(cancelWhatIf, { params: { id } }),
    onSuccess: refresh,
    onError,
  })
  const remove = useMutation({
    mutationFn: () => api.call(deleteWhatIf, { params: { id } }),
    onSuccess: () => {
      onBack()
      refresh()
    },
    onError,
  })
  const back = (
    <Button look="ghost" icon={ArrowLeft} onClick={onBack}>
      {t('last')}
    </Button>
  )
  if (query.isError && !run)
    return (
      <Page title={t('title')} actions={back}>
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      </Page>
    )
  if (!run)
    return (
      <Page title={t('title')} actions={back}>
        <SkeletonRows rows={8} />
      </Page>
    )
  return (
    <Page
      title={run.name}
      intro={periodOf(run, format)}
      actions={
        <>
          {back}
          {can('routing.manage') && (
            <>
              {isOpen(run) ? (
                <Button icon={X} busy={cancel.isPending} onClick={() => cancel.mutate()}>
                  {t('cancelRun')}
                </Button>
              ) : (
                <Button icon={RotateCcw} onClick={() => onAgain({ name: run.name, rules: run.rules })}>
                  {t('again')}
                </Button>
              )}
              <Button
                look="ghost"
                icon={Trash2}
                onClick={() =>
                  confirm({
                    title: t('deleteTitle', { name: run.name }),
                    body: t('deleteBody'),
                    action: t('common:delete'),
                    danger: true,
                    run: async () => void (await remove.mutateAsync()),
                  })
                }
              >
                {t('common:delete')}
              </Button>
            </>
          )}
        </>
      }
    >
      {isOpen(run) && (
        <div role="status" className="mx-auto mt-16 flex w-full max-w-md flex-col gap-2 text-center">
          <p className="font-medium">{t(run.state === 'waiting' ? 'state.waitingLong' : 'state.runningLong')}</p>
          <Progress value={run.progress} label={t('state.progressOf', { name: run.name })} />
          <p className="text-muted text-xs">{t('state.leave')}</p>
        </div>
      )}
      {run.state === 'failed' && (
        <EmptyState icon={FlaskConical} title={t('state.failedLong')}>
          {run.problem}
        </EmptyState>
      )}
      {run.state === 'cancelled' && <EmptyState icon={FlaskConical} title={t('state.cancelledLong')} />}
      {run.result && <ResultView run={run} result={run.result} />}
    </Page>
  )
}
