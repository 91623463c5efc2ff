import { useQuery } from '@tanstack/react-query'
import { LogIn } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../components/badge.tsx'
import { ListPage } from '../form/list-page.tsx'
import { useOpen } from '../form/use-open.ts'
import { ProviderDrawer } from './provider-drawer.tsx'
import { providersQuery } from './queries.ts'

/** Sign-in by the company’s own identity provider (OpenID Connect). */
export function ProvidersPage() {
  const { t } = useTranslation('adminSecurity')
  const query = useQuery({ ...providersQuery, select: answer => answer.items })
  const redirectUri = useQuery({ ...providersQuery, select: answer => answer.redirectUri }).data ?? ''
  const { open, show, close } = useOpen()
  const provider = query.data?.find(other => other.id === open)
  return (
    <ListPage
      title={t('providers.title')}
      intro={t('providers.intro')}
      icon={LogIn}
      query={query}
      addLabel={t('providers.add')}
      empty={{ title: t('providers.emptyTitle'), body: t('providers.emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => `${row.name} ${row.issuer}`}
      columns={[
        {
          key: 'name',
          label: t('name'),
          cell: row => <span className="font-medium">{row.name}</span>,
          sortBy: row => row.name,
        },
        {
          key: 'issuer',
          label: t('providers.issuer'),
          cell: row => <span className="text-muted">{row.issuer}</span>,
          minor: true,
        },
        { key: 'domains', label: t('providers.domains'), cell: row => row.domains.join(', ') },
        {
          key: 'state',
          label: t('keys.state'),
          cell: row => (row.active ? <Badge tone="ok">{t('keys.active')}</Badge> : <Badge>{t('providers.off')}</Badge>),
        },
      ]}
    >
      {(open === 'new' || provider) && (
        <ProviderDrawer key={open} provider={provider ?? null} redirectUri={redirectUri} onClose={close} />
      )}
    </ListPage>
  )
}
