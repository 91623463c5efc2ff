import type { Channel } from '../channel/channel.ts'
import type { CurvePiece, QueueRules } from './event.ts'
import { ageingUnits, pointUnits } from './order.ts'

/**
 * Above every score by points, and small enough that sums stay exact. Who has waited longer than the queue allows stands above it, one unit for each
 * millisecond over.
 */
export const OVERDUE_UNITS = 2 ** 50

/** Effective priority within a stretch of waiting, without the interaction's own points: `base + slope × waited`, in units (see order.ts). */
export interface Urgency {
  base: number
  slope: number
}

/** How a queue orders, by channel. */
export type OrderRules = Pick<QueueRules, 'priority' | 'ageingPerMinute' | 'curves' | 'maxWaitMs'>

/** When, in the course of waiting, the urgency takes another slope or jumps. */
export function turningPoints({ curves, maxWaitMs }: OrderRules, channel: Channel): number[] {
  const bound = maxWaitMs?.[channel]
  return [...(curves?.[channel] ?? []).map(piece => piece.afterMs), ...(bound === undefined ? [] : [bound])]
}

/** By points: those of the queue, and what the curve or ageing adds after this wait. */
export function urgencyAt(rules: OrderRules, channel: Channel, waitedMs: number): Urgency {
  const queue = pointUnits(rules.priority)
  const curve = rules.curves?.[channel]
  if (!curve) return { base: queue, slope: ageingUnits(rules.ageingPerMinute) }
  const piece: CurvePiece | undefined = curve.findLast(({ afterMs }) => afterMs <= waitedMs)
  if (!piece) return { base: queue, slope: 0 }
  // Whoever came first stays first within a stretch, so it cannot fall.
  const slope = Math.max(0, ageingUnits(piece.perMinute))
  return { base: queue + pointUnits(piece.points) - slope * piece.afterMs, slope }
}

/** Whether somebody who has waited this long goes before everyone who is not over their bound. */
export function isOverdue({ maxWaitMs }: OrderRules, channel: Channel, waitedMs: number): boolean {
  return waitedMs >= (maxWaitMs?.[channel] ?? Number.POSITIVE_INFINITY)
}
