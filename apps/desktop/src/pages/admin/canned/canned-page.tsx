import { useQuery } from '@tanstack/react-query'
import { MessageSquareText } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { cannedRepliesQuery, useQueueNames } from '../../../configuration/configuration.ts'
import { LOCALES } from '../../../i18n/locale.ts'
import { ListPage } from '../form/list-page.tsx'
import { useOpen } from '../form/use-open.ts'
import { CannedDrawer } from './canned-drawer.tsx'

/** Texts that agents put in with a few keys. */
export function CannedPage() {
  const { t } = useTranslation('adminChannels')
  const query = useQuery(cannedRepliesQuery)
  const queues = useQueueNames()
  const { open, show, close } = useOpen()
  const reply = query.data?.find(other => other.id === open)
  return (
    <ListPage
      title={t('canned.title')}
      intro={t('canned.intro')}
      icon={MessageSquareText}
      query={query}
      addLabel={t('canned.add')}
      empty={{ title: t('canned.emptyTitle'), body: t('canned.emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => `${row.shortcut} ${row.name} ${row.text}`}
      columns={[
        {
          key: 'shortcut',
          label: t('canned.shortcut'),
          cell: row => <code className="font-mono">/{row.shortcut}</code>,
          sortBy: row => row.shortcut,
          width: 'w-40',
        },
        {
          key: 'name',
          label: t('name'),
          cell: row => (
            <span className="flex min-w-0 flex-col">
              <span className="font-medium">{row.name}</span>
              <span className="line-clamp-1 text-muted text-xs">{row.text}</span>
            </span>
          ),
          sortBy: row => row.name,
        },
        {
          key: 'locale',
          label: t('language'),
          minor: true,
          cell: row => LOCALES.find(one => one.code === row.locale)?.name ?? t('canned.anyLanguage'),
          sortBy: row => row.locale,
        },
        {
          key: 'queue',
          label: t('queue'),
          minor: true,
          cell: row => (row.queueId ? (queues.get(row.queueId) ?? '…') : t('canned.everyQueue')),
        },
      ]}
    >
      {(open === 'new' || reply) && <CannedDrawer key={open} reply={reply ?? null} onClose={close} />}
    </ListPage>
  )
}
