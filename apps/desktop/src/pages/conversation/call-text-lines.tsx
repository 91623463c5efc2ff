import type { LiveEvent } from '@centrala/api/live.ts'
import { Keyboard } from 'lucide-react'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useLiveEvents } from '../../live/live.ts'
import { finishLine, useTextLines } from '../../phone/call-text-store.ts'

/** The line that somebody is typing on a text telephone, as it comes. */
export default function CallTextLines({
  conversationId,
  customerName,
}: {
  conversationId: string
  customerName: string
}) {
  const { t } = useTranslation(['call', 'common'])
  const { customer } = useTextLines(conversationId)
  const onEvent = useCallback(
    ({ type, message }: LiveEvent) => {
      if (type !== 'message.created' || message?.channel !== 'voice' || message.internal) return
      if (message.conversationId !== conversationId) return
      if (message.author === 'customer' || message.author === 'agent') finishLine(conversationId, message.author)
    },
    [conversationId],
  )
  useLiveEvents(onEvent)
  if (customer === '') return null
  return (
    <div className="mt-3 flex flex-col items-start px-4">
      <p className="mb-0.5 flex items-center gap-1 px-1 font-medium text-muted text-xs">
        <Keyboard size={13} aria-hidden />
        {customerName}
        <span className="font-normal">· {t('text.telephone')}</span>
      </p>
      <p
        aria-live="polite"
        className="max-w-[min(38rem,86%)] whitespace-pre-wrap break-words rounded-xl bg-theirs px-3 py-2 text-base"
      >
        {customer}
        <span aria-hidden className="ml-0.5 inline-block h-4 w-px animate-pulse bg-ink align-text-bottom" />
      </p>
    </div>
  )
}
