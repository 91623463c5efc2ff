import type { PreChatField } from '@centrala/api/webchat.ts'
import { useWidget } from './context.ts'
import { localised } from './localised.ts'

export interface FieldProps {
  field: PreChatField
  value: string
  problem: string | null
  onChange(value: string): void
}

/** What a field is called where the company has given it no name of its own. */
export function useLabel(): (field: PreChatField) => string {
  const { state } = useWidget()
  const { words } = state.voice
  const ours: Record<string, string> = {
    name: words.name,
    email: words.email,
    phone: words.phone,
    message: words.message,
  }
  return field => localised(field.label, state) || ours[field.id] || ours[field.kind] || field.id
}

export function Field({ field, value, problem, onChange }: FieldProps) {
  const { state } = useWidget()
  const label = useLabel()(field)
  const id = `field-${field.id}`
  const common = {
    id,
    name: field.id,
    value,
    required: field.required,
    'aria-invalid': problem !== null,
    'aria-describedby': problem ? `${id}-problem` : undefined,
    dir: 'auto' as const,
    onInput: (event: Event) => onChange((event.target as HTMLInputElement).value),
  }
  const types = { text: 'text', email: 'email', phone: 'tel' } as const
  const autocomplete = { name: 'name', email: 'email', phone: 'tel' }[field.id] ?? 'off'
  return (
    <div class="field">
      <label for={id}>
        {label}
        {field.required && <span aria-hidden="true"> *</span>}
      </label>
      {field.kind === 'longText' ? (
        <textarea {...common} rows={4} maxLength={10_000} />
      ) : field.kind === 'choice' ? (
        <select {...common}>
          <option value="">{state.voice.words.choose}</option>
          {field.options.map(option => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      ) : (
        <input {...common} type={types[field.kind]} list={undefined} autocomplete={autocomplete} maxLength={2000} />
      )}
      {problem && (
        <p class="problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  )
}

/** What is wrong with a value, in words, or null. */
export function problemOf(
  field: PreChatField,
  value: string,
  words: { required: string; badEmail: string },
): string | null {
  if (field.required && value.trim() === '') return words.required
  if (field.kind === 'email' && value.trim() !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(value.trim()))
    return words.badEmail
  return null
}
