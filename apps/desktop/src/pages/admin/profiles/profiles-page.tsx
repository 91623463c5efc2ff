import { useQuery } from '@tanstack/react-query'
import { Split } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../components/badge.tsx'
import { ChannelIcon } from '../../../components/channel-icon.tsx'
import { queuesQuery } from '../../../configuration/configuration.ts'
import { ListPage } from '../form/list-page.tsx'
import { useOpen } from '../form/use-open.ts'
import { profilesQuery } from '../queries.ts'
import { channelsOf } from './capacity.ts'
import { ProfileDrawer } from './profile-drawer.tsx'

/** What kinds of work agents are given, and how much at once. */
export function ProfilesPage() {
  const { t } = useTranslation(['adminRouting', 'common'])
  const query = useQuery(profilesQuery)
  const queues = useQuery(queuesQuery).data
  const { open, show, close } = useOpen()
  const profile = query.data?.find(other => other.id === open)
  return (
    <ListPage
      title={t('profiles.title')}
      intro={t('profiles.intro')}
      icon={Split}
      query={query}
      addLabel={t('profiles.add')}
      empty={{ title: t('profiles.emptyTitle'), body: t('profiles.emptyBody') }}
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
          key: 'channels',
          label: t('profiles.atOnce'),
          cell: row => (
            <span className="flex flex-wrap gap-x-3">
              {channelsOf(row).map(({ channel, most }) => (
                <span key={channel} className="flex items-center gap-1" title={t(`common:channel.${channel}`)}>
                  <ChannelIcon channel={channel} className="text-muted" />
                  <span className="sr-only">{t(`common:channel.${channel}`)}</span>
                  <span className="figures">{most}</span>
                </span>
              ))}
            </span>
          ),
        },
        {
          key: 'queues',
          label: t('queues.title'),
          minor: true,
          cell: row =>
            row.queues.length === 0 ? (
              <Badge tone="warn">{t('profiles.noQueues')}</Badge>
            ) : (
              <span className="line-clamp-1 text-muted">
                {row.queues.map(entry => queues?.find(queue => queue.id === entry.queueId)?.name ?? '…').join(', ')}
              </span>
            ),
        },
        {
          key: 'agents',
          label: t('agents'),
          align: 'right',
          cell: row => row.agentCount,
          sortBy: row => row.agentCount,
        },
      ]}
    >
      {(open === 'new' || profile) && queues && (
        <ProfileDrawer key={open} profile={profile ?? null} queues={queues} onClose={close} />
      )}
    </ListPage>
  )
}
