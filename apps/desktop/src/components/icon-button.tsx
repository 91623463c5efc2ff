import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { Count } from './badge.tsx'
import { Tooltip } from './tooltip.tsx'

const SIZES = { sm: 'size-7 pointer-coarse:size-9', md: 'size-8 pointer-coarse:size-10', lg: 'size-10' }

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  icon: LucideIcon
  /** What pressing it does: the accessible name and the tooltip. */
  label: string
  keys?: string
  size?: keyof typeof SIZES
  pressed?: boolean
  /** How many things ask for attention behind it; the label says so in words. */
  badge?: number
  side?: 'top' | 'right' | 'bottom' | 'left'
}

export function IconButton({
  icon: Icon,
  label,
  keys,
  size = 'md',
  pressed,
  badge = 0,
  side,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip label={label} keys={keys} side={side}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        className={clsx(
          'relative inline-grid shrink-0 place-items-center rounded-md transition-colors disabled:pointer-events-none disabled:opacity-40',
          pressed
            ? 'bg-selected text-accent-ink'
            : 'text-muted hover:bg-hover hover:text-ink data-[state=open]:bg-hover',
          SIZES[size],
          className,
        )}
        {...rest}
      >
        <Icon size={size === 'sm' ? 15 : 17} aria-hidden />
        {badge > 0 && (
          <span aria-hidden className="absolute -top-0.5 -right-0.5">
            <Count value={badge} label="" />
          </span>
        )}
      </button>
    </Tooltip>
  )
}
