import type { PreChatField } from '@centrala/api/webchat.ts'
import { useRef, useState } from 'preact/hooks'
import { useWidget } from './context.ts'
import { Field, problemOf } from './field.tsx'

export interface FormProps {
  fields: PreChatField[]
  submit: string
  busy?: boolean
  failed?: string | null
  onSubmit(values: Record<string, string>): void
}

/**
 * Fields with their problems shown in place, and the first wrong one focused. What is filled in outlives a reload and a closed panel; a `message` is the
 * same draft that the chat has, wherever it is sent in the end.
 */
export function Form({ fields, submit, busy = false, failed = null, onSubmit }: FormProps) {
  const { state, memory } = useWidget()
  const { voice } = state
  const words = { required: voice.words.required, badEmail: voice.say(voice.words.badEmail) }
  const [values, setValues] = useState<Record<string, string>>(() => {
    const known = { ...memory.tab.get<Record<string, string>>('form'), message: memory.tab.get<string>('draft') ?? '' }
    return Object.fromEntries(Object.entries(known).filter(([id]) => fields.some(field => field.id === id)))
  })
  const [tried, setTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)

  function change(id: string, value: string): void {
    const next = { ...values, [id]: value }
    setValues(next)
    const { message, ...others } = next
    if (id === 'message') memory.tab.set('draft', message || null)
    else memory.tab.set('form', others)
  }

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
          onChange={value => change(field.id, value)}
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
