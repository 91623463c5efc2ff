import { useEffect, useRef, useState } from 'preact/hooks'
import { CallBar } from './call-bar.tsx'
import { useWidget } from './context.ts'
import { Conversation } from './conversation.tsx'
import { Header } from './header.tsx'
import { OfflineForm } from './offline-form.tsx'
import { PreChatForm } from './pre-chat-form.tsx'

const PHONE = '(max-width: 480px), (max-height: 480px)'

/** The chat itself: a dialog beside the page, or over all of it on a phone (only there it keeps the focus inside). */
export function Panel() {
  const { state, store, root } = useWidget()
  const { voice, config, announcement } = state
  const panel = useRef<HTMLDivElement>(null)
  const [phone, setPhone] = useState(() => matchMedia(PHONE).matches)

  useEffect(() => {
    const query = matchMedia(PHONE)
    const change = () => setPhone(query.matches)
    query.addEventListener('change', change)
    return () => query.removeEventListener('change', change)
  }, [])

  useEffect(() => {
    if (!phone) return
    // The on-screen keyboard makes the visible part smaller without telling the layout.
    const viewport = window.visualViewport
    const fit = () => panel.current?.style.setProperty('--visible', `${viewport?.height ?? innerHeight}px`)
    fit()
    viewport?.addEventListener('resize', fit)
    return () => viewport?.removeEventListener('resize', fit)
  }, [phone])

  function key(event: KeyboardEvent): void {
    if (event.key === 'Escape' && !event.defaultPrevented) store.set({ panel: false })
    if (event.key !== 'Tab' || !phone) return
    const stops = [...(panel.current?.querySelectorAll<HTMLElement>(STOPS) ?? [])].filter(stop => stop.offsetParent)
    const [first, last] = [stops[0], stops.at(-1)]
    const now = root.activeElement
    if (event.shiftKey ? now === first : now === last) {
      event.preventDefault()
      ;(event.shiftKey ? last : first)?.focus()
    }
  }

  return (
    <div
      ref={panel}
      class="panel"
      role="dialog"
      aria-modal={phone}
      aria-label={`${voice.words.dialog}: ${config.name}`}
      tabIndex={-1}
      onKeyDown={key}
    >
      <Header phone={phone} />
      <CallBar />
      <Body />
      <div class="said" role="status" aria-live="polite">
        {announcement}
      </div>
    </div>
  )
}

const STOPS = 'button:not([disabled]), textarea, input:not([tabindex="-1"]), select, a[href], [tabindex="0"]'

function Body() {
  const { state } = useWidget()
  const { open, chat, over, messages, pending, fields, config, connection } = state
  const nothing = messages.length === 0 && pending.length === 0
  if (!open && chat === 'none' && !over) return <OfflineForm />
  if (state.call.state !== 'none') return <Conversation />
  if (config.preChat.length > 0 && chat === 'none' && nothing && !fields) {
    // Whoever has been here before is not asked again: wait for what the server knows.
    if (connection === 'connecting') return <div class="body waiting" aria-busy="true" />
    return <PreChatForm />
  }
  return <Conversation />
}
