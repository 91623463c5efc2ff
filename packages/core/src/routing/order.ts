/**
 * The order of service, in exact integers so that no two implementations can round apart.
 *
 * Interactions: effective priority (the queue's points + its own + ageing) high to low, then `queuedAt` early to late, then arrival.
 * Agents, for one interaction: the preferred agent, then the least loaded (share of capacity), then the longest idle, then by id.
 * An agent that could take work of several queues takes the queue that its profile ranks highest, and there the first in order.
 */

/** Exact units in one point of priority: an ageing of 0.01 points a minute is one unit a millisecond. */
const UNITS_PER_POINT = 6_000_000

export function pointUnits(points: number): number {
  return Math.round(points * UNITS_PER_POINT)
}

/** Units gained per millisecond of waiting. */
export function ageingUnits(pointsPerMinute: number): number {
  return Math.round(pointsPerMinute * 100)
}

export function unitsToPoints(units: number): number {
  return units / UNITS_PER_POINT
}

/** Load as a share of capacity, in thousandths; what agents are ranked by before idle time. */
export function loadShare(load: number, capacity: number): number {
  return capacity > 0 ? Math.round((load * 1000) / capacity) : 1000
}
