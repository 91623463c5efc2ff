import type { Call } from '@centrala/api/call.ts'
import { listSegments } from '@centrala/api/interaction.ts'
import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { Circle, CirclePause, Ear, Pause, Phone, PhoneOutgoing, SquareParking } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api } from '../api.ts'
import { Badge, type Tone } from '../components/badge.tsx'
import { Duration } from '../components/duration.tsx'
import { useMe } from '../session/me.ts'
import { consultName, openRecording } from './calls.ts'

/** Since when the customer hears music, while they do. */
function useHeldSince(call: Call): string | undefined {
  const waits = call.state === 'held' || call.state === 'parked' || call.consulting !== null
  const segments = useQuery({
    queryKey: ['call', 'held', call.id, call.state, call.consulting?.legId],
    queryFn: async () => (await api.call(listSegments, { params: { id: call.interactionId } })).items,
    enabled: waits,
  }).data
  if (!waits) return undefined
  return segments?.findLast(one => (one.kind === 'hold' || one.kind === 'consult') && one.endedAt === null)?.startedAt
}

export const CALL_TONES: Record<Call['state'], Tone> = {
  flow: 'neutral',
  queued: 'warn',
  ringing: 'accent',
  talking: 'ok',
  held: 'warn',
  parked: 'warn',
  ended: 'neutral',
}
const ICONS = {
  flow: Ear,
  queued: Ear,
  ringing: PhoneOutgoing,
  talking: Phone,
  held: Pause,
  parked: SquareParking,
  ended: Phone,
}

/** How the call stands, in words, and for how long. */
export function CallStatus({ call, customer }: { call: Call; customer: string }) {
  const { t } = useTranslation('call')
  const me = useMe()
  const heldSince = useHeldSince(call)
  const { consulting, state } = call
  const Icon = consulting ? Phone : ICONS[state]
  const since = heldSince ?? (state === 'talking' ? call.connectedAt : call.startedAt) ?? call.startedAt
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span
        className={clsx(
          'grid size-7 shrink-0 place-items-center rounded-full',
          consulting || state === 'held' || state === 'parked'
            ? 'bg-warn text-surface'
            : state === 'talking'
              ? 'bg-ok text-surface'
              : 'bg-accent text-on-accent',
        )}
      >
        <Icon size={14} aria-hidden className={state === 'ringing' ? 'animate-pulse' : ''} />
      </span>
      <span className="min-w-0">
        <span className="block truncate font-semibold">
          {consulting
            ? t(consulting.answered ? 'status.with' : 'status.asking', { name: consultName(call, me.id) })
            : t(`status.${state}`)}
        </span>
        <span className="block truncate text-muted text-xs">
          {consulting ? t('status.onHold', { name: customer }) : customer} · <Duration since={since} />
        </span>
      </span>
    </span>
  )
}

/** Whether what is said is kept: never a colour alone. */
export function RecordingSign({ call }: { call: Call }) {
  const { t } = useTranslation('call')
  const recording = openRecording(call)
  if (recording === undefined) return null
  const on = recording.state === 'recording'
  return (
    <Badge tone={on ? 'bad' : 'warn'} icon={on ? Circle : CirclePause}>
      {t(on ? 'recording.on' : 'recording.paused')}
    </Badge>
  )
}
