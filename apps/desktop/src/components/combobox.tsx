import { clsx } from 'clsx'
import { Command } from 'cmdk'
import { Check, ChevronsUpDown } from 'lucide-react'
import { Popover as Radix } from 'radix-ui'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useField } from './field.tsx'
import { CONTROL } from './input.tsx'
import type { Option } from './select.tsx'

interface ComboboxProps {
  value: string | null
  onChange: (value: string) => void
  options: readonly Option[]
  placeholder?: string
  /** Called while typing, for options that come from the server; then nothing is filtered here. */
  onSearch?: (text: string) => void
  loading?: boolean
  'aria-label'?: string
  className?: string
}

/** Diacritics do not stand in the way of a search: "zivkovic" finds "Živković". */
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase()

/** One of many options, found by typing. */
export function Combobox({
  value,
  onChange,
  options,
  placeholder,
  onSearch,
  loading,
  className,
  ...rest
}: ComboboxProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const search = useRef<HTMLInputElement>(null)
  const chosen = options.find(option => option.value === value)
  return (
    <Radix.Root
      open={open}
      onOpenChange={next => {
        setOpen(next)
        if (!next) setText('')
      }}
    >
      <Radix.Trigger
        {...useField()}
        role="combobox"
        aria-expanded={open}
        onKeyDown={event => {
          // A letter or an arrow opens it, as in a native list; the letter is the first of the search.
          const letter = /^[\p{L}\p{N}]$/u.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey
          if (!letter && event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
          event.preventDefault()
          // Typed quickly, several come before the search has the focus.
          const sought = letter ? text + event.key : ''
          setText(sought)
          if (letter) onSearch?.(sought)
          setOpen(true)
        }}
        aria-label={rest['aria-label']}
        className={clsx(
          CONTROL,
          'flex h-8 items-center justify-between gap-2 px-2.5 text-left pointer-coarse:h-10',
          className,
        )}
      >
        <span className={clsx('truncate', !chosen && 'text-faint')}>{chosen?.label ?? placeholder ?? t('choose')}</span>
        <ChevronsUpDown size={14} aria-hidden className="shrink-0 text-faint" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={event => {
            // Behind what has been typed already, and not selecting it: the next letter would take its place.
            event.preventDefault()
            search.current?.focus()
            search.current?.setSelectionRange(text.length, text.length)
          }}
          className="z-50 w-(--radix-popover-trigger-width) min-w-60 animate-enter overflow-hidden rounded-lg bg-raised shadow-pop"
        >
          <Command
            shouldFilter={onSearch === undefined}
            filter={(_, search, keywords) => (fold(keywords?.join(' ') ?? '').includes(fold(search)) ? 1 : 0)}
          >
            <Command.Input
              ref={search}
              value={text}
              onValueChange={next => {
                setText(next)
                onSearch?.(next)
              }}
              placeholder={t('typeToSearch')}
              className="h-9 w-full border-b bg-transparent px-3 outline-none placeholder:text-faint pointer-coarse:text-lg"
            />
            <Command.List className="max-h-64 overflow-y-auto p-1">
              <Command.Empty className="px-3 py-6 text-center text-muted">
                {loading ? t('loading') : t('nothingFound')}
              </Command.Empty>
              {options.map(option => (
                <Command.Item
                  key={option.value}
                  value={option.value}
                  keywords={[option.label, option.hint ?? '']}
                  disabled={option.disabled ?? false}
                  onSelect={() => {
                    onChange(option.value)
                    setOpen(false)
                    setText('')
                  }}
                  className="flex min-h-8 cursor-default items-center gap-2 rounded-md px-2 py-1 data-[disabled=true]:opacity-50 data-[selected=true]:bg-hover pointer-coarse:min-h-10"
                >
                  {option.icon}
                  <span className="min-w-0 flex-1">
                    <span className="block truncate">{option.label}</span>
                    {option.hint && <span className="block truncate text-muted text-xs">{option.hint}</span>}
                  </span>
                  {option.value === value && <Check size={15} aria-hidden className="text-accent-ink" />}
                </Command.Item>
              ))}
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
