import type { PreChatField } from '@centrala/api/webchat.ts'
import { useRef, useState } from 'preact/hooks'
import { useWidget } from './context.ts'
import { Field, problemOf } from './field.tsx'

export interface FormProps {
  fields: PreChatField[]
  /** What is there already. */
  initial?: Record<string, string>
  submit: string
  busy?: boolean
  failed?: string | null
  onSubmit(values: Record<string, string>): void
}

/** Fields with their problems shown in place, and the first wrong one focused. */
export function Form({ fields, initial = {}, submit, busy = false, failed = null, onSubmit }: FormProps) {
  const { state } = useWidget()
  const { voice } = state
  const words = { required: voice.words.required, badEmail: voice.say(voice.words.badEmail) }
  const [values, setValues] = useState<Record<string, string>>(initial)
  const [tried, setTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)

  function send(event: Event): void {
    event.preventDefault()
    setTried(true)
    const wrong = fields.find(field => problemOf(field, values[field.id] ?? '', words))
    if (wrong) form.current?.querySelector<HTMLElement>(`#field-${wrong.id}`)?.focus()
    else onSubmit(Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== '')))
  }

  return (
    <form ref={form} class="form" noValidate onSubmit={send}>
      {fields.map(field => (
        <Field
          key={field.id}
          field={field}
          value={values[field.id] ?? ''}
          problem={tried ? problemOf(field, values[field.id] ?? '', words) : null}
          onChange={value => setValues({ ...values, [field.id]: value })}
        />
      ))}
      {failed && (
        <p class="problem" role="alert">
          {failed}
        </p>
      )}
      <button type="submit" class="primary" disabled={busy}>
        {submit}
      </button>
    </form>
  )
}
