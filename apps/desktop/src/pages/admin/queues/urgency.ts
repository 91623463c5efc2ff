import type { Channel } from '@centrala/api/channel.ts'
import { type CurvePiece, costCurve, firstComeCurve, serviceLevelCurve } from '@centrala/api/order-preset.ts'
import type { QueueValue } from './queue-drawer.tsx'

export interface Urgency {
  waitMs: number
  /** Null: behind everyone who can still be answered in time. */
  points: number | null
}

const MINUTE_MS = 60_000
const STEPS = 60
/** What the router gives whose promise is broken is far below this. */
const BEHIND_ALL = -500_000

type Ordered = Pick<QueueValue, 'policy' | 'priority' | 'ageingPerMinute' | 'targetSeconds'>

/** The points of one who waits, over a stretch of waiting that shows the shape; null while the settings say nothing yet. */
export function urgencyOverWait(queue: Ordered, channel: Channel): Urgency[] | null {
  const curve = curveOf(queue, channel)
  if (!curve || !Number.isFinite(queue.priority)) return null
  const spanMs = spanOf(queue, channel)
  return Array.from({ length: STEPS + 1 }, (_, index) => {
    const waitMs = Math.round((index * spanMs) / STEPS / 1000) * 1000
    const piece = curve.findLast(one => one.afterMs <= waitMs)
    const points =
      queue.priority + (piece ? piece.points + ((waitMs - piece.afterMs) / MINUTE_MS) * piece.perMinute : 0)
    return { waitMs, points: points < BEHIND_ALL ? null : points }
  })
}

function curveOf({ policy, ageingPerMinute, targetSeconds }: Ordered, channel: Channel): CurvePiece[] | null {
  switch (policy.order) {
    case 'priority':
      return Number.isFinite(ageingPerMinute) ? [{ afterMs: 0, points: 0, perMinute: ageingPerMinute }] : null
    case 'firstCome':
      return firstComeCurve()
    case 'serviceLevel': {
      const target = targetSeconds[channel]
      return target && Number.isFinite(target) ? serviceLevelCurve(target * 1000) : null
    }
    case 'cost': {
      const drawn = policy.curve.map(({ afterSeconds, cost }) => ({ afterMs: afterSeconds * 1000, cost }))
      const rises = drawn.every(({ afterMs, cost }, index) => {
        const before = drawn[index - 1]
        return Number.isFinite(cost) && (before ? afterMs > before.afterMs : afterMs === 0)
      })
      return drawn.length >= 2 && rises && policy.handleSeconds > 0
        ? costCurve(drawn, policy.handleSeconds * 1000)
        : null
    }
  }
}

function spanOf({ policy, targetSeconds }: Ordered, channel: Channel): number {
  const target = targetSeconds[channel] ?? 60
  const seconds = policy.order === 'cost' ? 1.3 * (policy.curve.at(-1)?.afterSeconds ?? 600) : Math.max(600, 2 * target)
  return Math.ceil(seconds / STEPS) * STEPS * 1000
}
