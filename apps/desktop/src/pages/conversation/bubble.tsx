import { retryMessage } from '@centrala/api/conversation.ts'
import type { Message } from '@centrala/api/message.ts'
import { useMutation } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { CircleAlert, StickyNote } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { toast } from '../../components/toast.tsx'
import { useFormat } from '../../i18n/format.ts'
import { problemWords } from '../../i18n/problem-words.ts'
import { Attachments } from './attachments.tsx'
import { DeliveryMark } from './delivery-mark.tsx'
import { LinkText } from './link-text.tsx'

interface BubbleProps {
  message: Message
  opens: boolean
  closes: boolean
  customerName: string
  mine: boolean
  /** Names of people that the note mentions. */
  highlighted: boolean
}

/** A chat message or an internal note: theirs on the left, ours on the right, notes in their own tint. */
export function Bubble({ message, opens, closes, customerName, mine, highlighted }: BubbleProps) {
  const { t } = useTranslation(['inbox', 'common'])
  const format = useFormat()
  const { author, internal } = message
  const ours = author !== 'customer'
  const name =
    author === 'customer' ? customerName : mine ? t('common:you') : (message.userName ?? t(`author.${author}`))
  return (
    <article
      id={`message-${message.id}`}
      aria-label={t(internal ? 'message.noteBy' : 'message.by', { name, time: format.dateTime(message.createdAt) })}
      className={clsx('flex flex-col px-4', ours ? 'items-end' : 'items-start', opens ? 'mt-3' : 'mt-0.5')}
    >
      {opens && (!mine || internal || message.channel === 'voice') && (
        <p className="mb-0.5 flex items-center gap-1 px-1 font-medium text-muted text-xs">
          {internal && <StickyNote size={12} aria-hidden className="text-warn" />}
          {name}
          {internal && <span className="font-normal">· {t('message.internal')}</span>}
          {message.channel === 'voice' && !internal && (
            <span className="font-normal">· {t('message.textTelephone')}</span>
          )}
          {message.automatic && <span className="font-normal">· {t('message.automatic')}</span>}
        </p>
      )}
      <div
        className={clsx(
          'flex max-w-[min(38rem,86%)] flex-col gap-2 px-3 py-2 text-base',
          internal
            ? 'rounded-lg bg-note ring-1 ring-note-line ring-inset'
            : ours
              ? 'rounded-xl bg-mine'
              : 'rounded-xl bg-theirs',
          !internal && ours && !closes && 'rounded-br-sm',
          !internal && !ours && !closes && 'rounded-bl-sm',
          highlighted && 'outline-2 outline-accent outline-offset-2',
        )}
      >
        {message.text !== '' && <LinkText text={message.text} />}
        <Attachments files={message.files} />
        <Quoted text={message.quoted} />
      </div>
      {closes && (
        <p className="figures mt-0.5 flex items-center gap-1 px-1 text-faint text-xs">
          <time dateTime={message.createdAt} title={format.full(message.createdAt)}>
            {format.time(message.createdAt)}
          </time>
          {author === 'agent' && !internal && <DeliveryMark message={message} />}
        </p>
      )}
      {message.status === 'failed' && <FailedNotice message={message} />}
    </article>
  )
}

/** The history that a mail program put under the text, folded away. */
export function Quoted({ text }: { text: string | null }) {
  const { t } = useTranslation('inbox')
  const [open, setOpen] = useState(false)
  if (!text) return null
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        aria-label={t(open ? 'mail.hideQuoted' : 'mail.showQuoted')}
        onClick={() => setOpen(!open)}
        className="rounded-sm bg-pressed px-2 font-semibold text-muted leading-4 hover:text-ink"
      >
        ···
      </button>
      {open && (
        <blockquote className="mt-1 border-line-strong border-l-2 pl-2.5 text-muted">
          <LinkText text={text} />
        </blockquote>
      )}
    </div>
  )
}

export function FailedNotice({ message }: { message: Message }) {
  const { t } = useTranslation(['inbox', 'common'])
  const retry = useMutation({
    mutationFn: () => api.call(retryMessage, { params: { id: message.id } }),
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  return (
    <div
      role="alert"
      className="mt-1 flex max-w-[86%] items-center gap-2 rounded-md bg-bad-soft px-2 py-1 text-bad-ink text-xs"
    >
      <CircleAlert size={14} aria-hidden className="shrink-0" />
      <span>
        {t('delivery.failedNotice')} {message.statusDetail}
      </span>
      <Button size="sm" busy={retry.isPending} onClick={() => retry.mutate()}>
        {t('common:retry')}
      </Button>
    </div>
  )
}
