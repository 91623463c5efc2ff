import { X } from 'lucide-react'
import { type ClipboardEvent, type KeyboardEvent, useState } from 'react'
import { useField } from './field.tsx'

interface WordListProps {
  value: readonly string[]
  onChange: (value: string[]) => void
  label: string
  placeholder?: string
  removeLabel: (word: string) => string
}

const words = (text: string) => text.split(/[\s,;]+/).filter(word => word !== '')

/** Short texts without spaces (addresses, sites, tags) as chips. Enter, comma or leaving the field adds; a pasted list is parted. */
export function WordList({ value, onChange, label, placeholder, removeLabel }: WordListProps) {
  const field = useField()
  const [text, setText] = useState('')
  const add = (more: string) => {
    const fresh = words(more).filter((word, index, all) => !value.includes(word) && all.indexOf(word) === index)
    if (fresh.length > 0) onChange([...value, ...fresh])
    setText('')
  }
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault() // Enter adds; it does not save the form around it
      add(text)
    } else if (event.key === 'Backspace' && text === '' && value.length > 0) onChange(value.slice(0, -1))
  }
  const paste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData.getData('text')
    if (words(pasted).length < 2) return
    event.preventDefault()
    add(pasted)
  }
  return (
    <ul
      aria-label={label}
      className="flex min-h-8 flex-wrap items-center gap-1 rounded-md bg-surface p-1 ring-1 ring-line-strong/60 ring-inset focus-within:ring-accent"
    >
      {value.map(word => (
        <li key={word} className="flex h-6 max-w-full items-center rounded-sm bg-sunken pl-2 text-xs">
          <span className="truncate">{word}</span>
          <button
            type="button"
            aria-label={removeLabel(word)}
            onClick={() => onChange(value.filter(other => other !== word))}
            className="grid size-6 place-items-center rounded-sm text-faint hover:text-ink"
          >
            <X size={12} aria-hidden />
          </button>
        </li>
      ))}
      <li className="min-w-32 flex-1">
        <input
          {...field}
          aria-label={label}
          placeholder={value.length === 0 ? placeholder : ''}
          value={text}
          onChange={event => (/[,;]$/.test(event.target.value) ? add(event.target.value) : setText(event.target.value))}
          onKeyDown={press}
          onPaste={paste}
          onBlur={() => add(text)}
          className="h-6 w-full bg-transparent px-1.5 outline-none placeholder:text-faint"
        />
      </li>
    </ul>
  )
}
