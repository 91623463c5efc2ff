import { useQuery } from '@tanstack/react-query'
import { KeySquare } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { TimeAgo } from '../../../components/time-ago.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { ListPage } from '../form/list-page.tsx'
import { useOpen } from '../form/use-open.ts'
import { KeyDrawer } from './key-drawer.tsx'
import { KeyState } from './key-state.tsx'
import { NewKeyDrawer } from './new-key-drawer.tsx'
import { apiKeysQuery } from './queries.ts'

/** How other programs come in. */
export function KeysPage() {
  const { t } = useTranslation('adminSecurity')
  const query = useQuery(apiKeysQuery)
  const format = useFormat()
  const { open, show, close } = useOpen()
  const key = query.data?.find(other => other.id === open)
  return (
    <ListPage
      title={t('keys.title')}
      intro={t('keys.intro')}
      icon={KeySquare}
      query={query}
      addLabel={t('keys.add')}
      empty={{ title: t('keys.emptyTitle'), body: t('keys.emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => `${row.name} ${row.prefix}`}
      columns={[
        {
          key: 'name',
          label: t('name'),
          cell: row => (
            <span>
              <span className="block font-medium">{row.name}</span>
              <code className="block text-muted text-xs">{row.prefix}…</code>
            </span>
          ),
          sortBy: row => row.name,
        },
        { key: 'state', label: t('keys.state'), cell: row => <KeyState apiKey={row} /> },
        {
          key: 'used',
          label: t('keys.used'),
          cell: row => (row.lastUsedAt ? <TimeAgo at={row.lastUsedAt} /> : t('keys.never')),
          sortBy: row => row.lastUsedAt,
          minor: true,
        },
        {
          key: 'expires',
          label: t('keys.expires'),
          cell: row => (row.expiresAt ? format.date(row.expiresAt) : t('keys.neverExpires')),
          sortBy: row => row.expiresAt,
          minor: true,
        },
        { key: 'by', label: t('keys.by'), cell: row => row.createdBy?.name ?? '–', minor: true },
      ]}
    >
      {open === 'new' && <NewKeyDrawer onClose={close} />}
      {key && <KeyDrawer key={key.id} apiKey={key} onClose={close} />}
    </ListPage>
  )
}
