import { Plus, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'

interface TagEditorProps {
  tags: readonly string[]
  /** Without it the tags are only shown. */
  onChange?: (tags: string[]) => void
  label: string
  addLabel: string
  removeLabel: (tag: string) => string
}

/** Words that sort things, as chips. */
export function TagEditor({ tags, onChange, label, addLabel, removeLabel }: TagEditorProps) {
  const [text, setText] = useState<string | null>(null)
  const add = (event?: FormEvent) => {
    event?.preventDefault()
    const tag = text?.trim() ?? ''
    if (tag !== '' && !tags.includes(tag)) onChange?.([...tags, tag])
    setText(null)
  }
  return (
    <ul aria-label={label} className="flex flex-wrap gap-1">
      {tags.map(tag => (
        <li key={tag} className="flex h-6 max-w-full items-center rounded-sm bg-sunken pl-2 text-xs last:pr-2">
          <span className="truncate">{tag}</span>
          {onChange ? (
            <button
              type="button"
              aria-label={removeLabel(tag)}
              onClick={() => onChange(tags.filter(other => other !== tag))}
              className="grid size-6 place-items-center rounded-sm text-faint hover:text-ink"
            >
              <X size={12} aria-hidden />
            </button>
          ) : (
            <span className="w-2" />
          )}
        </li>
      ))}
      {onChange && (
        <li>
          {text === null ? (
            <button
              type="button"
              onClick={() => setText('')}
              className="flex h-6 items-center gap-1 rounded-sm px-1 text-muted text-xs hover:bg-hover hover:text-ink"
            >
              <Plus size={13} aria-hidden />
              {addLabel}
            </button>
          ) : (
            <form onSubmit={add}>
              <input
                // biome-ignore lint/a11y/noAutofocus: it appears because one pressed to write here
                autoFocus
                aria-label={addLabel}
                value={text}
                maxLength={40}
                onChange={event => setText(event.target.value)}
                onBlur={() => add()}
                onKeyDown={event => event.key === 'Escape' && setText(null)}
                className="h-6 w-28 rounded-sm bg-sunken px-2 text-xs"
              />
            </form>
          )}
        </li>
      )}
    </ul>
  )
}
