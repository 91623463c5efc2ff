import type { WebchatFile, WebchatMessage } from '@centrala/api/webchat.ts'
import { withLinks } from '../links.ts'
import type { Pending } from '../outbox.ts'
import { useWidget } from './context.ts'
import { Avatar, Icon, type IconName } from './icon.tsx'

export interface BubbleProps {
  message?: WebchatMessage
  pending?: Pending
  /** First and last of its group. */
  begins: boolean
  ends: boolean
  /** The visitor's last message: it says how far it has come. */
  marked: boolean
}

export function Bubble({ message, pending, begins, ends, marked }: BubbleProps) {
  const { state } = useWidget()
  const { voice, config } = state
  const mine = !message || message.author === 'customer'
  const name = message?.name ?? config.name
  const { text, files } = (message ?? pending)!
  const onlyEmoji =
    files.length === 0 &&
    /^(\p{Extended_Pictographic}|\p{Emoji_Component}|\s){1,12}$/u.test(text) &&
    /\p{Extended_Pictographic}/u.test(text)
  return (
    <div class={`group ${mine ? 'mine' : 'theirs'} ${begins ? 'begins' : ''} ${ends ? 'ends' : ''}`}>
      {!mine && (ends ? <Avatar name={name} small /> : <span class="avatar-space" />)}
      <div class="stack">
        {begins && !mine && <span class="name">{name}</span>}
        {begins && mine && <span class="hidden">{voice.words.you}</span>}
        {files.map(file => (
          <Attachment key={file.id} file={file} />
        ))}
        {text && (
          <div class={`bubble ${onlyEmoji ? 'emoji' : ''}`} dir="auto">
            {withLinks(text).map((piece, index) =>
              piece.href ? (
                <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
                  {piece.text}
                </a>
              ) : (
                piece.text
              ),
            )}
          </div>
        )}
        {pending ? <PendingMark pending={pending} /> : (ends || marked) && <Mark message={message!} marked={marked} />}
      </div>
    </div>
  )
}

function Mark({ message, marked }: { message: WebchatMessage; marked: boolean }) {
  const { state } = useWidget()
  const { voice } = state
  const said = { stored: voice.words.sent, delivered: voice.words.delivered, read: voice.words.read }[message.status]
  const icon: IconName = message.status === 'stored' ? 'check' : 'checks'
  return (
    <span class={`mark ${marked ? message.status : ''}`}>
      <time dateTime={message.createdAt}>{voice.time(message.createdAt)}</time>
      {marked && (
        <>
          <span aria-hidden="true">·</span>
          {said}
          <Icon name={icon} size={15} />
        </>
      )}
    </span>
  )
}

function PendingMark({ pending }: { pending: Pending }) {
  const { state, chat } = useWidget()
  const { words } = state.voice
  if (!pending.problem)
    return (
      <span class="mark">
        <Icon name="clock" size={13} />
        {words.sending}
      </span>
    )
  return (
    <span class="mark failed">
      <Icon name="alert" size={14} />
      {/* The server gives its reasons in English. */}
      {state.voice.locale === 'en' ? `${words.failed}: ${pending.problem}` : words.failed}
      <button type="button" class="link" onClick={() => chat.retry(pending.clientId)}>
        {words.retry}
      </button>
      <button type="button" class="link" onClick={() => chat.discard(pending.clientId)}>
        {words.cancel}
      </button>
    </span>
  )
}

function Attachment({ file }: { file: WebchatFile }) {
  const { state, origin } = useWidget()
  const { voice } = state
  const url = origin + file.url
  if (/^image\/(png|jpeg|gif|webp|avif)$/.test(file.mediaType))
    return (
      <a class="image" href={url} target="_blank" rel="noopener noreferrer">
        <img src={url} alt={voice.say(voice.words.image, { name: file.name })} loading="lazy" />
      </a>
    )
  return (
    <a
      class="file"
      href={`${url}&download=true`}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={voice.say(voice.words.download, { name: file.name })}
    >
      <Icon name="file" size={22} />
      <span>
        <b dir="auto">{file.name}</b>
        <small>
          <bdi>{sizeOf(file.size, voice.locale)}</bdi>
        </small>
      </span>
    </a>
  )
}

function sizeOf(bytes: number, locale: string): string {
  const [value, unit] = bytes < 1e6 ? [Math.max(1, Math.round(bytes / 1e3)), 'kilobyte'] : [bytes / 1e6, 'megabyte']
  return new Intl.NumberFormat(locale, { style: 'unit', unit: String(unit), maximumFractionDigits: 1 }).format(
    Number(value),
  )
}
