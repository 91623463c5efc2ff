import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '../../components/error-state.tsx'
import { Page } from '../../components/page.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { part } from '../../part.ts'
import { AgentGrid } from './agent-grid.tsx'
import { ContactDrawer } from './contact-drawer.tsx'
import { ContactTable, NO_FILTER } from './contact-table.tsx'
import { ProblemList } from './problem-list.tsx'
import { findProblems } from './problems.ts'
import { type ContactFilter, channelsQuery, nowQuery, useLiveFigures } from './queries.ts'
import { QueueTable } from './queue-table.tsx'

const CallsTable = lazy(part(() => import('./calls-table.tsx')))

/** What goes on now: first what is wrong and why, then queues, agents and every single contact. */
export function SupervisorPage() {
  const { t } = useTranslation('supervisor')
  const { contact: openId = null } = useSearch({ from: '/frame/supervisor' })
  const navigate = useNavigate()
  const now = useQuery(nowQuery)
  const accounts = useQuery(channelsQuery).data ?? []
  const [filter, setFilter] = useState<ContactFilter>(NO_FILTER)
  const contacts = useRef<HTMLElement>(null)
  useLiveFigures()

  const show = (next: ContactFilter) => {
    setFilter(next)
    // On a narrow screen the contacts are far below what was pressed.
    if (innerWidth < 1280) contacts.current?.scrollIntoView({ block: 'start' })
  }
  const byQueue = (queueId: string) => show(filter.queueId === queueId ? NO_FILTER : { ...NO_FILTER, queueId })
  const byAgent = (agentId: string) => show(filter.agentId === agentId ? NO_FILTER : { ...NO_FILTER, agentId })
  const open = (contact: string | null) =>
    void navigate({ to: '/supervisor', search: contact ? { contact } : {}, replace: openId !== null })

  if (now.isError && !now.data) return <ErrorState error={now.error} retry={() => void now.refetch()} />
  return (
    <Page title={t('title')}>
      {now.data ? (
        <div className="mt-3 flex flex-col gap-5">
          <ProblemList
            problems={findProblems(now.data, accounts)}
            onQueue={queueId => show({ ...NO_FILTER, queueId })}
            onAgent={agentId => show({ ...NO_FILTER, agentId })}
          />
          <div className="grid gap-x-8 gap-y-6 xl:grid-cols-[minmax(0,1fr)_minmax(260px,30%)] xl:grid-rows-[auto_auto_1fr]">
            <section aria-labelledby="queues" className="min-w-0">
              <h2 id="queues" className="mb-1 font-semibold text-base">
                {t('queue.title')}
              </h2>
              <QueueTable queues={now.data.queues} selectedId={filter.queueId} onSelect={byQueue} />
            </section>
            <section aria-labelledby="agents" className="min-w-0 xl:col-start-2 xl:row-span-3 xl:row-start-1">
              <h2 id="agents" className="mb-2 font-semibold text-base">
                {t('agent.title')}
              </h2>
              <AgentGrid
                agents={now.data.agents}
                capacityInUse={now.data.capacityInUse}
                selectedId={filter.agentId}
                onSelect={byAgent}
              />
            </section>
            <Suspense fallback={null}>
              <CallsTable openId={openId} onOpen={open} />
            </Suspense>
            <section ref={contacts} aria-labelledby="contacts" className="min-w-0 scroll-mt-2 xl:col-start-1">
              <h2 id="contacts" className="font-semibold text-base">
                {t('contact.title')}
              </h2>
              <ContactTable
                now={now.data}
                filter={filter}
                onFilter={setFilter}
                openId={openId}
                onOpen={contact => open(contact.id)}
              />
            </section>
          </div>
        </div>
      ) : (
        <SkeletonRows rows={8} />
      )}
      <ContactDrawer id={openId} onClose={() => open(null)} />
    </Page>
  )
}
