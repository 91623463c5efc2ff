import type { Trunk } from '@centrala/api/trunk.ts'
import { useQuery } from '@tanstack/react-query'
import { Cable } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../components/badge.tsx'
import { useSay } from '../../../i18n/use-say.ts'
import { ListPage } from '../form/list-page.tsx'
import { useOpen } from '../form/use-open.ts'
import { trunksQuery } from '../phone-queries.ts'
import { TrunkDrawer } from './trunk-drawer.tsx'

/** Lines to telephone providers, in the order in which they are tried, and how each is at this moment. */
export function TrunksPage() {
  const { t } = useTranslation('adminPhone')
  const say = useSay()
  const query = useQuery(trunksQuery)
  const { open, show, close } = useOpen()
  const trunk = query.data?.find(other => other.id === open)
  return (
    <ListPage
      title={t('trunks.title')}
      intro={t('trunks.intro')}
      icon={Cable}
      query={query}
      addLabel={t('trunks.add')}
      empty={{ title: t('trunks.emptyTitle'), body: t('trunks.emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => `${row.name} ${row.config.host}`}
      columns={[
        {
          key: 'name',
          label: t('name'),
          cell: row => (
            <span className="flex flex-col">
              <span className="font-medium">{row.name}</span>
              <span className="text-muted text-xs">
                {row.config.host} · {t(`trunks.mode.${row.config.mode}`)} · {row.config.transport.toUpperCase()}
              </span>
            </span>
          ),
          sortBy: row => row.name,
        },
        {
          key: 'state',
          label: t('state'),
          cell: row => (
            <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <TrunkState trunk={row} />
              <span className="line-clamp-2 text-muted text-xs">
                {row.active ? say(row.statePhrase, row.stateSentence) : ''}
              </span>
            </span>
          ),
          sortBy: row => row.state,
        },
        {
          key: 'calls',
          label: t('trunks.openCalls'),
          align: 'right',
          minor: true,
          cell: row => `${row.openCalls} / ${row.config.maxCalls}`,
          sortBy: row => row.openCalls,
        },
        {
          key: 'priority',
          label: t('trunks.priority'),
          align: 'right',
          minor: true,
          cell: row => row.config.priority,
          sortBy: row => row.config.priority,
        },
      ]}
    >
      {(open === 'new' || trunk) && <TrunkDrawer key={open} trunk={trunk ?? null} onClose={close} />}
    </ListPage>
  )
}

export function TrunkState({ trunk }: { trunk: Pick<Trunk, 'active' | 'state'> }) {
  const { t } = useTranslation('adminPhone')
  if (!trunk.active) return <Badge>{t('off')}</Badge>
  const tone = { connected: 'ok', connecting: 'warn', failing: 'bad', idle: 'neutral' } as const
  return <Badge tone={tone[trunk.state]}>{t(`trunks.states.${trunk.state}`)}</Badge>
}
