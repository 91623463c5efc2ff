import { useEffect, useRef } from 'preact/hooks'
import { useWidget } from './context.ts'

const EMOJI = [
  ...['😀', '😄', '😂', '🙂', '😉', '😊', '😍', '🤩', '😘', '😋', '😎', '🤔', '😐', '🙄', '😬', '😌'],
  ...['😴', '😷', '🤒', '🤯', '😕', '😟', '😢', '😭', '😤', '😠', '😱', '😅', '🤷', '🤦', '🙏', '👏'],
  ...['👍', '👎', '👌', '✌️', '🤞', '💪', '👋', '🤝', '❤️', '💔', '🎉', '🎁', '⭐', '🔥', '✅', '❌'],
  ...['⚠️', '❓', '📷', '📎', '📦', '🚚', '🏠', '💳', '💶', '🛒', '📞', '✉️', '⏰', '📅', '☀️', '🌧️'],
]
const COLUMNS = 8

/** A few that people use when they write to a company; the arrow keys move in the grid. */
export function EmojiPicker({ onPick, onClose }: { onPick: (emoji: string) => void; onClose: () => void }) {
  const { state, root } = useWidget()
  const grid = useRef<HTMLDivElement>(null)
  const buttons = () => [...(grid.current?.querySelectorAll('button') ?? [])]

  useEffect(() => {
    buttons()[0]?.focus()
    const outside = (event: Event) => {
      const target = event.target as Element
      if (!grid.current?.contains(target) && !target.closest('.emoji-button')) onClose()
    }
    root.addEventListener('pointerdown', outside)
    return () => root.removeEventListener('pointerdown', outside)
  }, [])

  function key(event: KeyboardEvent): void {
    const ahead = state.voice.dir === 'rtl' ? -1 : 1
    const steps: Record<string, number> = {
      ArrowRight: ahead,
      ArrowLeft: -ahead,
      ArrowDown: COLUMNS,
      ArrowUp: -COLUMNS,
    }
    const step = steps[event.key]
    if (step) {
      event.preventDefault()
      const all = buttons()
      all[all.indexOf(root.activeElement as HTMLButtonElement) + step]?.focus()
    }
    if (event.key === 'Escape') {
      event.preventDefault()
      onClose()
    }
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div ref={grid} class="emojis" role="group" aria-label={state.voice.words.emoji} onKeyDown={key}>
      {EMOJI.map(emoji => (
        <button key={emoji} type="button" onClick={() => onPick(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  )
}
