import { clsx } from 'clsx'
import { GripVertical } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react'

interface OrderListProps<Item> {
  items: readonly Item[]
  itemKey: (item: Item) => string
  /** Told once, when the item has been put down or moved by a key. */
  onMove: (from: number, to: number) => void
  label: string
  /** Of the handle: "Move Invoices: up and down arrow". */
  handleLabel: (item: Item) => string
  className?: string
  children: (item: Item, index: number) => ReactNode
}

/** The list with one item moved. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const next = [...items]
  const [item] = next.splice(from, 1)
  if (item !== undefined) next.splice(to, 0, item)
  return next
}

/** A list whose order means something. A handle is dragged, or moved by the arrow keys when it has the focus. */
export function OrderList<Item>({
  items,
  itemKey,
  onMove,
  label,
  handleLabel,
  className,
  children,
}: OrderListProps<Item>) {
  const list = useRef<HTMLOListElement>(null)
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null)

  const placeAt = (y: number): number => {
    const rows = [...(list.current?.children ?? [])]
    const index = rows.findIndex(row => {
      const box = row.getBoundingClientRect()
      return y < box.top + box.height / 2
    })
    const place = index < 0 ? rows.length : index
    return drag && place > drag.from ? place - 1 : place
  }
  const grab = (event: PointerEvent<HTMLButtonElement>, from: number) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    setDrag({ from, to: from })
  }
  const press = (event: KeyboardEvent<HTMLButtonElement>, index: number) => {
    const to = { ArrowUp: index - 1, ArrowDown: index + 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    if (to < 0 || to >= items.length) return
    const key = itemKey(items[index] as Item)
    onMove(index, to)
    // The handle moves with its row and keeps the focus.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-handle="${CSS.escape(key)}"]`)?.focus())
  }
  return (
    <ol ref={list} aria-label={label} className={className}>
      {items.map((item, index) => (
        <li
          key={itemKey(item)}
          className={clsx(
            'relative flex min-w-0 items-start gap-1',
            drag?.from === index && 'opacity-40',
            drag &&
              drag.to === index &&
              drag.to < drag.from &&
              'before:absolute before:inset-x-0 before:-top-px before:h-0.5 before:bg-accent',
            drag &&
              drag.to === index &&
              drag.to > drag.from &&
              'after:absolute after:inset-x-0 after:-bottom-px after:h-0.5 after:bg-accent',
          )}
        >
          <button
            type="button"
            data-handle={itemKey(item)}
            aria-label={handleLabel(item)}
            title={handleLabel(item)}
            onPointerDown={event => grab(event, index)}
            onPointerMove={event =>
              drag && setDrag({ ...drag, to: Math.min(items.length - 1, placeAt(event.clientY)) })
            }
            onPointerUp={() => {
              if (drag && drag.from !== drag.to) onMove(drag.from, drag.to)
              setDrag(null)
            }}
            onPointerCancel={() => setDrag(null)}
            onKeyDown={event => press(event, index)}
            className="grid h-9 w-6 shrink-0 cursor-grab touch-none place-items-center rounded-sm text-faint hover:bg-hover hover:text-ink active:cursor-grabbing"
          >
            <GripVertical size={15} aria-hidden />
          </button>
          <div className="min-w-0 flex-1">{children(item, index)}</div>
        </li>
      ))}
    </ol>
  )
}
