import type { WebchatMessage } from '@centrala/api/webchat.ts'
import type { Pending } from '../outbox.ts'
import type { Notice } from '../state.ts'
import { Bubble } from './bubble.tsx'
import { useWidget } from './context.ts'
import { Avatar } from './icon.tsx'
import { localised } from './localised.ts'
import { Uploads } from './uploads.tsx'

/** One thing in the list, in the order of time. */
type Entry =
  | { kind: 'message'; at: string; message: WebchatMessage }
  | { kind: 'notice'; at: string; notice: Notice }
  | { kind: 'pending'; at: string; pending: Pending }

const TOGETHER_MS = 5 * 60 * 1000

export function Messages() {
  const { state, chat } = useWidget()
  const { voice, config, messages, pending, notices, typing, earlier } = state
  const entries = inOrder(messages, notices, pending)
  const lastOwn = messages.findLast(message => message.author === 'customer')?.id

  return (
    <>
      {earlier ? (
        <button type="button" class="earlier" onClick={chat.older}>
          {voice.words.earlier}
        </button>
      ) : (
        <div class="hello">
          <Avatar name={config.name} brand />
          <p dir="auto">{localised(config.greeting, state) || voice.words.greeting}</p>
        </div>
      )}
      {entries.map((entry, index) => {
        const before = entries[index - 1]
        const after = entries[index + 1]
        const newDay = entry.kind !== 'notice' && (!before || voice.day(before.at) !== voice.day(entry.at))
        return (
          <>
            {newDay && <div class="line day">{voice.day(entry.at)}</div>}
            {entry.kind === 'notice' ? (
              <div class="line" key={`notice-${entry.notice.id}`}>
                {voice.say(voice.words[entry.notice.kind], { name: entry.notice.name })}
              </div>
            ) : (
              <Bubble
                key={keyOf(entry)}
                {...(entry.kind === 'message' ? { message: entry.message } : { pending: entry.pending })}
                begins={newDay || !together(before, entry)}
                ends={!together(entry, after)}
                marked={entry.kind === 'message' && entry.message.id === lastOwn}
              />
            )}
          </>
        )
      })}
      <Uploads />
      {typing !== null && (
        <div class="typing" role="status" aria-label={voice.say(voice.words.typing, { name: typing || config.name })}>
          <Avatar name={typing || config.name} small />
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
        </div>
      )}
    </>
  )
}

/** Messages by time; what happened between them stands where it was when it came; what is not sent yet is last. */
function inOrder(messages: WebchatMessage[], notices: Notice[], pending: Pending[]): Entry[] {
  const noticesAfter = (id: string | null): Entry[] =>
    notices.filter(notice => notice.after === id).map(notice => ({ kind: 'notice', at: notice.at, notice }))
  return [
    ...noticesAfter(null),
    ...messages.flatMap(message => [
      { kind: 'message' as const, at: message.createdAt, message },
      ...noticesAfter(message.id),
    ]),
    ...pending
      .filter(each => each.text || each.files.length > 0)
      .map(each => ({ kind: 'pending' as const, at: each.at, pending: each })),
  ]
}

function keyOf(entry: Exclude<Entry, { kind: 'notice' }>): string {
  return entry.kind === 'message' ? (entry.message.clientId ?? entry.message.id) : entry.pending.clientId
}

/** Two messages of one author, close in time, are drawn as one group. */
function together(a: Entry | undefined, b: Entry | undefined): boolean {
  if (!a || !b || a.kind === 'notice' || b.kind === 'notice') return false
  return authorOf(a) === authorOf(b) && Date.parse(b.at) - Date.parse(a.at) < TOGETHER_MS
}

function authorOf(entry: Exclude<Entry, { kind: 'notice' }>): string {
  return entry.kind === 'pending' || entry.message.author === 'customer'
    ? 'me'
    : (entry.message.name ?? entry.message.author)
}
