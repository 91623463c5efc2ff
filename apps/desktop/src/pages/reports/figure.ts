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
      return clockDuration(value)
    case 'score':
      return format.number(value, { minimumFractionDigits: 1, maximumFractionDigits: 2 })
  }
}
