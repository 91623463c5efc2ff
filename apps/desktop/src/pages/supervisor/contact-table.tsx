import type { Interaction } from '@centrala/api/interaction.ts'
import type { Now } from '@centrala/api/supervise.ts'
import { useQuery } from '@tanstack/react-query'
import { FilterX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Badge, type Tone } from '../../components/badge.tsx'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { Combobox } from '../../components/combobox.tsx'
import { Duration } from '../../components/duration.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Select } from '../../components/select.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { type Column, Table } from '../../components/table.tsx'
import { Toolbar } from '../../components/toolbar.tsx'
import { callerName } from '../../phone/caller.ts'
import { type ContactFilter, contactsQuery } from './queries.ts'

export const STATE_TONES: Record<Interaction['state'], Tone> = {
  flow: 'neutral',
  queued: 'warn',
  offered: 'accent',
  active: 'ok',
  wrapUp: 'busy',
  ended: 'neutral',
}

interface ContactTableProps {
  now: Now
  filter: ContactFilter
  onFilter: (filter: ContactFilter) => void
  openId: string | null
  onOpen: (contact: Interaction) => void
}

export const NO_FILTER: ContactFilter = { queueId: null, agentId: null, channel: null, state: null }
const ALL = 'all'

/** Everything that goes on now, or that ended today: found by queue, agent, channel and state. */
export function ContactTable({ now, filter, onFilter, openId, onOpen }: ContactTableProps) {
  const { t } = useTranslation(['supervisor', 'common'])
  const contacts = useQuery(contactsQuery(filter))
  const columns: Column<Interaction>[] = [
    {
      key: 'customer',
      label: t('contact.customer'),
      cell: contact => (
        <span className="flex min-w-0 max-w-96 items-center max-sm:max-w-40 gap-2">
          <ChannelIcon channel={contact.channel} className="shrink-0 text-muted" />
          <span className="min-w-0">
            <span className="block truncate font-medium">{callerName(contact) ?? t('common:unknownCustomer')}</span>
            <span className="block truncate text-muted text-xs">{contact.subject ?? contact.preview}</span>
          </span>
        </span>
      ),
      sortBy: contact => contact.customerName,
    },
    {
      key: 'state',
      label: t('contact.state'),
      cell: contact => <Badge tone={STATE_TONES[contact.state]}>{t(`contact.states.${contact.state}`)}</Badge>,
      sortBy: contact => contact.state,
    },
    {
      key: 'since',
      label: t('contact.since'),
      align: 'right',
      hint: t('contact.sinceHint'),
      cell: contact => <Since contact={contact} />,
      sortBy: contact => sinceOf(contact),
    },
    {
      key: 'agent',
      label: t('contact.agent'),
      minor: true,
      cell: contact => contact.agentName ?? <span className="text-faint">–</span>,
      sortBy: contact => contact.agentName,
    },
    {
      key: 'queue',
      label: t('contact.queue'),
      minor: true,
      cell: contact => contact.queueName ?? <span className="text-faint">–</span>,
      sortBy: contact => contact.queueName,
    },
    {
      key: 'priority',
      label: t('contact.priority'),
      align: 'right',
      minor: true,
      cell: contact => contact.priority,
      sortBy: contact => contact.priority,
    },
  ]
  const choose = <Key extends keyof ContactFilter>(key: Key, value: string) =>
    onFilter({ ...filter, [key]: value === ALL ? null : value })
  const filtered = Object.values(filter).some(value => value !== null)
  return (
    <>
      <Toolbar>
        <Select
          aria-label={t('contact.queue')}
          className="w-44! max-sm:w-[calc(50%-4px)]!"
          value={filter.queueId ?? ALL}
          onChange={value => choose('queueId', value)}
          options={[
            { value: ALL, label: t('filter.queues') },
            ...now.queues.map(one => ({ value: one.queueId, label: one.name })),
          ]}
        />
        <Combobox
          aria-label={t('contact.agent')}
          className="w-44! max-sm:w-[calc(50%-4px)]!"
          value={filter.agentId ?? ALL}
          onChange={value => choose('agentId', value)}
          options={[
            { value: ALL, label: t('filter.agents') },
            ...now.agents.map(one => ({ value: one.userId, label: one.name })),
          ]}
        />
        <Select
          aria-label={t('contact.channel')}
          className="w-36! max-sm:w-[calc(50%-4px)]!"
          value={filter.channel ?? ALL}
          onChange={value => choose('channel', value)}
          options={[
            { value: ALL, label: t('filter.channels') },
            ...(['chat', 'email', 'voice', 'form'] as const).map(one => ({
              value: one,
              label: t(`common:channel.${one}`),
            })),
          ]}
        />
        <Select
          aria-label={t('contact.state')}
          className="w-40! max-sm:w-[calc(50%-4px)]!"
          value={filter.state ?? ALL}
          onChange={value => choose('state', value)}
          options={[
            { value: ALL, label: t('filter.open') },
            ...(['queued', 'offered', 'active', 'wrapUp', 'ended'] as const).map(one => ({
              value: one,
              label: t(`contact.states.${one}`),
            })),
          ]}
        />
        {filtered && <IconButton icon={FilterX} label={t('filter.clear')} onClick={() => onFilter(NO_FILTER)} />}
      </Toolbar>
      {contacts.isError && !contacts.data ? (
        <ErrorState error={contacts.error} retry={() => void contacts.refetch()} />
      ) : contacts.data ? (
        <Table
          label={t('contact.title')}
          columns={columns}
          rows={contacts.data}
          rowKey={contact => contact.id}
          selectedKey={openId}
          onOpen={onOpen}
          empty={<p className="p-6 text-center text-muted">{t(filtered ? 'contact.noneFound' : 'contact.none')}</p>}
        />
      ) : (
        <SkeletonRows rows={4} />
      )}
    </>
  )
}

/** The moment that matters in its state: since when it waits, is handled, or is over. */
function sinceOf(contact: Interaction): string {
  const { state, queuedAt, customerWaitsSince, answeredAt, endedAt, closedAt, createdAt } = contact
  if (state === 'queued' || state === 'offered') return queuedAt ?? createdAt
  if (state === 'active') return customerWaitsSince ?? answeredAt ?? createdAt
  return (state === 'wrapUp' ? endedAt : closedAt) ?? createdAt
}

function Since({ contact }: { contact: Interaction }) {
  const { t } = useTranslation('supervisor')
  const waits = contact.state === 'active' && contact.customerWaitsSince !== null
  return (
    <span className="inline-flex items-center gap-1.5">
      {waits && <span className="text-warn-ink text-xs max-sm:sr-only">{t('contact.waitsForReply')}</span>}
      <Duration since={sinceOf(contact)} />
    </span>
  )
}
