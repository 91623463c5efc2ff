import { clsx } from 'clsx'
import { createContext, type ReactNode, use, useId } from 'react'
import { useTranslation } from 'react-i18next'

interface FieldContext {
  id: string
  describedBy: string | undefined
  invalid: boolean
  required: boolean
}

const Context = createContext<FieldContext | null>(null)

/** What a control inside a `Field` must carry, so that its label, hint and error belong to it. */
export function useField() {
  const field = use(Context)
  if (field === null) return {}
  return {
    id: field.id,
    'aria-describedby': field.describedBy,
    'aria-invalid': field.invalid || undefined,
    'aria-required': field.required || undefined,
  }
}

interface FieldProps {
  label: ReactNode
  hint?: ReactNode
  error?: string | null | undefined
  required?: boolean
  optional?: boolean
  /** The label is there for screen readers only. */
  quiet?: boolean
  className?: string
  children: ReactNode
}

export function Field({
  label,
  hint,
  error,
  required = false,
  optional = false,
  quiet,
  className,
  children,
}: FieldProps) {
  const id = useId()
  const { t } = useTranslation()
  const hintId = hint ? `${id}-hint` : undefined
  const errorId = error ? `${id}-error` : undefined
  const describedBy = [errorId, hintId].filter(Boolean).join(' ') || undefined
  return (
    <Context value={{ id, describedBy, invalid: Boolean(error), required }}>
      <div className={clsx('flex min-w-0 flex-col gap-1', className)}>
        <label htmlFor={id} className={clsx('font-medium text-ink text-xs', quiet && 'sr-only')}>
          {label}
          {optional && <span className="ml-1 font-normal text-faint">{t('optional')}</span>}
        </label>
        {children}
        {error && (
          <p id={errorId} role="alert" className="text-bad-ink text-xs">
            {error}
          </p>
        )}
        {hint && (
          <p id={hintId} className="text-muted text-xs">
            {hint}
          </p>
        )}
      </div>
    </Context>
  )
}
