import { Search, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from './icon-button.tsx'
import { Input } from './input.tsx'

interface SearchInputProps {
  value: string
  onChange: (text: string) => void
  label: string
  autoFocus?: boolean
  className?: string
}

/** A search that asks 150 ms after the last key, and at once on Enter or when cleared. */
export function SearchInput({ value, onChange, label, autoFocus, className }: SearchInputProps) {
  const { t } = useTranslation()
  const [text, setText] = useState(value)
  const latest = useRef(onChange)
  latest.current = onChange
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => latest.current(text), 150)
    return () => clearTimeout(timer)
  }, [text, value])
  return (
    <search className={className}>
      <Input
        icon={Search}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        autoFocus={autoFocus}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => event.key === 'Enter' && onChange(text)}
        className="[&::-webkit-search-cancel-button]:hidden"
        trailing={
          text !== '' && (
            <IconButton
              icon={X}
              size="sm"
              label={t('clear')}
              onClick={() => {
                setText('')
                onChange('')
              }}
            />
          )
        }
      />
    </search>
  )
}

/** Above a table: search and filters on the left, what one can do on the right. */
export function Toolbar({ children, actions }: { children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-2 py-3">
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2">{children}</div>
      {actions && <div className="flex items-center gap-2">{actions}</div>}
    </div>
  )
}
