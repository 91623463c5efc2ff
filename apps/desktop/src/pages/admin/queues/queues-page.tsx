import type { Queue } from '@centrala/api/queue.ts'
import { useQuery } from '@tanstack/react-query'
import { Inbox } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../components/badge.tsx'
import { Checkbox } from '../../../components/checkbox.tsx'
import { agentsQuery } from '../../../configuration/configuration.ts'
import { ListPage } from '../form/list-page.tsx'
import { useOpen } from '../form/use-open.ts'
import { allQueuesQuery, hoursQuery } from '../queries.ts'
import { QueueDrawer } from './queue-drawer.tsx'

/** Where work waits, and by what rules. */
export function QueuesPage() {
  const { t } = useTranslation(['adminRouting', 'adminPolicy', 'common'])
  const [archived, setArchived] = useState(false)
  const all = useQuery(allQueuesQuery)
  const hours = useQuery(hoursQuery).data
  const agents = useQuery(agentsQuery).data
  const { open, show, close } = useOpen()
  const query = {
    ...all,
    data: all.data?.filter(queue => archived || queue.archivedAt === null),
  } as typeof all
  const queue = all.data?.find(other => other.id === open)
  const serving = (row: Queue) => agents?.filter(agent => agent.queueIds.includes(row.id)) ?? []
  return (
    <ListPage
      title={t('queues.title')}
      intro={t('queues.intro')}
      icon={Inbox}
      query={query}
      addLabel={t('queues.add')}
      empty={{ title: t('queues.emptyTitle'), body: t('queues.emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => row.name}
      filters={
        all.data?.some(row => row.archivedAt !== null) && (
          <Checkbox checked={archived} onChange={setArchived} label={t('queues.showArchived')} />
        )
      }
      columns={[
        {
          key: 'name',
          label: t('name'),
          cell: row => (
            <span className="flex items-center gap-2 font-medium">
              {row.name}
              {row.archivedAt !== null && <Badge>{t('queues.archived')}</Badge>}
            </span>
          ),
          sortBy: row => row.name,
        },
        {
          key: 'hours',
          label: t('hours.title'),
          cell: row => {
            const plan = hours?.find(other => other.id === row.hoursId)
            if (row.hoursId === null) return <span className="text-muted">{t('queues.alwaysOpen')}</span>
            return plan ? (
              <span className="flex items-center gap-2">
                {plan.name}
                <Badge tone={plan.openNow ? 'ok' : 'neutral'}>{t(plan.openNow ? 'hours.open' : 'hours.closed')}</Badge>
              </span>
            ) : null
          },
        },
        {
          key: 'agents',
          label: t('queues.whoNow'),
          cell: row => {
            const all = serving(row)
            if (agents && all.length === 0 && row.archivedAt === null)
              return <Badge tone="warn">{t('queues.nobody')}</Badge>
            const working = all.filter(agent => ['available', 'busy', 'wrapUp'].includes(agent.presence)).length
            return <span className="figures">{t('queues.workingOf', { working, all: all.length })}</span>
          },
        },
        {
          key: 'order',
          label: t('adminPolicy:preview.order'),
          minor: true,
          cell: row => t(`adminPolicy:order.by.${row.policy.order}`),
          sortBy: row => row.policy.order,
        },
        { key: 'steps', label: t('queues.steps'), align: 'right', minor: true, cell: row => row.steps.length },
        {
          key: 'priority',
          label: t('priority'),
          align: 'right',
          minor: true,
          cell: row => row.priority,
          sortBy: row => row.priority,
        },
      ]}
    >
      {(open === 'new' || queue) && <QueueDrawer key={open} queue={queue ?? null} onClose={close} />}
    </ListPage>
  )
}
