import type { Metric } from '@centrala/api/report.ts'
import { clockDuration, type Format } from '../../i18n/format.ts'

/** A metric's value as people read it; a dash where there is none. */
export function figure(value: number | null | undefined, unit: Metric['unit'], format: Format): string {
  if (value === null || value === undefined) return '–'
  switch (unit) {
    case 'count':
      return format.number(value)
    case 'share':
      return format.percent(value)
    case 'ms':
      // From ten hours on nobody reads seconds.
      return value < 36_000_000
        ? clockDuration(value)
        : format.number(value / 3_600_000, { style: 'unit', unit: 'hour', maximumFractionDigits: 1 })
    case 'score':
      return format.number(value, { minimumFractionDigits: 1, maximumFractionDigits: 2 })
  }
}
