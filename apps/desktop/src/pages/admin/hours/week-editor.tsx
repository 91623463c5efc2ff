import { DAYS, type HoursBody } from '@centrala/api/hours.ts'
import { Copy } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../../components/icon-button.tsx'
import { currentLocale } from '../../../i18n/i18n.ts'
import { intlTag } from '../../../i18n/locale.ts'
import { RangesInput } from './ranges-input.tsx'

interface WeekEditorProps {
  value: HoursBody['weekly']
  onChange: (value: HoursBody['weekly']) => void
  error: (path: string) => string | null
}

/** The seven days, Monday first; one day's times can be taken over for the days after it. */
export function WeekEditor({ value, onChange, error }: WeekEditorProps) {
  const { t } = useTranslation('adminRouting')
  const names = new Intl.DateTimeFormat(intlTag(currentLocale()), { weekday: 'long', timeZone: 'UTC' })
  return (
    <ul className="flex flex-col">
      {DAYS.map((day, index) => {
        // 5 January 2026 is a Monday.
        const name = names.format(Date.UTC(2026, 0, 5 + index))
        const ranges = value[day] ?? []
        const problem = error(`weekly.${day}`)
        return (
          <li
            key={day}
            className="grid grid-cols-[7rem_1fr_auto] items-start gap-2 border-b py-1.5 last:border-b-0 max-sm:grid-cols-1"
          >
            <span className="pt-1.5 first-letter:uppercase">{name}</span>
            <div className="flex min-h-8 flex-col justify-center">
              <RangesInput
                value={ranges}
                label={name}
                closedLabel={t('hours.closed')}
                onChange={next => onChange({ ...value, [day]: next })}
              />
              {problem && (
                <p role="alert" className="pt-1 text-bad-ink text-xs">
                  {problem}
                </p>
              )}
            </div>
            {index < 4 && ranges.length > 0 && (
              <IconButton
                icon={Copy}
                size="sm"
                label={t('hours.copyDown', { day: name })}
                className="max-sm:hidden"
                onClick={() =>
                  onChange({ ...value, ...Object.fromEntries(DAYS.slice(index + 1, 5).map(later => [later, ranges])) })
                }
              />
            )}
          </li>
        )
      })}
    </ul>
  )
}
