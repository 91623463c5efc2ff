import { type AuditEntry, exportAuditEntries, listAuditActions, listAuditEntries } from '@centrala/api/audit.ts'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Download, ScrollText } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Combobox } from '../../../components/combobox.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { Input } from '../../../components/input.tsx'
import { Page } from '../../../components/page.tsx'
import { SkeletonRows } from '../../../components/skeleton.tsx'
import { Table } from '../../../components/table.tsx'
import { Toolbar } from '../../../components/toolbar.tsx'
import { agentsQuery } from '../../../configuration/configuration.ts'
import { useFormat } from '../../../i18n/format.ts'
import { useOpen } from '../form/use-open.ts'
import { useActionWords } from './action-words.ts'
import { EntryDrawer } from './entry-drawer.tsx'

const ANY = 'any'
const DAY_MS = 86_400_000

/** Who changed what, and when. */
export function AuditPage() {
  const { t } = useTranslation(['adminSecurity', 'common'])
  const format = useFormat()
  const words = useActionWords()
  const [action, setAction] = useState(ANY)
  const [userId, setUserId] = useState(ANY)
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const filter = {
    ...(action !== ANY && { action }),
    ...(userId !== ANY && { userId }),
    ...(from && { from: new Date(`${from}T00:00`).toISOString() }),
    ...(to && { to: new Date(Date.parse(`${to}T00:00`) + DAY_MS).toISOString() }),
  }
  const query = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) =>
      api.call(listAuditEntries, { query: { ...filter, limit: 100, ...(pageParam && { after: pageParam }) } }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    staleTime: 0,
  })
  const actions = useQuery({
    queryKey: ['audit', 'actions'],
    queryFn: () => api.call(listAuditActions),
    staleTime: 0,
  }).data
  const people = useQuery(agentsQuery).data ?? []
  const entries = query.data?.pages.flatMap(page => page.items) ?? []
  const { open, show, close } = useOpen()
  const entry = entries.find(other => other.id === open)
  return (
    <Page
      title={t('audit.title')}
      intro={t('audit.intro')}
      actions={
        <Button icon={Download} asChild>
          <a href={api.url(exportAuditEntries, { query: filter })} download>
            <Download size={16} aria-hidden />
            {t('audit.export')}
          </a>
        </Button>
      }
    >
      <Toolbar>
        <Combobox
          aria-label={t('audit.action')}
          value={action}
          onChange={setAction}
          options={[
            { value: ANY, label: t('audit.anyAction') },
            ...(actions?.actions ?? []).map(one => ({ value: one, label: words(one), hint: one })),
          ]}
          className="max-w-60"
        />
        <Combobox
          aria-label={t('audit.who')}
          value={userId}
          onChange={setUserId}
          options={[
            { value: ANY, label: t('audit.anybody') },
            ...people.map(one => ({ value: one.id, label: one.name })),
          ]}
          className="max-w-52"
        />
        <Input
          type="date"
          aria-label={t('audit.from')}
          value={from}
          onChange={event => setFrom(event.target.value)}
          className="figures max-w-38"
        />
        <span aria-hidden className="text-faint">
          –
        </span>
        <Input
          type="date"
          aria-label={t('audit.to')}
          value={to}
          onChange={event => setTo(event.target.value)}
          className="figures max-w-38"
        />
      </Toolbar>
      {query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows />
      ) : (
        <Table<AuditEntry>
          label={t('audit.title')}
          rows={entries}
          rowKey={row => row.id}
          onOpen={row => show(row.id)}
          selectedKey={open}
          empty={
            <EmptyState icon={ScrollText} title={t('audit.none')}>
              {t('audit.noneBody')}
            </EmptyState>
          }
          columns={[
            {
              key: 'at',
              label: t('audit.at'),
              width: 'w-44',
              cell: row => (
                <time dateTime={row.at} title={format.full(row.at)} className="figures whitespace-nowrap">
                  {format.dateTime(row.at)}
                </time>
              ),
            },
            { key: 'who', label: t('audit.who'), cell: row => row.user?.name ?? row.apiKey?.name ?? t('audit.system') },
            { key: 'action', label: t('audit.action'), cell: row => words(row.action) },
            { key: 'subject', label: t('audit.subject'), cell: row => row.subjectName ?? '–' },
            {
              key: 'address',
              label: t('audit.address'),
              minor: true,
              cell: row => <span className="figures text-muted">{row.address ?? '–'}</span>,
            },
          ]}
        />
      )}
      {query.hasNextPage && (
        <Button className="mt-3 self-center" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('common:showMore')}
        </Button>
      )}
      {entry && <EntryDrawer entry={entry} onClose={close} />}
    </Page>
  )
}
