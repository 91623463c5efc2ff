import type { CostPoint } from '@centrala/api/queue-policy.ts'

/** What the drawing spans, and by how much a key moves a point. */
export interface Scale {
  seconds: number
  cost: number
  secondStep: number
  costStep: number
}

/** Room to the right of the last point and above the highest, in round numbers. */
export function scaleOf(points: readonly CostPoint[]): Scale {
  const seconds = round(1.3 * Math.max(60, ...points.map(point => finite(point.afterSeconds))))
  const cost = round(1.25 * Math.max(1, ...points.map(point => finite(point.cost))))
  return { seconds, cost, secondStep: Math.max(1, round(seconds / 60)), costStep: round(cost / 50) }
}

/** The points with one moved; it stays between its neighbours, and the first at the beginning. */
export function movedPoint(
  points: readonly CostPoint[],
  index: number,
  to: { seconds: number; cost: number },
  { secondStep, costStep }: Scale,
): CostPoint[] {
  const [before, after] = [points[index - 1], points[index + 1]]
  const snapped = Math.round(to.seconds / secondStep) * secondStep
  const latest = after ? after.afterSeconds - 1 : 7 * 86_400
  const afterSeconds = index === 0 ? 0 : Math.min(latest, Math.max((before?.afterSeconds ?? 0) + 1, snapped))
  const costly = Number((Math.round(to.cost / costStep) * costStep).toPrecision(6))
  const cost = Math.min(after?.cost ?? 1_000_000, Math.max(before?.cost ?? 0, costly))
  return points.map((point, place) => (place === index ? { afterSeconds, cost } : point))
}

/** One more point at the end, going on as the curve does. */
export function addedPoint(points: readonly CostPoint[]): CostPoint[] {
  const last = points.at(-1) ?? { afterSeconds: 0, cost: 0 }
  const before = points.at(-2) ?? { afterSeconds: last.afterSeconds - 60, cost: last.cost }
  const span = Math.max(30, last.afterSeconds - before.afterSeconds)
  return [...points, { afterSeconds: last.afterSeconds + span, cost: last.cost + Math.max(0, last.cost - before.cost) }]
}

/** Beginnings for who has nothing drawn yet; `target`: what the queue promises, in seconds. */
export const CURVES = {
  even: (target: number) => [
    { afterSeconds: 0, cost: 0 },
    { afterSeconds: target * 10, cost: 100 },
  ],
  rising: (target: number) => [
    { afterSeconds: 0, cost: 0 },
    { afterSeconds: target, cost: 2 },
    { afterSeconds: target * 3, cost: 20 },
    { afterSeconds: target * 10, cost: 200 },
  ],
  promise: (target: number) => [
    { afterSeconds: 0, cost: 0 },
    { afterSeconds: target, cost: 1 },
    { afterSeconds: target * 2, cost: 100 },
    { afterSeconds: target * 6, cost: 120 },
  ],
} satisfies Record<string, (target: number) => CostPoint[]>
export type CurveName = keyof typeof CURVES

const finite = (value: number): number => (Number.isFinite(value) ? value : 0)

/** 1, 2 or 5 times a power of ten, at least `value`. */
function round(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const lead = value / power
  return Number(((lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power).toPrecision(6))
}
