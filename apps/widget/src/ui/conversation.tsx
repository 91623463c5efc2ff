import { useEffect, useRef, useState } from 'preact/hooks'
import { Composer } from './composer.tsx'
import { useWidget } from './context.ts'
import { Icon } from './icon.tsx'
import { Messages } from './messages.tsx'
import { QueueBanner } from './queue-banner.tsx'
import { Rating } from './rating.tsx'
import { useFiles } from './use-files.ts'

const NEAR = 80

/** Messages, what goes on between them, and where to write. */
export function Conversation() {
  const { state, chat } = useWidget()
  const { voice, messages, pending, notices, typing, survey, rated, over, open, unread, uploads } = state
  const list = useRef<HTMLDivElement>(null)
  const [away, setAway] = useState(false)
  const [dragging, setDragging] = useState(false)
  const height = useRef(0)
  const send = useFiles()

  // Follows what is new, unless the visitor is reading further up; older messages come in above without a jump.
  const first = messages[0]?.id
  const shownFirst = useRef(first)
  useEffect(() => {
    const box = list.current
    if (!box) return
    const olderCame = shownFirst.current !== undefined && first !== shownFirst.current
    shownFirst.current = first
    if (olderCame) box.scrollTop += box.scrollHeight - height.current
    else if (!away) box.scrollTop = box.scrollHeight
    height.current = box.scrollHeight
  }, [messages, pending, notices, typing, survey, rated, over, uploads])

  useEffect(() => {
    const look = () => {
      if (!away && document.visibilityState === 'visible') chat.seen()
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [messages, away, state.connection])

  function scrolled(): void {
    const box = list.current
    if (!box) return
    setAway(box.scrollHeight - box.scrollTop - box.clientHeight > NEAR)
    height.current = box.scrollHeight
  }

  function toEnd(): void {
    list.current?.scrollTo({ top: list.current.scrollHeight })
    setAway(false)
  }

  function drop(event: DragEvent): void {
    event.preventDefault()
    setDragging(false)
    if (state.config.files && event.dataTransfer) send([...event.dataTransfer.files])
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping files is a shortcut; the button beside the text does the same
    <div
      class="body talk"
      onDragOver={event => {
        if (!event.dataTransfer?.types.includes('Files')) return
        event.preventDefault()
        setDragging(state.config.files && !over)
      }}
      onDragLeave={event => {
        if (event.target === event.currentTarget || !event.relatedTarget) setDragging(false)
      }}
      onDrop={drop}
    >
      {state.chat === 'waiting' && <QueueBanner />}
      <div
        ref={list}
        class="list"
        onScroll={scrolled}
        role="log"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is scrolled by keyboard too
        tabIndex={0}
        aria-label={voice.words.dialog}
      >
        <Messages onImage={() => !away && toEnd()} />
        {over && (
          <div class="ended">
            {(survey || rated) && <Rating />}
            <button type="button" class="secondary" onClick={chat.anew}>
              {open ? voice.words.newChat : voice.words.leaveMessage}
            </button>
          </div>
        )}
      </div>
      {away && unread > 0 && (
        <button type="button" class="jump" onClick={toEnd}>
          {voice.words.newBelow}
          <Icon name="down" size={16} />
        </button>
      )}
      {!over && <Composer onFiles={send} />}
      {dragging && <div class="drop">{voice.words.drop}</div>}
    </div>
  )
}
