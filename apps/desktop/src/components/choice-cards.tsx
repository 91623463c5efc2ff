import { clsx } from 'clsx'
import { type ReactNode, useId } from 'react'

interface ChoiceCardsProps<Value extends string> {
  label: string
  value: Value
  onChange: (value: Value) => void
  options: readonly { value: Value; label: string; hint: ReactNode }[]
}

/** One of a few ways, each with a sentence that says what it means. */
export function ChoiceCards<Value extends string>({ label, value, onChange, options }: ChoiceCardsProps<Value>) {
  const name = useId()
  return (
    <div role="radiogroup" aria-label={label} className="grid gap-2 sm:grid-cols-2">
      {options.map(option => {
        const id = `${name}-${option.value}`
        return (
          <label
            key={option.value}
            htmlFor={id}
            className={clsx(
              'flex cursor-pointer items-start gap-2 rounded-lg px-3 py-2.5 ring-1 ring-inset transition-colors',
              'has-focus-visible:outline-2 has-focus-visible:outline-accent',
              value === option.value ? 'bg-selected ring-accent' : 'ring-line hover:bg-hover',
            )}
          >
            <input
              id={id}
              type="radio"
              name={name}
              checked={value === option.value}
              onChange={() => onChange(option.value)}
              aria-describedby={`${id}-hint`}
              className="mt-0.5 size-4 shrink-0 accent-(--accent) outline-none"
            />
            <span className="min-w-0">
              <span className="block font-medium">{option.label}</span>
              <span id={`${id}-hint`} className="block text-muted text-xs">
                {option.hint}
              </span>
            </span>
          </label>
        )
      })}
    </div>
  )
}
