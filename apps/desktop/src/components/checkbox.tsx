import { Check, Minus } from 'lucide-react'
import { Checkbox as Radix } from 'radix-ui'
import { type ReactNode, useId } from 'react'

interface CheckboxProps {
  checked: boolean | 'indeterminate'
  onChange: (checked: boolean) => void
  label: ReactNode
  hint?: ReactNode
  /** The label is there for screen readers only. */
  quiet?: boolean
  disabled?: boolean
}

export function Checkbox({ checked, onChange, label, hint, quiet, disabled }: CheckboxProps) {
  const id = useId()
  return (
    <div className="flex items-start gap-2">
      <Radix.Root
        id={id}
        checked={checked}
        disabled={disabled ?? false}
        onCheckedChange={next => onChange(next === true)}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-sm bg-surface ring-1 ring-line-strong ring-inset disabled:opacity-50 data-[state=checked]:bg-accent data-[state=indeterminate]:bg-accent data-[state=checked]:ring-accent pointer-coarse:size-5"
      >
        <Radix.Indicator className="text-on-accent">
          {checked === 'indeterminate' ? <Minus size={13} strokeWidth={3} /> : <Check size={13} strokeWidth={3} />}
        </Radix.Indicator>
      </Radix.Root>
      <div className={quiet ? 'sr-only' : 'min-w-0'}>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-hint`} className="text-muted text-xs">
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}
