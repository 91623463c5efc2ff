import { CalendarDays } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Input } from '../../components/input.tsx'
import { Select } from '../../components/select.tsx'
import { type Days, PRESETS, type Preset } from './period.ts'

interface PeriodPickerProps {
  preset: Preset
  days: Days
  /** The first day that can be chosen; default: any. */
  earliest?: string | undefined
  /** The last day that can be chosen. */
  today: string
  onChange: (preset: Preset, days: Days) => void
}

/** The period: a named one, or two days chosen by hand. */
export function PeriodPicker({ preset, days, earliest, today, onChange }: PeriodPickerProps) {
  const { t } = useTranslation('reports')
  return (
    <>
      <Select
        aria-label={t('period.label')}
        className="w-44! max-sm:w-full!"
        value={preset}
        onChange={next => onChange(next, days)}
        options={PRESETS.map(one => ({
          value: one,
          label: t(`period.${one}`),
          icon: <CalendarDays size={14} aria-hidden />,
        }))}
      />
      {preset === 'custom' && (
        <span className="inline-flex items-center gap-1.5">
          <Input
            type="date"
            aria-label={t('period.from')}
            value={days.from}
            min={earliest}
            max={days.to}
            onChange={event => event.target.value && onChange('custom', { ...days, from: event.target.value })}
            className="w-36!"
          />
          <span aria-hidden>–</span>
          <Input
            type="date"
            aria-label={t('period.to')}
            value={days.to}
            min={days.from}
            max={today}
            onChange={event => event.target.value && onChange('custom', { ...days, to: event.target.value })}
            className="w-36!"
          />
        </span>
      )}
    </>
  )
}
