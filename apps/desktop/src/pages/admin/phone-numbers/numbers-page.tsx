import { useQuery } from '@tanstack/react-query'
import { Hash } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../components/badge.tsx'
import { useQueueNames } from '../../../configuration/configuration.ts'
import { currentLocale } from '../../../i18n/i18n.ts'
import { ListPage } from '../form/list-page.tsx'
import { useOpen } from '../form/use-open.ts'
import { flowsQuery, numbersQuery } from '../phone-queries.ts'
import { languageName } from '../skills/languages.ts'
import { NumberDrawer } from './number-drawer.tsx'

/** The numbers that customers dial, and what they meet there. */
export function NumbersPage() {
  const { t } = useTranslation('adminPhone')
  const query = useQuery(numbersQuery)
  const flows = new Map((useQuery(flowsQuery).data ?? []).map(flow => [flow.id, flow.name]))
  const queues = useQueueNames()
  const { open, show, close } = useOpen()
  const number = query.data?.find(other => other.id === open)
  return (
    <ListPage
      title={t('numbers.title')}
      intro={t('numbers.intro')}
      icon={Hash}
      query={query}
      addLabel={t('numbers.add')}
      empty={{ title: t('numbers.emptyTitle'), body: t('numbers.emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => `${row.name} ${row.number}`}
      columns={[
        {
          key: 'number',
          label: t('numbers.number'),
          cell: row => (
            <span className="flex flex-col">
              <span className="figures font-medium">{row.number}</span>
              <span className="text-muted text-xs">{row.name}</span>
            </span>
          ),
          sortBy: row => row.number,
        },
        {
          key: 'goesTo',
          label: t('numbers.goesTo'),
          cell: row => {
            if (!row.active) return <Badge>{t('off')}</Badge>
            if (row.flowId) return flows.get(row.flowId) ?? '…'
            if (row.queueId) return queues.get(row.queueId) ?? '…'
            return <Badge tone="warn">{t('numbers.nowhere')}</Badge>
          },
        },
        {
          key: 'language',
          label: t('language'),
          minor: true,
          cell: row => (row.language ? languageName(row.language, currentLocale()) : t('companyLanguage')),
          sortBy: row => row.language,
        },
      ]}
    >
      {(open === 'new' || number) && <NumberDrawer key={open} number={number ?? null} onClose={close} />}
    </ListPage>
  )
}
