import type { Call, Recording } from '@centrala/api/call.ts'
import { clsx } from 'clsx'
import { Circle, PhoneForwarded, PhoneIncoming, PhoneMissed, PhoneOutgoing, Voicemail } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Duration } from '../../components/duration.tsx'
import { clockDuration, useFormat } from '../../i18n/format.ts'
import { otherSide } from '../../phone/calls.ts'
import { DialButton } from '../../phone/dial-button.tsx'
import { prettyNumber } from '../../phone/number.ts'
import { judgeLeg } from '../../phone/quality.ts'
import { QualityDot } from '../../phone/quality-dot.tsx'
import { useCan } from '../../session/me.ts'
import { CallPlayer } from './call-player.tsx'
import { CallPressed } from './call-pressed.tsx'

/** A call on the timeline: whence and whither, what was pressed, who answered after how long, how it ended, and what was recorded. */
export default function CallCard({ call, customerId, mine }: { call: Call; customerId: string; mine: boolean }) {
  const { t } = useTranslation('call')
  const format = useFormat()
  const voicemail = call.recordings.some(one => one.kind === 'voicemail')
  const inbound = call.direction === 'inbound'
  const callback = call.endedReason === 'callback'
  const missed = call.state === 'ended' && call.connectedAt === null && !callback
  const Icon = voicemail
    ? Voicemail
    : callback
      ? PhoneForwarded
      : missed && inbound
        ? PhoneMissed
        : inbound
          ? PhoneIncoming
          : PhoneOutgoing
  const number = otherSide(call)
  const agents = [
    ...new Set(
      call.legs.filter(leg => leg.kind === 'agent' && leg.answeredAt !== null).map(leg => leg.userName ?? '–'),
    ),
  ]
  const others = call.legs.filter(leg => leg.kind === 'outside' && leg.answeredAt !== null && leg.address)
  const customerLeg = call.legs.find(leg => leg.kind === 'customer')
  const quality = judgeLeg(customerLeg?.quality ?? null)
  return (
    <div className={clsx('my-3 flex px-4', inbound ? 'justify-start' : 'justify-end')}>
      <article
        aria-label={t('card.label', { title: title(), time: format.dateTime(call.startedAt) })}
        className="flex w-full max-w-[32rem] flex-col gap-2.5 rounded-xl bg-surface px-3.5 py-3 ring-1 ring-line ring-inset"
      >
        <header className="flex items-start gap-3">
          <span
            className={clsx(
              'grid size-8 shrink-0 place-items-center rounded-full',
              missed && !voicemail ? 'bg-bad-soft text-bad-ink' : 'bg-accent-soft text-accent-ink',
            )}
          >
            <Icon size={16} aria-hidden />
          </span>
          <div className="min-w-0 flex-1">
            <p className="flex flex-wrap items-baseline gap-x-2 font-semibold">
              {title()}
              {call.connectedAt && (
                <span className="font-normal text-muted">
                  {call.endedAt ? (
                    <Duration ms={Date.parse(call.endedAt) - Date.parse(call.connectedAt)} />
                  ) : (
                    <Duration since={call.connectedAt} />
                  )}
                </span>
              )}
            </p>
            <p className="flex flex-wrap items-center gap-x-2 text-muted text-xs">
              <time dateTime={call.startedAt} title={format.full(call.startedAt)} className="figures">
                {format.time(call.startedAt)}
              </time>
              <span className="figures">
                {number ? prettyNumber(number) : t(call.way === 'web' ? 'card.web' : 'private')}
              </span>
              {call.numberName && (
                <span className="truncate">
                  {inbound ? '→' : '←'} {call.numberName}
                </span>
              )}
              {call.state === 'ended' && quality !== 'unknown' && quality !== 'good' && (
                <QualityDot word={quality} shown />
              )}
            </p>
          </div>
          {number && <DialButton number={number} customerId={customerId} />}
        </header>
        <CallPressed pressed={call.pressed} />
        <ul className="text-muted text-xs empty:hidden">
          {agents.length > 0 && call.connectedAt && (
            <li>
              {t(inbound ? 'card.answered' : 'card.called', {
                names: format.list(agents),
                time: clockDuration(Date.parse(call.connectedAt) - Date.parse(call.startedAt)),
              })}
            </li>
          )}
          {others.map(leg => (
            <li key={leg.id}>{t('card.outside', { number: prettyNumber(leg.address ?? '') })}</li>
          ))}
          {call.endedBy && !callback && <li>{ended(call)}</li>}
        </ul>
        {call.recordings.map(recording => (
          <RecordingPart key={recording.id} recording={recording} mine={mine} />
        ))}
      </article>
    </div>
  )

  function title(): string {
    if (voicemail) return t('card.voicemail')
    if (callback) return t('card.callback')
    if (call.state !== 'ended' && (inbound || call.connectedAt === null))
      return t(inbound ? 'card.inboundNow' : 'card.outboundNow')
    if (missed) return t(inbound ? 'card.missed' : 'card.unanswered')
    return t(inbound ? 'card.inbound' : 'card.outbound')
  }
  function ended({ endedBy, endedReason, connectedAt, startedAt, endedAt }: Call): string {
    const reason = /^[a-zA-Z]+$/.test(endedReason) ? '' : endedReason
    if (endedBy === 'customer' && connectedAt === null && inbound && !voicemail)
      return t('card.gaveUp', { time: clockDuration(Date.parse(endedAt ?? startedAt) - Date.parse(startedAt)) })
    const words = t(`card.ended.${endedBy ?? 'system'}`)
    return reason && endedBy !== 'customer' && endedBy !== 'agent' ? `${words} ${reason}` : words
  }
}

/** The player for who may listen; for everybody else that there is a recording. */
function RecordingPart({ recording, mine }: { recording: Recording; mine: boolean }) {
  const { t } = useTranslation('call')
  const can = useCan()
  const format = useFormat()
  const { state, durationMs } = recording
  if (state === 'recording' || state === 'paused')
    return (
      <p className="flex items-center gap-1.5 text-muted text-xs">
        <Circle size={12} aria-hidden className="text-bad" />
        {t(state === 'recording' ? 'recording.on' : 'recording.paused')}
      </p>
    )
  if (state !== 'stored') return <p className="text-muted text-xs">{t(`recording.${state}`)}</p>
  const may = can('recording.listen') || (recording.kind === 'voicemail' && mine)
  return (
    <div>
      {may ? (
        <CallPlayer recording={recording} />
      ) : (
        <p className="text-muted text-xs">{t('recording.exists', { time: clockDuration(durationMs ?? 0) })}</p>
      )}
      {may && recording.deleteAfter && (
        <p className="pl-11 text-faint text-xs">{t('recording.until', { date: format.date(recording.deleteAfter) })}</p>
      )}
    </div>
  )
}
