import { useEffect, useState } from 'react'
import { Input } from './input.tsx'

interface NumberInputProps {
  value: number
  onChange: (value: number) => void
  min?: number
  max?: number
  step?: number
  /** Said after the number: "seconds". */
  unit?: string
  'aria-label'?: string
  disabled?: boolean
  className?: string
}

/** A number with its unit. What is no number becomes NaN, which the form's schema refuses with a word. */
export function NumberInput({ value, onChange, min, max, step = 1, unit, className, ...rest }: NumberInputProps) {
  const [text, setText] = useState(String(value))
  useEffect(() => {
    setText(before => (Number(before) === value || Number.isNaN(value) ? before : String(value)))
  }, [value])
  return (
    <span className="flex items-center gap-2">
      <Input
        type="number"
        inputMode={step < 1 ? 'decimal' : 'numeric'}
        min={min}
        max={max}
        step={step}
        value={text}
        onChange={event => {
          setText(event.target.value)
          onChange(event.target.value === '' ? Number.NaN : Number(event.target.value))
        }}
        className={className ?? 'figures max-w-28'}
        {...rest}
      />
      {unit && <span className="text-muted">{unit}</span>}
    </span>
  )
}
