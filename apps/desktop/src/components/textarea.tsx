import { clsx } from 'clsx'
import type { ComponentProps } from 'react'
import { useField } from './field.tsx'
import { CONTROL } from './input.tsx'

/** Grows with its text. */
export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      {...useField()}
      rows={3}
      className={clsx(CONTROL, 'field-sizing-content max-h-80 resize-y px-2.5 py-1.5', className)}
      {...rest}
    />
  )
}
