import { clsx } from 'clsx'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

export interface Column<Row> {
  key: string
  label: ReactNode
  cell: (row: Row) => ReactNode
  /** What to sort by; without it the column does not sort. Null sorts last. */
  sortBy?: (row: Row) => string | number | null
  align?: 'left' | 'right'
  /** Tailwind width, e.g. `w-32`. */
  width?: string
  /** Left out on narrow screens. */
  minor?: boolean
  /** Explains the figure in a few words. */
  hint?: string
  /** A way to a longer explanation, beside the label. */
  help?: ReactNode
}

export interface Sort {
  key: string
  descending: boolean
}

interface TableProps<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** Opens a row, by click or Enter. */
  onOpen?: (row: Row) => void
  selectedKey?: string | null
  /** Given with `onSort`, the server sorts; otherwise the table does. */
  sort?: Sort | null
  onSort?: (sort: Sort) => void
  initialSort?: Sort
  empty?: ReactNode
  footer?: ReactNode
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b))
}

/** A grid of facts. Arrow keys walk the rows, Enter opens one, headers sort. */
export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, rowKey, onOpen, selectedKey, onSort, initialSort, empty, footer } = props
  const { t } = useTranslation()
  const [ownSort, setOwnSort] = useState<Sort | null>(initialSort ?? null)
  const [active, setActive] = useState(0)
  const body = useRef<HTMLTableSectionElement>(null)
  const sort = onSort ? (props.sort ?? null) : ownSort

  const sorted = useMemo(() => {
    const by = columns.find(column => column.key === ownSort?.key)?.sortBy
    if (onSort || !by || ownSort === null) return rows
    const direction = ownSort.descending ? -1 : 1
    return [...rows].sort((a, b) => {
      const [left, right] = [by(a), by(b)]
      return left === null || right === null ? compare(left, right) : compare(left, right) * direction
    })
  }, [rows, columns, ownSort, onSort])

  const press = (column: Column<Row>) => {
    const next = { key: column.key, descending: sort?.key === column.key ? !sort.descending : false }
    if (onSort) onSort(next)
    else setOwnSort(next)
  }
  const walk = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    if (!(event.target instanceof HTMLTableRowElement)) return
    const last = sorted.length - 1
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: last }[event.key]
    if (to !== undefined) {
      const index = Math.min(last, Math.max(0, to))
      setActive(index)
      body.current?.rows[index]?.focus()
      event.preventDefault()
    } else if (event.key === 'Enter' || event.key === ' ') {
      const row = sorted[event.target.sectionRowIndex]
      if (row !== undefined && onOpen) {
        onOpen(row)
        event.preventDefault()
      }
    }
  }

  return (
    <div className="min-w-0 overflow-x-auto">
      <table aria-label={label} className="w-full border-separate border-spacing-0 text-left">
        <thead>
          <tr>
            {columns.map(column => {
              const on = sort?.key === column.key
              const Arrow = sort?.descending ? ArrowDown : ArrowUp
              return (
                <th
                  key={column.key}
                  scope="col"
                  title={column.hint}
                  aria-sort={on ? (sort.descending ? 'descending' : 'ascending') : undefined}
                  className={clsx(
                    'sticky top-0 z-10 h-8 whitespace-nowrap border-b bg-surface px-3 font-medium max-sm:px-2 text-muted text-xs',
                    column.align === 'right' && 'text-right',
                    column.minor && 'max-md:hidden',
                    column.width,
                  )}
                >
                  <span className={clsx('flex items-center', column.align === 'right' && 'flex-row-reverse')}>
                    {column.sortBy ? (
                      <button
                        type="button"
                        onClick={() => press(column)}
                        className={clsx(
                          '-mx-1 inline-flex items-center gap-1 rounded-sm px-1 hover:text-ink',
                          // So that the label ends where its figures end.
                          column.align === 'right' && 'flex-row-reverse',
                        )}
                      >
                        {column.label}
                        <Arrow size={12} aria-hidden className={on ? '' : 'opacity-0 max-sm:hidden'} />
                      </button>
                    ) : (
                      column.label
                    )}
                    {column.help && (
                      <span
                        className={clsx('shrink-0', column.align === 'right' && column.sortBy && !on && 'sm:-mr-4')}
                      >
                        {column.help}
                      </span>
                    )}
                  </span>
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={walk}>
          {sorted.map((row, index) => {
            const key = rowKey(row)
            return (
              <tr
                key={key}
                tabIndex={onOpen ? (index === Math.min(active, sorted.length - 1) ? 0 : -1) : undefined}
                aria-selected={onOpen ? key === selectedKey : undefined}
                onFocus={() => setActive(index)}
                onClick={event => {
                  if (
                    !(event.target instanceof Element) ||
                    event.target.closest('button,a,input,label,[role=switch]') === null
                  )
                    onOpen?.(row)
                }}
                className={clsx(
                  'focus-inside',
                  onOpen && 'cursor-pointer hover:bg-hover',
                  key === selectedKey && 'bg-selected hover:bg-selected',
                )}
              >
                {columns.map(column => (
                  <td
                    key={column.key}
                    className={clsx(
                      'h-9 border-line border-b px-3 py-1 max-sm:px-2',
                      column.align === 'right' && 'figures text-right',
                      column.minor && 'max-md:hidden',
                    )}
                  >
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
        {footer && <tfoot className="font-medium">{footer}</tfoot>}
      </table>
      {sorted.length === 0 && (empty ?? <p className="p-8 text-center text-muted">{t('nothingHere')}</p>)}
    </div>
  )
}
