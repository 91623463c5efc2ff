import { clsx } from 'clsx'
import { useEffect, useRef } from 'react'

export interface Suggestion {
  id: string
  label: string
  hint: string
}

interface SuggestListProps {
  id: string
  label: string
  items: readonly Suggestion[]
  active: number
  empty: string
  onActive: (index: number) => void
  onChoose: (item: Suggestion) => void
}

/** Choices above the text one is writing; the keyboard stays in the text. */
export function SuggestList({ id, label, items, active, empty, onActive, onChoose }: SuggestListProps) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <div className="absolute inset-x-2 bottom-full z-20 mb-1 max-w-lg animate-enter overflow-hidden rounded-lg bg-raised shadow-pop">
      {items.length === 0 ? (
        <p className="px-3 py-2 text-muted">{empty}</p>
      ) : (
        <div ref={list} role="listbox" id={id} aria-label={label} className="max-h-64 overflow-y-auto p-1">
          {items.map((item, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the text field keeps the focus and names the active option
            // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are handled by the text field
            <div
              key={item.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              onMouseMove={() => onActive(index)}
              onMouseDown={event => event.preventDefault()}
              onClick={() => onChoose(item)}
              className={clsx(
                'flex cursor-default items-baseline gap-2 rounded-md px-2 py-1.5',
                index === active && 'bg-hover',
              )}
            >
              <span className="shrink-0 font-medium">{item.label}</span>
              <span className="truncate text-muted">{item.hint}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
