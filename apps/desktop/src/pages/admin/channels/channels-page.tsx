import type { ChannelAccount } from '@centrala/api/channel-account.ts'
import { useQuery } from '@tanstack/react-query'
import { Mail, MessageCircle, Radio } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../components/badge.tsx'
import { ChannelIcon } from '../../../components/channel-icon.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { useQueueNames } from '../../../configuration/configuration.ts'
import { useSay } from '../../../i18n/use-say.ts'
import { ListPage } from '../form/list-page.tsx'
import { useOpen } from '../form/use-open.ts'
import { accountsQuery } from '../queries.ts'
import { AccountDrawer } from './account-drawer.tsx'

const KINDS = [
  { channel: 'chat', icon: MessageCircle },
  { channel: 'email', icon: Mail },
] as const

/** Where customers reach the company: mailboxes and chats, and whether each works. */
export function ChannelsPage() {
  const { t } = useTranslation(['adminChannels', 'common'])
  const say = useSay()
  // Numbers have a page of their own.
  const query = useQuery({ ...accountsQuery, select: all => all.filter(account => account.channel !== 'voice') })
  const queues = useQueueNames()
  const { open, show, close } = useOpen()
  const account = query.data?.find(other => other.id === open)
  const fresh = KINDS.find(kind => open === `new-${kind.channel}`)
  return (
    <ListPage
      title={t('channels.title')}
      intro={t('channels.intro')}
      icon={Radio}
      query={query}
      addLabel={t('channels.add')}
      empty={{ title: t('channels.emptyTitle'), body: t('channels.emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => `${row.name} ${row.address ?? ''}`}
      columns={[
        {
          key: 'name',
          label: t('name'),
          cell: row => (
            <span className="flex items-center gap-2.5">
              <ChannelIcon channel={row.channel} size={16} className="shrink-0 text-muted" />
              <span className="flex min-w-0 flex-col">
                <span className="font-medium">{row.name}</span>
                <span className="truncate text-muted text-xs">{row.address ?? t(`common:channel.${row.channel}`)}</span>
              </span>
            </span>
          ),
          sortBy: row => row.name,
        },
        {
          key: 'state',
          label: t('channels.state'),
          cell: row => (
            <span className="flex items-center gap-2">
              <AccountState account={row} />
              <span className="line-clamp-2 text-muted text-xs">
                {row.active ? say(row.statePhrase, row.stateSentence) : ''}
              </span>
            </span>
          ),
          sortBy: row => row.state,
        },
        {
          key: 'queue',
          label: t('queue'),
          minor: true,
          cell: row =>
            row.queueId ? (queues.get(row.queueId) ?? '…') : <Badge tone="warn">{t('channels.noQueue')}</Badge>,
        },
      ]}
    >
      {open === 'new' && (
        <Dialog open onClose={close} title={t('channels.which')} description={t('channels.whichHint')}>
          <div className="grid gap-3 pb-3 sm:grid-cols-2">
            {KINDS.map(({ channel, icon: Icon }) => (
              <button
                key={channel}
                type="button"
                onClick={() => show(`new-${channel}`)}
                className="flex flex-col items-start gap-1 rounded-lg p-4 text-left ring-1 ring-line ring-inset hover:bg-hover"
              >
                <Icon size={22} aria-hidden className="mb-1 text-accent-ink" />
                <span className="font-semibold">{t(`common:channel.${channel}`)}</span>
                <span className="text-muted text-xs">{t(`channels.kind.${channel}`)}</span>
              </button>
            ))}
          </div>
        </Dialog>
      )}
      {fresh && <AccountDrawer key={open} id={null} channel={fresh.channel} onClose={close} />}
      {account && <AccountDrawer key={account.id} id={account.id} channel={account.channel} onClose={close} />}
    </ListPage>
  )
}

export function AccountState({ account }: { account: Pick<ChannelAccount, 'active' | 'state' | 'channel'> }) {
  const { t } = useTranslation('adminChannels')
  if (!account.active) return <Badge>{t('off')}</Badge>
  if (account.state === 'failing') return <Badge tone="bad">{t('channels.failing')}</Badge>
  if (account.state === 'connecting') return <Badge tone="warn">{t('channels.connecting')}</Badge>
  return <Badge tone="ok">{t(account.state === 'connected' ? 'channels.connected' : 'channels.on')}</Badge>
}
