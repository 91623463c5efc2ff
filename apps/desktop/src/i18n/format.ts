import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { intlTag, isLocale } from './locale.ts'

type When = Date | string | number

const toDate = (when: When): Date => (when instanceof Date ? when : new Date(when))

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** Formatters of one language. Times are shown in the reader's own time zone, on a 24-hour clock. */
export function createFormat(tag: string) {
  const time = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const date = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', year: 'numeric' })
  const shortDate = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short' })
  const full = new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeStyle: 'medium', hourCycle: 'h23' })
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'short' })
  const number = new Intl.NumberFormat(tag)
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 })
  const list = new Intl.ListFormat(tag)
  return {
    time: (when: When) => time.format(toDate(when)),
    date: (when: When) => date.format(toDate(when)),
    full: (when: When) => full.format(toDate(when)),
    dateTime: (when: When) => `${date.format(toDate(when))}, ${time.format(toDate(when))}`,
    number: (value: number, options?: Intl.NumberFormatOptions) =>
      options === undefined ? number.format(value) : new Intl.NumberFormat(tag, options).format(value),
    /** A share from 0 to 1 as a percentage. */
    percent: (share: number) => percent.format(share),
    list: (items: string[]) => list.format(items),
    /** Bytes in the unit a person would use. */
    bytes: (bytes: number) => {
      const [value, unit] =
        bytes < 1000
          ? [bytes, 'byte']
          : bytes < 1_000_000
            ? [bytes / 1000, 'kilobyte']
            : [bytes / 1_000_000, 'megabyte']
      return new Intl.NumberFormat(tag, { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(
        value,
      )
    },
    /** "3 min ago", "in 2 hr"; under a minute "now". */
    ago: (when: When, now: number) => {
      const differenceMs = toDate(when).getTime() - now
      for (const [unit, size] of STEPS)
        if (Math.abs(differenceMs) >= size) return relative.format(Math.trunc(differenceMs / size), unit)
      return relative.format(0, 'second')
    },
    /** Today the time, this year the day, before that the date. */
    stamp: (when: When, now: number) => {
      const day = toDate(when)
      const today = new Date(now)
      if (day.toDateString() === today.toDateString()) return time.format(day)
      return (day.getFullYear() === today.getFullYear() ? shortDate : date).format(day)
    },
    /** The heading over a day's messages: "today", "yesterday" or the date. */
    day: (when: When, now: number) => {
      const day = toDate(when)
      const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()
      const days = Math.round((midnight(day) - midnight(new Date(now))) / 86_400_000)
      return days >= -1 && days <= 0
        ? new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }).format(days, 'day')
        : date.format(day)
    },
  }
}

export type Format = ReturnType<typeof createFormat>

/** `4:07`, `1:04:07`: a length of time as a clock shows it. */
export function clockDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const pad = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`
}

export function useFormat(): Format {
  const { i18n } = useTranslation()
  return useMemo(() => createFormat(isLocale(i18n.language) ? intlTag(i18n.language) : 'en-GB'), [i18n.language])
}
