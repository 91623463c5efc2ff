import type { CostPoint } from '@centrala/api/queue-policy.ts'
import { Plus, X } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/button.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { clockDuration, useFormat } from '../../../i18n/format.ts'
import { addedPoint, movedPoint, type Scale, scaleOf } from './cost-points.ts'

interface CostCurveProps {
  points: readonly CostPoint[]
  onChange: (points: CostPoint[]) => void
  error: string | null
}

const MOST = 12

/** What waiting costs, drawn: points are dragged, moved by arrow keys, or written as numbers below. */
export function CostCurve({ points, onChange, error }: CostCurveProps) {
  const { t } = useTranslation('adminPolicy')
  const format = useFormat()
  const plot = useRef<HTMLDivElement>(null)
  // While a point is dragged the scale stands still, or the point would run away from the hand.
  const [held, setHeld] = useState<{ index: number; scale: Scale } | null>(null)
  const scale = held?.scale ?? scaleOf(points)
  const left = (seconds: number) => (100 * seconds) / scale.seconds
  const top = (cost: number) => 100 - (100 * cost) / scale.cost
  const end = points.at(-1)
  const before = points.at(-2)
  // After the last point waiting goes on to cost as it did before it.
  const beyond =
    end && before
      ? end.cost +
        ((end.cost - before.cost) / (end.afterSeconds - before.afterSeconds)) * (scale.seconds - end.afterSeconds)
      : 0
  const line = points.map(point => `${left(point.afterSeconds)},${top(point.cost)}`).join(' ')

  const drag = (event: PointerEvent) => {
    const box = plot.current?.getBoundingClientRect()
    if (!held || !box) return
    const seconds = ((event.clientX - box.left) / box.width) * scale.seconds
    const cost = (1 - (event.clientY - box.top) / box.height) * scale.cost
    onChange(movedPoint(points, held.index, { seconds, cost }, scale))
  }
  const press = (event: KeyboardEvent, index: number) => {
    const point = points[index]
    if (!point) return
    const far = event.shiftKey ? 5 : 1
    const by: Record<string, { seconds: number; cost: number }> = {
      ArrowLeft: { seconds: -scale.secondStep * far, cost: 0 },
      ArrowRight: { seconds: scale.secondStep * far, cost: 0 },
      ArrowUp: { seconds: 0, cost: scale.costStep * far },
      ArrowDown: { seconds: 0, cost: -scale.costStep * far },
    }
    const move = by[event.key]
    if (move) {
      event.preventDefault()
      onChange(
        movedPoint(points, index, { seconds: point.afterSeconds + move.seconds, cost: point.cost + move.cost }, scale),
      )
    } else if (event.key === 'Delete' && index > 0 && points.length > 2) {
      event.preventDefault()
      onChange(points.filter((_, place) => place !== index))
    }
  }

  return (
    <div className="flex flex-col gap-3">
      <figure aria-label={t('curve.label')} className="flex flex-col gap-1">
        <div className="flex gap-2">
          <div
            aria-hidden
            className="figures flex w-10 shrink-0 flex-col justify-between text-right text-faint text-xs"
          >
            <span>{format.number(scale.cost, { maximumSignificantDigits: 3 })}</span>
            <span>0</span>
          </div>
          <div
            ref={plot}
            onPointerMove={drag}
            onPointerUp={() => setHeld(null)}
            onPointerCancel={() => setHeld(null)}
            className="relative h-44 flex-1 rounded-md bg-sunken"
          >
            <svg aria-hidden viewBox="0 0 100 100" preserveAspectRatio="none" className="absolute inset-0 size-full">
              <g stroke="var(--line)" vectorEffect="non-scaling-stroke">
                {[25, 50, 75].map(at => (
                  <path key={at} d={`M0 ${at}H100M${at} 0V100`} vectorEffect="non-scaling-stroke" />
                ))}
              </g>
              <polyline
                points={line}
                fill="none"
                stroke="var(--accent)"
                strokeWidth="2"
                vectorEffect="non-scaling-stroke"
              />
              {end && before && (
                <path
                  d={`M${left(end.afterSeconds)} ${top(end.cost)}L100 ${top(beyond)}`}
                  stroke="var(--accent)"
                  strokeDasharray="4 4"
                  vectorEffect="non-scaling-stroke"
                />
              )}
            </svg>
            {points.map((point, index) => (
              <button
                key={index}
                type="button"
                role="slider"
                aria-label={t('curve.point', { number: index + 1 })}
                aria-valuenow={point.cost}
                aria-valuemin={0}
                aria-valuetext={t('curve.pointText', {
                  wait: clockDuration(point.afterSeconds * 1000),
                  cost: format.number(point.cost),
                })}
                onPointerDown={event => {
                  event.preventDefault()
                  event.currentTarget.focus()
                  plot.current?.setPointerCapture(event.pointerId)
                  setHeld({ index, scale })
                }}
                onKeyDown={event => press(event, index)}
                style={{ left: `${left(point.afterSeconds)}%`, top: `${top(point.cost)}%` }}
                className="absolute grid size-6 -translate-x-1/2 -translate-y-1/2 touch-none cursor-grab place-items-center rounded-full active:cursor-grabbing"
              >
                <span className="size-3 rounded-full bg-accent ring-2 ring-surface" />
              </button>
            ))}
          </div>
        </div>
        <div aria-hidden className="figures flex justify-between pl-12 text-faint text-xs">
          {[0, 0.25, 0.5, 0.75, 1].map(share => (
            <span key={share}>{clockDuration(share * scale.seconds * 1000)}</span>
          ))}
        </div>
        <figcaption className="text-muted text-xs">{t('curve.hint')}</figcaption>
      </figure>
      {error && (
        <p role="alert" className="text-bad-ink text-xs">
          {error}
        </p>
      )}
      <ol className="flex flex-col gap-1.5">
        {points.map((point, index) => (
          <li key={index} className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="text-muted max-sm:w-full">{t('curve.after')}</span>
            {index === 0 ? (
              <span className="figures w-24">0 {t('seconds')}</span>
            ) : (
              <NumberInput
                value={point.afterSeconds}
                onChange={afterSeconds =>
                  onChange(points.map((one, at) => (at === index ? { ...one, afterSeconds } : one)))
                }
                min={1}
                unit={t('seconds')}
                className="figures max-w-24"
                aria-label={t('curve.secondsOf', { number: index + 1 })}
              />
            )}
            <span className="text-muted">{t('curve.costs')}</span>
            <NumberInput
              value={point.cost}
              onChange={cost => onChange(points.map((one, at) => (at === index ? { ...one, cost } : one)))}
              min={0}
              className="figures max-w-24"
              aria-label={t('curve.costOf', { number: index + 1 })}
            />
            {index > 0 && points.length > 2 && (
              <IconButton
                icon={X}
                size="sm"
                label={t('curve.remove', { number: index + 1 })}
                onClick={() => onChange(points.filter((_, at) => at !== index))}
              />
            )}
          </li>
        ))}
      </ol>
      {points.length < MOST && (
        <Button size="sm" icon={Plus} onClick={() => onChange(addedPoint(points))} className="self-start">
          {t('curve.add')}
        </Button>
      )}
    </div>
  )
}
