import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import type { Draft } from './use-draft.ts'

export interface NameFieldProps {
  draft: Draft<{ name: string }>
  label: string
  hint?: string
  maxLength?: number
  /** There is no such thing yet: naming it comes first. */
  isNew: boolean
}

/** What something is called: the first field of its form. */
export function NameField({ draft, label, hint, maxLength = 120, isNew }: NameFieldProps) {
  const { value, set, error } = draft
  return (
    <Field label={label} {...(hint && { hint })} error={error('name')} required>
      <Input
        value={value.name}
        onChange={event => set({ name: event.target.value })}
        maxLength={maxLength}
        autoFocus={isNew}
      />
    </Field>
  )
}
