import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useWidget } from './context.ts'
import { EmojiPicker } from './emoji-picker.tsx'
import { Icon } from './icon.tsx'

const MOST = 10_000

/** Where the visitor writes: Enter sends, Shift-Enter breaks the line. A draft survives a reload. */
export function Composer({ onFiles }: { onFiles: (files: File[]) => void }) {
  const { state, chat, memory } = useWidget()
  const { voice, config } = state
  const { words } = voice
  const [text, setText] = useState(() => memory.tab.get<string>('draft') ?? '')
  const [picking, setPicking] = useState(false)
  const area = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const tooMany = text.length - MOST

  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) area.current?.focus({ preventScroll: true })
  }, [])

  useLayoutEffect(() => {
    const box = area.current
    if (!box) return
    box.style.height = 'auto'
    box.style.height = `${Math.min(box.scrollHeight, 132)}px`
  }, [text])

  function change(next: string): void {
    setText(next)
    memory.tab.set('draft', next || null)
    chat.typing(next)
  }

  function send(): void {
    if (text.trim() === '' || tooMany > 0) return
    chat.write(text.trim())
    setText('')
    memory.tab.set('draft', null)
    area.current?.focus()
  }

  function insert(emoji: string): void {
    const box = area.current
    const at = box?.selectionStart ?? text.length
    const end = box?.selectionEnd ?? at
    change(text.slice(0, at) + emoji + text.slice(end))
    requestAnimationFrame(() => {
      box?.focus()
      box?.setSelectionRange(at + emoji.length, at + emoji.length)
    })
  }

  function key(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    send()
  }

  function paste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length === 0 || !config.files) return
    event.preventDefault()
    onFiles(files)
  }

  return (
    <div class="composer">
      {tooMany > 0 && (
        <p class="problem" role="alert">
          {voice.count(words.tooLong, tooMany)}
        </p>
      )}
      {picking && <EmojiPicker onPick={insert} onClose={() => setPicking(false)} />}
      <div class="box">
        {config.files && (
          <>
            <button type="button" class="quiet" aria-label={words.attach} onClick={() => picker.current?.click()}>
              <Icon name="clip" />
            </button>
            <input
              ref={picker}
              class="hidden"
              type="file"
              multiple
              tabIndex={-1}
              aria-hidden="true"
              onChange={event => {
                onFiles([...(event.currentTarget.files ?? [])])
                event.currentTarget.value = ''
              }}
            />
          </>
        )}
        <textarea
          ref={area}
          rows={1}
          dir={text ? 'auto' : undefined}
          value={text}
          placeholder={words.write}
          aria-label={words.write}
          enterkeyhint="send"
          onInput={event => change(event.currentTarget.value)}
          onKeyDown={key}
          onPaste={paste}
        />
        <button
          type="button"
          class="quiet emoji-button"
          aria-label={words.emoji}
          aria-expanded={picking}
          onClick={() => setPicking(!picking)}
        >
          <Icon name="smile" />
        </button>
        <button
          type="button"
          class="send"
          aria-label={words.send}
          disabled={text.trim() === '' || tooMany > 0}
          onClick={send}
        >
          <Icon name="send" />
        </button>
      </div>
    </div>
  )
}
