import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
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
  const { voice, messages, survey, rated, over, open, unread } = state
  const list = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const [away, setAway] = useState(false)
  const [dragging, setDragging] = useState(false)
  const atEnd = useRef(true)
  const top = useRef(0)
  const send = useFiles()

  // Follows what is new (an image that has loaded, too), unless the visitor is reading further up.
  useEffect(() => {
    const [box, inner] = [list.current, content.current]
    if (!box || !inner) return
    const follow = new ResizeObserver(() => {
      if (atEnd.current) box.scrollTop = box.scrollHeight
    })
    follow.observe(inner)
    follow.observe(box)
    return () => follow.disconnect()
  }, [])

  // What the visitor has just said is always in sight.
  const said = state.pending.length + state.uploads.length
  const saidBefore = useRef(said)
  useEffect(() => {
    if (said > saidBefore.current) toEnd()
    saidBefore.current = said
  }, [said])

  // Older messages come in above without a jump.
  const first = messages[0]?.id
  const shown = useRef({ first, height: 0 })
  useLayoutEffect(() => {
    const box = list.current
    if (!box) return
    if (shown.current.first && shown.current.first !== first && !atEnd.current)
      box.scrollTop += box.scrollHeight - shown.current.height
    shown.current = { first, height: box.scrollHeight }
  })

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
    // What grew below is no reason to stay behind; only the visitor's own scrolling up is.
    if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR) atEnd.current = true
    else if (box.scrollTop < top.current) atEnd.current = false
    top.current = box.scrollTop
    setAway(!atEnd.current)
  }

  function toEnd(): void {
    atEnd.current = true
    list.current?.scrollTo({ top: list.current.scrollHeight })
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
        <div ref={content} class="content">
          <Messages />
          {over && (
            <div class="ended">
              {(survey || rated) && <Rating />}
              <button type="button" class="secondary" onClick={chat.anew}>
                {open ? voice.words.newChat : voice.words.leaveMessage}
              </button>
            </div>
          )}
        </div>
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
