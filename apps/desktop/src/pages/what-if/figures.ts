import type { Metric } from '@centrala/api/report.ts'
import type { Estimate, Figure } from '@centrala/api/what-if.ts'

/** The figures that are compared first; the others stand in the table. */
export const CHIEF = ['serviceLevel', 'averageSpeedOfAnswer', 'abandonmentRate', 'longestWaitMs', 'occupancy'] as const
export type Chief = (typeof CHIEF)[number]

export const UNITS: Record<Figure, Metric['unit']> = {
  offered: 'count',
  answered: 'count',
  abandoned: 'count',
  serviceLevel: 'share',
  abandonmentRate: 'share',
  averageSpeedOfAnswer: 'ms',
  waitP50Ms: 'ms',
  waitP90Ms: 'ms',
  longestWaitMs: 'ms',
  occupancy: 'share',
}
const BETTER: Partial<Record<Figure, 'higher' | 'lower'>> = {
  answered: 'higher',
  abandoned: 'lower',
  serviceLevel: 'higher',
  abandonmentRate: 'lower',
  averageSpeedOfAnswer: 'lower',
  waitP50Ms: 'lower',
  waitP90Ms: 'lower',
  longestWaitMs: 'lower',
}

/** What would be written as nought: half of the last place that is shown. */
const NOUGHT: Record<Metric['unit'], number> = { count: 0.5, share: 0.0005, ms: 500, score: 0.05 }

/** What a change comes to; `none` where it would be written as nought, `unsure` while nothing speaks against there being none. */
export type Verdict = 'better' | 'worse' | 'more' | 'less' | 'unsure' | 'none'

/** @param change after − before, with its confidence interval */
export function verdictOf(figure: Figure, change: Estimate): Verdict | null {
  if (!change) return null
  const nought = NOUGHT[UNITS[figure]]
  if (change.low > -nought && change.high < nought) return 'none'
  if (change.low <= 0 && change.high >= 0) return 'unsure'
  const rises = change.mean > 0
  const better = BETTER[figure]
  if (!better) return rises ? 'more' : 'less'
  return rises === (better === 'higher') ? 'better' : 'worse'
}

/** A round number at or above the greatest of these, to draw up to. */
export function ceilingOf(figure: Figure, values: readonly number[]): number {
  const greatest = Math.max(0, ...values)
  if (UNITS[figure] === 'share') return greatest > 0.5 ? 1 : Math.max(0.05, Math.ceil(greatest * 20) / 20)
  if (UNITS[figure] === 'ms') {
    const steps = [10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400, 604_800]
    return 1000 * (steps.find(step => step * 1000 >= greatest) ?? greatest / 1000)
  }
  const power = 10 ** Math.floor(Math.log10(Math.max(1, greatest)))
  return Math.ceil(Math.max(1, greatest) / power) * power
}
