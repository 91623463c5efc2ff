import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import { Slot } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { Spinner } from './spinner.tsx'

export type ButtonLook = 'primary' | 'plain' | 'ghost' | 'danger' | 'ok'

const LOOKS: Record<ButtonLook, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover',
  plain: 'bg-surface text-ink ring-1 ring-inset ring-line shadow-card hover:bg-hover',
  ghost: 'text-muted hover:bg-hover hover:text-ink',
  danger: 'bg-bad text-on-bad hover:brightness-95',
  ok: 'bg-ok text-on-accent hover:brightness-95',
}

export const BUTTON_SIZES = {
  sm: 'h-7 gap-1 px-2 text-xs rounded-md pointer-coarse:h-9',
  md: 'h-8 gap-1.5 px-3 text-sm rounded-md pointer-coarse:h-10',
  lg: 'h-10 gap-2 px-4 text-base rounded-md',
}

export interface ButtonProps extends ComponentProps<'button'> {
  look?: ButtonLook
  size?: keyof typeof BUTTON_SIZES
  icon?: LucideIcon
  /** Given where a press starts work: shows a spinner and refuses presses while it goes on; the button keeps its width and its focus. A double click is one press. */
  busy?: boolean
  /** The child is the element to draw (a link); it gets the looks. */
  asChild?: boolean
  trailing?: ReactNode
}

export function Button({
  look = 'plain',
  size = 'md',
  icon: Icon,
  busy,
  asChild = false,
  trailing,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const looks = clsx(
    'relative inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap font-medium transition-colors',
    'disabled:pointer-events-none disabled:opacity-50 aria-disabled:cursor-default',
    LOOKS[look],
    BUTTON_SIZES[size],
    className,
  )
  if (asChild)
    return (
      <Slot.Root className={looks} {...rest}>
        {children}
      </Slot.Root>
    )
  return (
    <button
      type="button"
      className={looks}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={event => {
        // The second click of a double click may come before the first has drawn that the work goes on.
        if (busy || (busy !== undefined && event.detail > 1)) event.preventDefault()
        else onClick?.(event)
      }}
      {...rest}
    >
      {busy && (
        <span className="absolute inset-0 grid place-items-center">
          <Spinner size={14} />
        </span>
      )}
      <span className={clsx('inline-flex items-center gap-[inherit]', busy && 'invisible')}>
        {Icon && <Icon size={size === 'sm' ? 14 : 16} aria-hidden />}
        {children}
        {trailing}
      </span>
    </button>
  )
}
