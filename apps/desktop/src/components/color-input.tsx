import { useField } from './field.tsx'
import { Input } from './input.tsx'

/** A colour, by the system's picker or as #rrggbb. */
export function ColorInput({
  value,
  onChange,
  label,
}: {
  value: string
  onChange: (value: string) => void
  label: string
}) {
  const field = useField()
  return (
    <span className="flex items-center gap-2">
      <input
        type="color"
        aria-label={label}
        value={/^#[0-9a-f]{6}$/i.test(value) ? value : '#000000'}
        onChange={event => onChange(event.target.value)}
        className="size-8 shrink-0 cursor-pointer rounded-md border-0 bg-transparent p-0"
      />
      <Input
        {...field}
        value={value}
        onChange={event => onChange(event.target.value)}
        className="figures max-w-28 font-mono"
      />
    </span>
  )
}
