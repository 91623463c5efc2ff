import type { Report } from '@centrala/api/report.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { intlTag, isLocale } from '../../i18n/locale.ts'

const SHAPES: Record<Report['interval'], Intl.DateTimeFormatOptions> = {
  '15m': { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  hour: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { weekday: 'short', day: 'numeric', month: 'short' },
  week: { day: 'numeric', month: 'short', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
}

/** How an interval is called, by its beginning, in the report's time zone and the reader's language. */
export function useIntervalName(interval: Report['interval'], timeZone: string): (at: string) => string {
  const { i18n } = useTranslation()
  return useMemo(() => {
    const tag = isLocale(i18n.language) ? intlTag(i18n.language) : 'en-GB'
    const format = new Intl.DateTimeFormat(tag, { ...SHAPES[interval], timeZone })
    return at => format.format(new Date(at))
  }, [i18n.language, interval, timeZone])
}
