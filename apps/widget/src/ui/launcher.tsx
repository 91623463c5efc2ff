import { useEffect, useRef } from 'preact/hooks'
import { useWidget } from './context.ts'
import { Icon } from './icon.tsx'

export function Launcher() {
  const { state, store } = useWidget()
  const { panel, unread, voice } = state
  const button = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(panel)
  useEffect(() => {
    if (wasOpen.current && !panel) button.current?.focus()
    wasOpen.current = panel
  }, [panel])
  const said = unread > 0 ? `${voice.words.open}, ${voice.count(voice.words.unread, unread)}` : voice.words.open
  return (
    <button
      ref={button}
      type="button"
      class={`launcher ${panel ? 'opened' : ''}`}
      aria-label={panel ? voice.words.close : said}
      aria-expanded={panel}
      onClick={() => store.set({ panel: !panel, invited: false })}
    >
      <Icon name={panel ? 'down' : 'chat'} size={26} />
      {!panel && unread > 0 && <span class="badge">{unread > 9 ? '9+' : unread}</span>}
    </button>
  )
}
