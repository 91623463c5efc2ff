import { clsx } from 'clsx'
import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

interface TabsProps<Value extends string> {
  value: Value
  onChange: (value: Value) => void
  label: string
  tabs: readonly { value: Value; label: ReactNode; content: ReactNode }[]
  className?: string
}

export function Tabs<Value extends string>({ value, onChange, label, tabs, className }: TabsProps<Value>) {
  return (
    <Radix.Root
      value={value}
      onValueChange={next => onChange(next as Value)}
      className={clsx('flex min-h-0 flex-col', className)}
    >
      <Radix.List aria-label={label} className="flex shrink-0 gap-4 overflow-x-auto border-b px-4">
        {tabs.map(tab => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className="focus-inside -mb-px h-9 whitespace-nowrap border-transparent border-b-2 font-medium text-muted hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink pointer-coarse:h-11"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(tab => (
        <Radix.Content key={tab.value} value={tab.value} className="min-h-0 flex-1 overflow-y-auto outline-none">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
