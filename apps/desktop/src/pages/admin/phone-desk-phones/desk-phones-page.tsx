import type { DeskPhone, PhoneServer } from '@centrala/api/desk-phone.ts'
import { useQuery } from '@tanstack/react-query'
import { PhoneCall } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../components/badge.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { ListPage } from '../form/list-page.tsx'
import { useOpen } from '../form/use-open.ts'
import { deskPhonesQuery } from '../phone-queries.ts'
import { DeskPhoneDrawer, NewDeskPhone } from './desk-phone-drawer.tsx'
import { SetupDialog } from './setup-dialog.tsx'

/** SIP phones on desks or in apps, whose they are, and whether they are there. */
export function DeskPhonesPage() {
  const { t } = useTranslation('adminPhone')
  const format = useFormat()
  const query = useQuery({ ...deskPhonesQuery, select: answer => answer.items })
  const servers: readonly PhoneServer[] = useQuery({ ...deskPhonesQuery, select: answer => answer.servers }).data ?? []
  const { open, show, close } = useOpen()
  const [made, setMade] = useState<{ phone: DeskPhone; password: string } | null>(null)
  const phone = query.data?.find(other => other.id === open)
  return (
    <ListPage
      title={t('phones.title')}
      intro={t('phones.intro')}
      icon={PhoneCall}
      query={query}
      addLabel={t('phones.add')}
      empty={{ title: t('phones.emptyTitle'), body: t('phones.emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => `${row.name} ${row.userName} ${row.username} ${row.extension ?? ''}`}
      columns={[
        {
          key: 'user',
          label: t('phones.user'),
          cell: row => <span className="font-medium">{row.userName}</span>,
          sortBy: row => row.userName,
        },
        { key: 'name', label: t('phones.phone'), cell: row => row.name, sortBy: row => row.name },
        {
          key: 'extension',
          label: t('phones.extension'),
          cell: row => <span className="figures">{row.extension ?? '–'}</span>,
          sortBy: row => row.extension ?? '',
        },
        {
          key: 'state',
          label: t('state'),
          cell: row => (
            <span className="flex flex-wrap items-center gap-x-2">
              <Badge tone={row.registered ? 'ok' : 'neutral'}>
                {t(row.registered ? 'phones.registered' : 'phones.away')}
              </Badge>
              <span className="truncate text-muted text-xs">
                {row.userAgent ?? ''}
                {!row.registered &&
                  row.registeredAt &&
                  ` · ${t('phones.lastSeen', { at: format.dateTime(row.registeredAt) })}`}
              </span>
            </span>
          ),
          sortBy: row => (row.registered ? 0 : 1),
        },
      ]}
    >
      {open === 'new' && <NewDeskPhone onMade={setMade} onClose={close} />}
      {phone && <DeskPhoneDrawer key={phone.id} phone={phone} servers={servers} onMade={setMade} onClose={close} />}
      {made && <SetupDialog {...made} servers={servers} onClose={() => setMade(null)} />}
    </ListPage>
  )
}
