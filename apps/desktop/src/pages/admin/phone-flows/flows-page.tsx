import { useQuery } from '@tanstack/react-query'
import { Workflow } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../components/badge.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { ListPage } from '../form/list-page.tsx'
import { useOpen } from '../form/use-open.ts'
import { flowsQuery } from '../phone-queries.ts'
import { FlowPage } from './flow-page.tsx'

/** What callers meet before somebody answers; the one that is open takes the page. */
export function FlowsPage() {
  const { t } = useTranslation('adminPhone')
  const format = useFormat()
  const query = useQuery(flowsQuery)
  const { open, show, close } = useOpen()
  const flow = query.data?.find(other => other.id === open)
  if (open === 'new' || flow)
    return <FlowPage key={open === 'new' ? 'new' : flow?.id} flow={flow ?? null} onCreated={show} onClose={close} />
  return (
    <ListPage
      title={t('flows.title')}
      intro={t('flows.intro')}
      icon={Workflow}
      query={query}
      addLabel={t('flows.add')}
      empty={{ title: t('flows.emptyTitle'), body: t('flows.emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => row.name}
      columns={[
        {
          key: 'name',
          label: t('name'),
          cell: row => <span className="font-medium">{row.name}</span>,
          sortBy: row => row.name,
        },
        {
          key: 'numbers',
          label: t('numbers.title'),
          cell: row =>
            row.numbers.length === 0 ? (
              <Badge>{t('flows.unused')}</Badge>
            ) : (
              <span className="figures">{row.numbers.map(number => number.number).join(', ')}</span>
            ),
        },
        {
          key: 'speech',
          label: t('flows.speech'),
          minor: true,
          cell: row =>
            row.speech.waiting.length === 0 ? (
              <Badge tone="ok">{t('flows.spoken')}</Badge>
            ) : (
              <Badge tone={row.speech.sentence ? 'bad' : 'warn'}>
                {t('flows.waiting', { count: row.speech.waiting.length })}
              </Badge>
            ),
        },
        {
          key: 'changed',
          label: t('flows.changed'),
          minor: true,
          cell: row => format.dateTime(row.changedAt),
          sortBy: row => row.changedAt,
        },
      ]}
    />
  )
}
