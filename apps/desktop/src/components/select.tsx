import { clsx } from 'clsx'
import { Check, ChevronDown } from 'lucide-react'
import { Select as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { useField } from './field.tsx'
import { CONTROL } from './input.tsx'

export interface Option<Value extends string = string> {
  value: Value
  label: string
  icon?: ReactNode
  hint?: string
  disabled?: boolean
}

interface SelectProps<Value extends string> {
  value: Value | null
  onChange: (value: Value) => void
  options: readonly Option<Value>[]
  placeholder?: string
  'aria-label'?: string
  disabled?: boolean
  className?: string
}

/** A choice among few (up to about ten) known options; for more, use `Combobox`. */
export function Select<Value extends string>({
  value,
  onChange,
  options,
  placeholder,
  disabled,
  className,
  ...rest
}: SelectProps<Value>) {
  return (
    <Radix.Root value={value ?? ''} onValueChange={next => onChange(next as Value)} disabled={disabled ?? false}>
      <Radix.Trigger
        {...useField()}
        aria-label={rest['aria-label']}
        className={clsx(
          CONTROL,
          'flex h-8 items-center justify-between gap-2 px-2.5 text-left data-placeholder:text-faint pointer-coarse:h-10',
          className,
        )}
      >
        <span className="truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <ChevronDown size={15} aria-hidden className="shrink-0 text-faint" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) animate-enter overflow-hidden rounded-lg bg-raised p-1 shadow-pop"
        >
          <Radix.Viewport>
            {options.map(option => (
              <Radix.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className="flex min-h-8 cursor-default select-none items-center gap-2 rounded-md py-1 pr-8 pl-2 outline-none data-highlighted:bg-hover data-disabled:opacity-50 data-[state=checked]:font-medium pointer-coarse:min-h-10"
              >
                {option.icon}
                <span className="flex flex-col">
                  <Radix.ItemText>{option.label}</Radix.ItemText>
                  {option.hint && <span className="font-normal text-muted text-xs">{option.hint}</span>}
                </span>
                <Radix.ItemIndicator className="absolute right-3 text-accent-ink">
                  <Check size={15} />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
