import type { Segment } from '@centrala/api/interaction.ts'
import { clsx } from 'clsx'
import { BellRing, Bot, Headset, Hourglass, type LucideIcon, Pause, PencilLine, Users } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import { Duration } from '../../components/duration.tsx'
import { useFormat } from '../../i18n/format.ts'

type Shown = z.infer<typeof Segment>

const ICONS: Record<Shown['kind'], LucideIcon> = {
  flow: Bot,
  queue: Hourglass,
  offer: BellRing,
  agent: Headset,
  hold: Pause,
  consult: Users,
  wrapUp: PencilLine,
}
const OUTCOMES = [
  'queued',
  'offered',
  'accepted',
  'assigned',
  'rejected',
  'expired',
  'withdrawn',
  'transferred',
  'returned',
  'ended',
  'abandoned',
  'done',
] as const
type Outcome = (typeof OUTCOMES)[number]
const isOutcome = (text: string | null): text is Outcome => OUTCOMES.includes(text as Outcome)
/** A flow that lasted no time is how every contact begins; it says nothing. */
const tells = ({ kind, startedAt, endedAt }: Shown) =>
  kind !== 'flow' || endedAt === null || Date.parse(endedAt) - Date.parse(startedAt) > 1000

/** What happened to a contact, stretch by stretch, with how long each lasted. */
export function SegmentTimeline({ segments }: { segments: readonly Shown[] }) {
  const { t } = useTranslation('supervisor')
  const format = useFormat()
  return (
    <ol className="flex flex-col">
      {segments.filter(tells).map((segment, index, all) => {
        const Icon = ICONS[segment.kind]
        const bad = segment.outcome === 'rejected' || segment.outcome === 'expired' || segment.outcome === 'abandoned'
        return (
          <li key={segment.id} className="relative flex gap-3 pb-3">
            {index < all.length - 1 && <span aria-hidden className="absolute top-6 bottom-0 left-3 w-px bg-line" />}
            <span
              className={clsx(
                'grid size-6 shrink-0 place-items-center rounded-full',
                segment.endedAt === null
                  ? 'bg-accent text-on-accent'
                  : bad
                    ? 'bg-bad-soft text-bad-ink'
                    : 'bg-sunken text-muted',
              )}
            >
              <Icon size={13} aria-hidden />
            </span>
            <div className="min-w-0 flex-1 pt-0.5">
              <p className="flex items-baseline justify-between gap-3">
                <span className="min-w-0 truncate">
                  <span className="font-medium">{t(`timeline.kind.${segment.kind}`)}</span>
                  {(segment.agentName ?? segment.queueName) && (
                    <span className="text-muted"> · {segment.agentName ?? segment.queueName}</span>
                  )}
                </span>
                {segment.endedAt === null ? (
                  <Duration since={segment.startedAt} className="font-medium" />
                ) : (
                  <Duration ms={Date.parse(segment.endedAt) - Date.parse(segment.startedAt)} className="text-muted" />
                )}
              </p>
              <p className="text-muted text-xs">
                <span className="figures">{format.stamp(segment.startedAt, Date.now())}</span>
                {segment.endedAt === null
                  ? ` · ${t('timeline.now')}`
                  : isOutcome(segment.outcome) && ` · ${t(`timeline.outcome.${segment.outcome}`)}`}
              </p>
            </div>
          </li>
        )
      })}
    </ol>
  )
}
