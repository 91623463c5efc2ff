import { useQuery } from '@tanstack/react-query'
import { Clock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../components/badge.tsx'
import { queuesQuery } from '../../../configuration/configuration.ts'
import { ListPage } from '../form/list-page.tsx'
import { useOpen } from '../form/use-open.ts'
import { hoursQuery } from '../queries.ts'
import { HoursDrawer } from './hours-drawer.tsx'
import { zoneTime } from './zone-time.ts'

/** When customers can reach somebody. */
export function HoursPage() {
  const { t } = useTranslation('adminRouting')
  const query = useQuery(hoursQuery)
  const queues = useQuery(queuesQuery).data
  const { open, show, close } = useOpen()
  const hours = query.data?.find(other => other.id === open)
  return (
    <ListPage
      title={t('hours.title')}
      intro={t('hours.intro')}
      icon={Clock}
      query={query}
      addLabel={t('hours.add')}
      empty={{ title: t('hours.emptyTitle'), body: t('hours.emptyBody') }}
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
          key: 'now',
          label: t('hours.now'),
          cell: row => (
            <span className="flex items-center gap-2">
              <Badge tone={row.openNow ? 'ok' : 'neutral'}>{t(row.openNow ? 'hours.open' : 'hours.closed')}</Badge>
              {row.changesAt && (
                <span className="text-muted text-xs">
                  {t(row.openNow ? 'hours.closesAt' : 'hours.opensAt', { at: zoneTime(row.changesAt, row.timeZone) })}
                </span>
              )}
            </span>
          ),
          sortBy: row => Number(row.openNow),
        },
        { key: 'zone', label: t('hours.timeZone'), minor: true, cell: row => row.timeZone },
        {
          key: 'queues',
          label: t('queues.title'),
          minor: true,
          cell: row => (
            <span className="line-clamp-1 text-muted">
              {row.queueIds.map(id => queues?.find(queue => queue.id === id)?.name ?? '…').join(', ') || '–'}
            </span>
          ),
        },
      ]}
    >
      {(open === 'new' || hours) && <HoursDrawer key={open} hours={hours ?? null} onClose={close} />}
    </ListPage>
  )
}
