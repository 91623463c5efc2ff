import { Plus, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/button.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { Input } from '../../../components/input.tsx'
import { nextRange, readTime } from './time.ts'

type Range = [string, string]

interface RangesInputProps {
  value: readonly Range[]
  onChange: (value: Range[]) => void
  /** Whose times: "Monday". */
  label: string
  closedLabel: string
}

/** Opening times of one day. "8" and "830" become 08:00 and 08:30 when the field is left. */
export function RangesInput({ value, onChange, label, closedLabel }: RangesInputProps) {
  const { t } = useTranslation('adminRouting')
  const set = (index: number, range: Range) => onChange(value.map((other, place) => (place === index ? range : other)))
  const next = nextRange(value)
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
      {value.length === 0 && <span className="text-muted">{closedLabel}</span>}
      {value.map(([from, to], index) => (
        <span key={index} className="flex items-center gap-1">
          <Input
            value={from}
            inputMode="numeric"
            aria-label={t('hours.fromOf', { day: label })}
            onChange={event => set(index, [event.target.value, to])}
            onBlur={() => set(index, [readTime(from), to])}
            className="figures max-w-17 text-center"
          />
          <span aria-hidden>–</span>
          <Input
            value={to}
            inputMode="numeric"
            aria-label={t('hours.toOf', { day: label })}
            onChange={event => set(index, [from, event.target.value])}
            onBlur={() => set(index, [from, readTime(to)])}
            className="figures max-w-17 text-center"
          />
          <IconButton
            icon={X}
            size="sm"
            label={t('hours.removeRange', { day: label })}
            onClick={() => onChange(value.filter((_, place) => place !== index))}
          />
        </span>
      ))}
      {next && value.length < 10 && (
        <Button look="ghost" size="sm" icon={Plus} onClick={() => onChange([...value, next])}>
          {t(value.length === 0 ? 'hours.openOn' : 'hours.addRange')}
        </Button>
      )}
    </div>
  )
}
