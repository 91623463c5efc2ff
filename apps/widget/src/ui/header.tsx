import { useEffect, useRef, useState } from 'preact/hooks'
import { useWidget } from './context.ts'
import { Avatar, Icon } from './icon.tsx'

export function Header({ phone }: { phone: boolean }) {
  const { state, store, chat, memory } = useWidget()
  const { voice, config, agent, open, connection, sound } = state
  const { words } = voice
  const lost = connection === 'lost'
  const there = agent !== null || open
  return (
    <div class="header">
      <Avatar name={agent ?? config.name} brand />
      <div class="who">
        <h2>
          <bdi>{agent ?? config.name}</bdi>
        </h2>
        <p class={`presence ${lost ? 'lost' : there ? 'here' : 'away'}`}>
          {lost ? words.reconnecting : agent ? config.name : there ? words.here : words.away}
        </p>
      </div>
      {config.calls && open && state.call.state === 'none' && connection === 'online' && (
        <button
          type="button"
          class="quiet"
          aria-label={words.call}
          title={words.call}
          onClick={() => chat.call.start()}
        >
          <Icon name="phone" />
        </button>
      )}
      <Menu label={words.options}>
        {config.sound && (
          <button
            type="button"
            role="menuitemcheckbox"
            aria-checked={sound}
            onClick={() => {
              memory.set('sound', !sound)
              store.set({ sound: !sound })
            }}
          >
            <Icon name={sound ? 'bell' : 'mute'} size={18} />
            {sound ? words.soundOn : words.soundOff}
          </button>
        )}
        {state.chat !== 'none' && <EndChat onEnd={chat.end} />}
      </Menu>
      <button type="button" class="quiet" aria-label={words.close} onClick={() => store.set({ panel: false })}>
        <Icon name={phone ? 'close' : 'down'} />
      </button>
    </div>
  )
}

/** Asks once more before it ends: a slip of the finger ends no chat. */
function EndChat({ onEnd }: { onEnd: () => void }) {
  const { state } = useWidget()
  const [sure, setSure] = useState(false)
  const { words } = state.voice
  return (
    <button
      type="button"
      role="menuitem"
      class={sure ? 'danger' : ''}
      onClick={event => {
        if (sure) return onEnd()
        setSure(true)
        event.stopPropagation()
      }}
    >
      <Icon name="stop" size={18} />
      {sure ? words.endSure : words.endChat}
    </button>
  )
}

function Menu({ label, children }: { label: string; children: preact.ComponentChildren }) {
  const { root } = useWidget()
  const [shown, setShown] = useState(false)
  const menu = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const items = () => [...(menu.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]

  useEffect(() => {
    if (!shown) return
    items()[0]?.focus()
    const outside = (event: Event) => {
      if (!menu.current?.contains(event.target as Node) && !button.current?.contains(event.target as Node))
        setShown(false)
    }
    root.addEventListener('pointerdown', outside)
    return () => root.removeEventListener('pointerdown', outside)
  }, [shown])

  function key(event: KeyboardEvent): void {
    const all = items()
    const at = all.indexOf(root.activeElement as HTMLElement)
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      all[(at + step + all.length) % all.length]?.focus()
    }
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault()
      setShown(false)
      button.current?.focus()
    }
  }

  return (
    <div class="menu-place">
      <button
        ref={button}
        type="button"
        class="quiet"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={shown}
        onClick={() => setShown(!shown)}
      >
        <Icon name="more" />
      </button>
      {shown && (
        <div ref={menu} class="menu" role="menu" aria-label={label} onKeyDown={key} onClick={() => setShown(false)}>
          {children}
        </div>
      )}
    </div>
  )
}
