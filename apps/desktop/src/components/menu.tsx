import { clsx } from 'clsx'
import { Check, type LucideIcon } from 'lucide-react'
import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Kbd } from './kbd.tsx'

interface MenuProps {
  trigger: ReactNode
  children: ReactNode
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'right' | 'bottom' | 'left'
  label?: string
  className?: string
}

export function Menu({ trigger, children, align = 'end', side, label, className }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          {...(side ? { side } : {})}
          aria-label={label}
          sideOffset={4}
          collisionPadding={8}
          className={clsx(
            'z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-52 animate-enter overflow-y-auto rounded-lg bg-raised p-1 shadow-pop',
            className,
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

interface MenuItemProps {
  icon?: LucideIcon | ReactNode
  children: ReactNode
  hint?: ReactNode
  keys?: string | undefined
  danger?: boolean
  checked?: boolean
  disabled?: boolean
  onSelect: () => void
}

const isIcon = (icon: MenuItemProps['icon']): icon is LucideIcon =>
  typeof icon === 'function' || (typeof icon === 'object' && icon !== null && 'render' in icon)

export function MenuItem({ icon, children, hint, keys, danger, checked, disabled, onSelect }: MenuItemProps) {
  const Icon = isIcon(icon) ? icon : null
  const Item = checked === undefined ? Radix.Item : Radix.CheckboxItem
  return (
    <Item
      {...(checked === undefined ? {} : { checked })}
      disabled={disabled ?? false}
      onSelect={onSelect}
      className={clsx(
        'flex min-h-8 cursor-default select-none items-center gap-2.5 rounded-md px-2 py-1 outline-none data-disabled:opacity-50 pointer-coarse:min-h-11',
        danger ? 'text-bad-ink data-highlighted:bg-bad-soft' : 'data-highlighted:bg-hover',
      )}
    >
      {Icon ? <Icon size={16} aria-hidden className={danger ? '' : 'text-muted'} /> : (icon as ReactNode)}
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="truncate">{children}</span>
        {hint && <span className="truncate text-muted text-xs">{hint}</span>}
      </span>
      {checked && <Check size={15} aria-hidden className="text-accent-ink" />}
      {keys && <Kbd keys={keys} />}
    </Item>
  )
}

export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <Radix.Label className="px-2 pt-1.5 pb-1 font-medium text-faint text-xs">{children}</Radix.Label>
)
export const MenuSeparator = () => <Radix.Separator className="-mx-1 my-1 h-px bg-line" />
