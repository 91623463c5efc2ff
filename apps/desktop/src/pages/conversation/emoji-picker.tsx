import { Smile } from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../components/icon-button.tsx'
import { Popover } from '../../components/popover.tsx'

/** What people in service conversations use; the keyboard of the system has the rest. */
const EMOJI = [
  ...'😀😃😄😁😊🙂😉😍🤗🤔😅😂🙃😌😎🤝',
  ...'👍👎👏🙏💪👋✌👌☝✋🙌🤞',
  ...'❤💙💚💛🎉🎁🌟⭐🔥☀🌈☕',
  ...'✅❌❗❓⚠📞📧📦🚚📅⏰🔒💳🧾📍🔧',
  ...'😕😟😢😞😬😳🤒🤷',
]
const COLUMNS = 8

export function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation('inbox')
  const [open, setOpen] = useState(false)
  const grid = useRef<HTMLDivElement>(null)
  const walk = (event: KeyboardEvent) => {
    const buttons = [...(grid.current?.querySelectorAll('button') ?? [])]
    const from = buttons.indexOf(document.activeElement as HTMLButtonElement)
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key]
    if (step === undefined) return
    event.preventDefault()
    buttons[Math.min(buttons.length - 1, Math.max(0, from + step))]?.focus()
  }
  return (
    <Popover
      label={t('reply.emoji')}
      open={open}
      onOpenChange={setOpen}
      align="start"
      side="top"
      className="p-2"
      trigger={<IconButton icon={Smile} label={t('reply.emoji')} side="top" />}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys between the buttons inside */}
      <div ref={grid} onKeyDown={walk} className="grid grid-cols-8">
        {EMOJI.map(emoji => (
          <button
            key={emoji}
            type="button"
            onClick={() => {
              setOpen(false)
              onPick(emoji)
            }}
            className="focus-inside grid size-8 place-items-center rounded-md text-lg hover:bg-hover"
          >
            {emoji}
          </button>
        ))}
      </div>
    </Popover>
  )
}
