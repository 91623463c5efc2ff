import { clsx } from 'clsx'
import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react'
import { keep } from '../keep.ts'

interface Side {
  label: string
  content: ReactNode
  /** Width in pixels until the person changes it; the choice is kept under `keep`. */
  width: number
  min: number
  max: number
}

interface PanesProps {
  keep: string
  list: Side
  main: { label: string; content: ReactNode }
  aside: (Side & { resize: string }) | null
  resizeList: string
  /** On a phone one pane is shown at a time. */
  shown: 'list' | 'main' | 'aside'
}

const readWidth = (key: string, side: Side): number => {
  const stored = Number(localStorage.getItem(key))
  return Number.isFinite(stored) && stored > 0 ? Math.min(side.max, Math.max(side.min, stored)) : side.width
}

/** Three panes side by side on a desk, with borders one can drag or move by arrow keys; one at a time on a phone. */
export function Panes({ keep: name, list, main, aside, resizeList, shown }: PanesProps) {
  const listKey = `centrala.pane.${name}.list`
  const asideKey = `centrala.pane.${name}.aside`
  const [listWidth, setListWidth] = useState(() => readWidth(listKey, list))
  const [asideWidth, setAsideWidth] = useState(() => (aside ? readWidth(asideKey, aside) : 0))
  return (
    <div
      className="flex h-full min-h-0"
      style={{ '--list': `${listWidth}px`, '--aside': `${asideWidth || (aside?.width ?? 0)}px` } as React.CSSProperties}
    >
      <section
        aria-label={list.label}
        className={clsx('min-h-0 w-(--list) shrink-0 max-md:w-full', shown !== 'list' && 'max-md:hidden')}
      >
        {list.content}
      </section>
      <Divider
        label={resizeList}
        value={listWidth}
        side={list}
        sign={1}
        onChange={width => {
          setListWidth(width)
          keep(listKey, String(width))
        }}
      />
      <section aria-label={main.label} className={clsx('min-h-0 min-w-0 flex-1', shown !== 'main' && 'max-md:hidden')}>
        {main.content}
      </section>
      {aside && (
        <>
          <Divider
            label={aside.resize}
            value={asideWidth || aside.width}
            side={aside}
            sign={-1}
            onChange={width => {
              setAsideWidth(width)
              keep(asideKey, String(width))
            }}
          />
          <aside
            aria-label={aside.label}
            className={clsx('min-h-0 w-(--aside) shrink-0 max-md:w-full', shown !== 'aside' && 'max-md:hidden')}
          >
            {aside.content}
          </aside>
        </>
      )}
    </div>
  )
}

interface DividerProps {
  label: string
  value: number
  side: Side
  sign: 1 | -1
  onChange: (width: number) => void
}

function Divider({ label, value, side, sign, onChange }: DividerProps) {
  const set = (width: number) => onChange(Math.round(Math.min(side.max, Math.max(side.min, width))))
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    const from = event.clientX
    const target = event.currentTarget
    target.setPointerCapture(event.pointerId)
    const move = (next: globalThis.PointerEvent) => set(value + sign * (next.clientX - from))
    target.addEventListener('pointermove', move)
    target.addEventListener('lostpointercapture', () => target.removeEventListener('pointermove', move), { once: true })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -16, ArrowRight: 16 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    set(value + sign * step)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is operated is no <hr>
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={side.min}
      aria-valuemax={side.max}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onDoubleClick={() => set(side.width)}
      className="relative w-px shrink-0 cursor-col-resize touch-none bg-line before:absolute before:inset-y-0 before:-left-1 before:z-10 before:w-[9px] hover:bg-accent focus-visible:bg-accent max-md:hidden"
    />
  )
}
