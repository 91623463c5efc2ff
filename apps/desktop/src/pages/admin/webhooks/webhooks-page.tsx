import type { Webhook as Hook } from '@centrala/api/webhook.ts'
import { useQuery } from '@tanstack/react-query'
import { Webhook } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../components/badge.tsx'
import { Button } from '../../../components/button.tsx'
import { CopyBlock } from '../../../components/copy-block.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { TimeAgo } from '../../../components/time-ago.tsx'
import { ListPage } from '../form/list-page.tsx'
import { useOpen } from '../form/use-open.ts'
import { webhooksQuery } from '../queries.ts'
import { WebhookDrawer } from './webhook-drawer.tsx'

/** Other systems that are told what happens here. */
export function WebhooksPage() {
  const { t } = useTranslation('adminWebhooks')
  const query = useQuery(webhooksQuery)
  const { open, show, close } = useOpen()
  const [secret, setSecret] = useState<string | null>(null)
  const hook = query.data?.find(other => other.id === open)
  return (
    <ListPage
      title={t('title')}
      intro={t('intro')}
      icon={Webhook}
      query={query}
      addLabel={t('add')}
      empty={{ title: t('emptyTitle'), body: t('emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => `${row.name} ${row.url}`}
      columns={[
        {
          key: 'name',
          label: t('name'),
          cell: row => (
            <span className="flex min-w-0 flex-col">
              <span className="font-medium">{row.name}</span>
              <span className="line-clamp-1 text-muted text-xs">{row.url}</span>
            </span>
          ),
          sortBy: row => row.name,
        },
        { key: 'state', label: t('state'), cell: row => <HookState hook={row} /> },
        { key: 'events', label: t('events'), align: 'right', minor: true, cell: row => row.events.length },
        { key: 'waiting', label: t('waiting'), align: 'right', cell: row => row.waiting, sortBy: row => row.waiting },
        {
          key: 'last',
          label: t('lastDelivered'),
          minor: true,
          cell: row => (row.lastDeliveredAt ? <TimeAgo at={row.lastDeliveredAt} /> : '–'),
          sortBy: row => row.lastDeliveredAt,
        },
      ]}
    >
      {(open === 'new' || hook) && (
        <WebhookDrawer key={open} hook={hook ?? null} onClose={close} onSecret={setSecret} />
      )}
      {secret && (
        <Dialog
          open
          onClose={() => setSecret(null)}
          title={t('secretTitle')}
          description={t('secretBody')}
          footer={
            <Button look="primary" onClick={() => setSecret(null)}>
              {t('secretKept')}
            </Button>
          }
        >
          <CopyBlock text={secret} label={t('secretTitle')} />
        </Dialog>
      )}
    </ListPage>
  )
}

export function HookState({ hook }: { hook: Hook }) {
  const { t } = useTranslation('adminWebhooks')
  if (!hook.active) return <Badge tone={hook.stateSentence ? 'bad' : 'neutral'}>{t('off')}</Badge>
  return hook.failingSince ? <Badge tone="warn">{t('failing')}</Badge> : <Badge tone="ok">{t('working')}</Badge>
}
