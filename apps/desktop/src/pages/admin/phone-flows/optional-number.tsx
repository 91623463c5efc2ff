import { Checkbox } from '../../../components/checkbox.tsx'
import { Field } from '../../../components/field.tsx'
import { NumberInput } from '../../../components/number-input.tsx'

interface OptionalNumberProps {
  label: string
  /** What holds without it: "Any number". */
  off: string
  value: number | null
  /** Where it begins when it is switched on. */
  start: number
  min: number
  unit?: string
  error: string | null
  onChange: (value: number | null) => void
}

/** A bound that may be left out. */
export function OptionalNumber({ label, off, value, start, min, unit, error, onChange }: OptionalNumberProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <Checkbox checked={value !== null} onChange={on => onChange(on ? start : null)} label={label} />
      {value === null ? (
        <p className="pl-6 text-muted text-xs">{off}</p>
      ) : (
        <Field label={label} quiet error={error} className="pl-6">
          <NumberInput value={value} onChange={onChange} min={min} {...(unit && { unit })} />
        </Field>
      )}
    </div>
  )
}
