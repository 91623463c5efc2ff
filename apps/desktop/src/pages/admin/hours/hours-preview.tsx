import { type HoursBody, hoursBody, previewHours } from '@centrala/api/hours.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { DoorClosed, DoorOpen } from 'lucide-react'
import { useDeferredValue } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { useFormat } from '../../../i18n/format.ts'
import { currentLocale } from '../../../i18n/i18n.ts'
import { intlTag } from '../../../i18n/locale.ts'
import { minutesOf } from './time.ts'
import { zoneTime } from './zone-time.ts'

/** What these hours mean: open now or not, until when, the coming two weeks as bars, and the next holidays. */
export function HoursPreview({ value }: { value: HoursBody }) {
  const { t } = useTranslation('adminRouting')
  const format = useFormat()
  const { name: _, ...plan } = useDeferredValue(value)
  const preview = useQuery({
    queryKey: ['hours-preview', plan],
    queryFn: () => api.call(previewHours, { body: plan }),
    enabled: hoursBody.omit({ name: true }).safeParse(plan).success,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  }).data
  if (!preview) return <div className="h-40 animate-pulse rounded-lg bg-sunken" />
  const Door = preview.open ? DoorOpen : DoorClosed
  const weekday = new Intl.DateTimeFormat(intlTag(currentLocale()), { weekday: 'short', timeZone: 'UTC' })
  const date = (day: string) => new Date(`${day}T12:00:00Z`)
  return (
    <section aria-label={t('hours.preview')} className="flex flex-col gap-3 rounded-lg bg-sunken p-3">
      <p className="flex items-center gap-2" role="status">
        <Door size={18} aria-hidden className={preview.open ? 'text-ok' : 'text-muted'} />
        <span className="font-semibold">{t(preview.open ? 'hours.open' : 'hours.closed')}</span>
        <span className="text-muted">
          {preview.reason.name}
          {preview.reason.name && preview.changesAt && ' · '}
          {preview.changesAt &&
            t(preview.open ? 'hours.closesAt' : 'hours.opensAt', {
              at: zoneTime(preview.changesAt, plan.timeZone),
            })}
        </span>
      </p>
      <ul className="grid grid-cols-7 gap-1.5 sm:grid-cols-14" aria-label={t('hours.nextDays')}>
        {preview.days.map(day => (
          <li
            key={day.date}
            title={[day.date, day.name, day.ranges.map(range => range.join('–')).join(', ') || t('hours.closed')]
              .filter(Boolean)
              .join(' · ')}
            className="flex flex-col items-center gap-1"
          >
            <span className="relative h-16 w-full overflow-hidden rounded-sm bg-surface">
              {day.ranges.map(([from, to]) => (
                <span
                  key={from}
                  className={clsx('absolute inset-x-0', day.kind === 'closure' ? 'bg-warn' : 'bg-accent')}
                  style={{ top: `${minutesOf(from) / 14.4}%`, height: `${(minutesOf(to) - minutesOf(from)) / 14.4}%` }}
                />
              ))}
              {day.kind !== 'weekly' && day.ranges.length === 0 && (
                <span aria-hidden className="absolute inset-0 grid place-items-center text-warn-ink">
                  ✕
                </span>
              )}
            </span>
            <span className="text-2xs text-muted">{weekday.format(date(day.date))}</span>
            <span className="sr-only">
              {day.name} {day.ranges.map(range => range.join('–')).join(', ') || t('hours.closed')}
            </span>
          </li>
        ))}
      </ul>
      {preview.holidays.length > 0 && (
        <p className="text-muted text-xs">
          {t('hours.nextHolidays')}{' '}
          {preview.holidays.map(day => `${day.name} (${format.date(date(day.date))})`).join(', ')}
        </p>
      )}
    </section>
  )
}
