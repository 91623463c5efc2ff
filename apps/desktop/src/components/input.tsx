import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { useField } from './field.tsx'

export const CONTROL =
  'w-full min-w-0 rounded-md bg-surface text-ink ring-1 ring-inset ring-line-strong/60 placeholder:text-faint ' +
  'transition-shadow hover:ring-line-strong focus-visible:outline-2 focus-visible:-outline-offset-1 ' +
  'disabled:opacity-60 aria-invalid:ring-bad pointer-coarse:text-lg'

interface InputProps extends Omit<ComponentProps<'input'>, 'size'> {
  icon?: LucideIcon
  trailing?: ReactNode
}

export function Input({ icon: Icon, trailing, className, ...rest }: InputProps) {
  const input = (
    <input
      {...useField()}
      autoComplete="off"
      className={clsx(CONTROL, 'h-8 px-2.5 pointer-coarse:h-10', Icon && 'pl-8', trailing && 'pr-9', className)}
      {...rest}
    />
  )
  if (!Icon && !trailing) return input
  return (
    <div className="relative w-full">
      {Icon && (
        <Icon size={15} aria-hidden className="pointer-events-none absolute inset-y-0 left-2.5 my-auto text-faint" />
      )}
      {input}
      {trailing && <div className="absolute inset-y-0 right-1 flex items-center">{trailing}</div>}
    </div>
  )
}
