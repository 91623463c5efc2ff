import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Section } from '../../components/page.tsx'
import { CallPeople } from '../../phone/call-people.tsx'
import { CallStatus, RecordingSign } from '../../phone/call-status.tsx'
import { otherSide } from '../../phone/calls.ts'
import { prettyNumber } from '../../phone/number.ts'
import { useCan } from '../../session/me.ts'
import { CallMonitor } from '../conversation/call-monitor.tsx'
import { CallPressed } from '../conversation/call-pressed.tsx'
import { openCallsQuery, useKeepOpenCalls } from './open-calls.ts'

/** The open call of a contact, in its drawer. */
export default function CallPanel({ interactionId, customerName }: { interactionId: string; customerName: string }) {
  const { t } = useTranslation('call')
  const can = useCan()
  const call = (useQuery(openCallsQuery).data ?? []).find(one => one.interactionId === interactionId)
  useKeepOpenCalls()
  if (call === undefined) return null
  const number = otherSide(call)
  return (
    <Section title={t('section')}>
      <div className="flex flex-wrap items-center gap-3">
        <CallStatus
          call={call}
          customer={number ? prettyNumber(number) : t(call.way === 'web' ? 'card.web' : 'private')}
        />
        <RecordingSign call={call} />
      </div>
      <CallPressed pressed={call.pressed} />
      <CallPeople call={call} customer={customerName} canRemove={false} />
      {can('supervise.act') && <CallMonitor call={call} />}
    </Section>
  )
}
