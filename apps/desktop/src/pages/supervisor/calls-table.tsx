import type { Call } from '@centrala/api/call.ts'
import type { Interaction } from '@centrala/api/interaction.ts'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../components/badge.tsx'
import { Duration } from '../../components/duration.tsx'
import { type Column, Table } from '../../components/table.tsx'
import { CALL_TONES, RecordingSign } from '../../phone/call-status.tsx'
import { callerName } from '../../phone/caller.ts'
import { otherSide } from '../../phone/calls.ts'
import { useCallsNow } from '../../phone/calls-now.ts'
import { prettyNumber } from '../../phone/number.ts'
import { judgeLeg } from '../../phone/quality.ts'
import { QualityDot } from '../../phone/quality-dot.tsx'
import { useCan } from '../../session/me.ts'
import { CallMonitor } from '../conversation/call-monitor.tsx'
import { NO_FILTER } from './contact-table.tsx'
import { openCallsQuery, useKeepOpenCalls } from './open-calls.ts'
import { contactsQuery } from './queries.ts'

/** Every call that goes on: who, in which state, for how long, how well each side is heard; listen with one press. */
export default function CallsTable({
  openId,
  onOpen,
}: {
  openId: string | null
  onOpen: (interactionId: string) => void
}) {
  const { t } = useTranslation(['call', 'supervisor', 'common'])
  const can = useCan()
  const calls = useQuery(openCallsQuery).data ?? []
  const contacts = useQuery({ ...contactsQuery({ ...NO_FILTER, channel: 'voice' }), enabled: calls.length > 0 }).data
  const now = useCallsNow()
  useKeepOpenCalls()
  if (calls.length === 0) return null
  const of = (call: Call): Interaction | undefined => contacts?.find(one => one.id === call.interactionId)
  const nameOf = (call: Call) => {
    const contact = of(call)
    return (contact && callerName(contact)) ?? t('common:unknownCustomer')
  }
  const agentOf = (call: Call) => call.legs.find(leg => leg.kind === 'agent' && leg.endedAt === null)
  const quality = (call: Call, kind: 'customer' | 'agent') => {
    const live = now.get(call.id)?.legs.find(leg => leg.kind === kind)
    const leg = call.legs.find(one => one.kind === kind && one.endedAt === null)
    return leg || live ? judgeLeg(live?.quality ?? leg?.quality ?? null) : null
  }
  const columns: Column<Call>[] = [
    {
      key: 'customer',
      label: t('supervisor:contact.customer'),
      cell: call => {
        const number = otherSide(call)
        return (
          <span className="block min-w-0 max-w-72 max-sm:max-w-40">
            <span className="block truncate font-medium">{nameOf(call)}</span>
            <span className="figures block truncate text-muted text-xs">
              {number ? prettyNumber(number) : t(call.way === 'web' ? 'card.web' : 'private')}
            </span>
          </span>
        )
      },
    },
    {
      key: 'state',
      label: t('supervisor:contact.state'),
      cell: call => (
        <span className="flex flex-wrap items-center gap-1">
          <Badge tone={CALL_TONES[call.state]}>
            {t(call.consulting ? 'status.consulting' : `status.${call.state}`)}
          </Badge>
          <RecordingSign call={call} />
        </span>
      ),
      sortBy: call => call.state,
    },
    {
      key: 'since',
      label: t('calls.time'),
      align: 'right',
      cell: call => <Duration since={call.connectedAt ?? call.startedAt} />,
      sortBy: call => call.connectedAt ?? call.startedAt,
    },
    {
      key: 'agent',
      label: t('supervisor:contact.agent'),
      minor: true,
      cell: call => agentOf(call)?.userName ?? <span className="text-faint">–</span>,
      sortBy: call => agentOf(call)?.userName ?? null,
    },
    {
      key: 'queue',
      label: t('supervisor:contact.queue'),
      minor: true,
      cell: call => of(call)?.queueName ?? <span className="text-faint">–</span>,
      sortBy: call => of(call)?.queueName ?? null,
    },
    {
      key: 'quality',
      label: t('calls.quality'),
      minor: true,
      cell: call => {
        const [customer, agent] = [quality(call, 'customer'), quality(call, 'agent')]
        return (
          <span className="flex flex-col text-xs">
            {customer && (
              <span className="flex items-center gap-1">
                <span className="w-16 text-faint">{t('leg.customer')}</span>
                <QualityDot word={customer} shown />
              </span>
            )}
            {agent && (
              <span className="flex items-center gap-1">
                <span className="w-16 text-faint">{t('leg.agent')}</span>
                <QualityDot word={agent} shown />
              </span>
            )}
          </span>
        )
      },
    },
    ...(can('supervise.act')
      ? [
          {
            key: 'do',
            label: <span className="sr-only">{t('controls')}</span>,
            align: 'right' as const,
            minor: true,
            cell: (call: Call) => (
              <span className="inline-flex justify-end">
                <CallMonitor call={call} compact />
              </span>
            ),
          },
        ]
      : []),
  ]
  return (
    <section aria-labelledby="calls" className="min-w-0 xl:col-start-1">
      <h2 id="calls" className="mb-1 font-semibold text-base">
        {t('calls.title')} <span className="figures font-normal text-muted">{calls.length}</span>
      </h2>
      <Table
        label={t('calls.title')}
        columns={columns}
        rows={calls}
        rowKey={call => call.id}
        selectedKey={calls.find(call => call.interactionId === openId)?.id ?? null}
        onOpen={call => onOpen(call.interactionId)}
      />
    </section>
  )
}
