import { Checkbox } from './checkbox.tsx'

interface CheckListProps {
  label: string
  options: readonly { value: string; label: string; hint?: string }[]
  value: readonly string[]
  onChange: (value: string[]) => void
  columns?: boolean
}

/** Any number of known things. */
export function CheckList({ label, options, value, onChange, columns = false }: CheckListProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a grid in every browser
    <div
      role="group"
      aria-label={label}
      className={columns ? 'grid gap-x-4 gap-y-1.5 sm:grid-cols-2' : 'flex flex-col gap-1.5'}
    >
      {options.map(option => (
        <Checkbox
          key={option.value}
          checked={value.includes(option.value)}
          onChange={on => onChange(on ? [...value, option.value] : value.filter(other => other !== option.value))}
          label={option.label}
          hint={option.hint}
        />
      ))}
    </div>
  )
}
