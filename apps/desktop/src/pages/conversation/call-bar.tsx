import type { Call } from '@centrala/api/call.ts'
import type { Conversation } from '@centrala/api/conversation.ts'
import type { Interaction } from '@centrala/api/interaction.ts'
import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { PhoneCall, Voicemail } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { Button } from '../../components/button.tsx'
import { CallButtons } from '../../phone/call-buttons.tsx'
import { CallPeople } from '../../phone/call-people.tsx'
import { CallStatus, RecordingSign } from '../../phone/call-status.tsx'
import { callsQuery, myCallsQuery, otherSide, phoneQuery } from '../../phone/calls.ts'
import { askPhone, useShowsCall } from '../../phone/door.ts'
import { prettyNumber } from '../../phone/number.ts'
import { usePhone } from '../../phone/phone.ts'
import { PickUp } from '../../phone/pick-up.tsx'
import { useCallControls } from '../../phone/use-call-controls.ts'
import { useCan } from '../../session/me.ts'
import { CallMonitor } from './call-monitor.tsx'

/** Who asked to be called back, in the context of an interaction. */
const Callback = z.object({ to: z.string() })

/** Above the timeline of a phone contact: the call as it is and what one can do with it; without one, a way to call. */
export default function CallBar({
  conversation,
  interaction,
  mine,
}: {
  conversation: Conversation
  interaction: Interaction
  mine: boolean
}) {
  const { t } = useTranslation(['call', 'common'])
  const can = useCan()
  const all = useQuery(callsQuery(conversation.id, conversation.interactions)).data ?? []
  const own = (useQuery(myCallsQuery).data ?? []).find(call => call.interactionId === interaction.id)
  const call = own ?? all.findLast(one => one.interactionId === interaction.id && one.state !== 'ended') ?? null
  const { controls, busy, part } = useCallControls(call)
  const inIt = call !== null && part !== null && part !== 'supervisor'
  useShowsCall(inIt ? call.id : null)
  const name = conversation.customerName
  if (call === null)
    return mine && interaction.state === 'active' ? (
      <NoCall
        calls={all.filter(one => one.interactionId === interaction.id)}
        interaction={interaction}
        customerId={conversation.customerId}
      />
    ) : null
  const number = otherSide(call)
  const customer = name ?? (number ? prettyNumber(number) : t('common:unknownCustomer'))
  const held = call.state === 'held' || call.state === 'parked' || call.consulting !== null
  return (
    <section
      aria-label={t('call:myCall')}
      className={clsx('@container border-b px-4 py-2 max-sm:px-2', held ? 'bg-warn-soft' : 'bg-ok-soft')}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <CallStatus
          call={call}
          customer={number ? prettyNumber(number) : t(call.way === 'web' ? 'card.web' : 'private')}
        />
        <RecordingSign call={call} />
        <span className="flex-1" />
        {inIt && <CallButtons controls={controls} busy={busy} />}
        {call.state === 'parked' && can('inbox.handle') && <PickUp call={call} />}
        {!inIt && call.state !== 'parked' && can('supervise.act') && <CallMonitor call={call} />}
      </div>
      <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1">
        <CallPeople call={call} customer={customer} canRemove={part === 'agent' && !call.consulting} />
        {inIt && <MyQuality nodeId={call.nodeId} />}
      </div>
    </section>
  )
}

/** What is wrong with my own audio, while something is. */
function MyQuality({ nodeId }: { nodeId: string }) {
  const { t } = useTranslation('call')
  const { lines } = usePhone()
  const line = lines.find(one => one.nodeId === nodeId)
  if (line === undefined) return null
  const words =
    line.state.kind !== 'open'
      ? t('quality.lost')
      : line.quality === 'good' || line.quality === 'unknown'
        ? null
        : t(`quality.${line.quality}`)
  return words === null ? null : (
    <p role="status" className="font-medium text-bad-ink text-xs">
      {words}
    </p>
  )
}

/** A callback, a voicemail, or a call that is over: nobody is on the line yet, or any more. */
function NoCall({
  calls,
  interaction,
  customerId,
}: {
  calls: readonly Call[]
  interaction: Interaction
  customerId: string
}) {
  const { t } = useTranslation('call')
  const canDial = useQuery(phoneQuery).data?.canDial ?? false
  const last = calls.at(-1)
  const voicemail = last?.recordings.some(one => one.kind === 'voicemail') ?? false
  const callback = Callback.safeParse(interaction.context.callback).data?.to ?? null
  const number = callback ?? (last ? otherSide(last) : null)
  const answered = calls.some(call => call.connectedAt !== null)
  return (
    <section
      aria-label={t('myCall')}
      className="flex flex-wrap items-center gap-3 border-b bg-sunken px-4 py-2 max-sm:px-2"
    >
      {voicemail && <Voicemail size={17} aria-hidden className="text-muted" />}
      <p className="min-w-0 flex-1">
        {t(
          voicemail
            ? 'none.voicemail'
            : answered
              ? 'none.over'
              : callback || last?.direction === 'inbound'
                ? 'none.callback'
                : 'none.unanswered',
        )}
      </p>
      {canDial && number && (
        <Button
          look={answered ? 'plain' : 'primary'}
          icon={PhoneCall}
          onClick={() => askPhone({ kind: 'dial', wish: { number, customerId, interactionId: interaction.id } })}
        >
          {t('none.call', { number: prettyNumber(number) })}
        </Button>
      )}
    </section>
  )
}
