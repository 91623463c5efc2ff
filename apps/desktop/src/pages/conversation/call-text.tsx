import { sendCallText } from '@centrala/api/call.ts'
import type { Conversation } from '@centrala/api/conversation.ts'
import type { Interaction } from '@centrala/api/interaction.ts'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Keyboard } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { problemWords } from '../../i18n/problem-words.ts'
import { useTextOpen } from '../../phone/call-text-store.ts'
import { myCallsQuery } from '../../phone/calls.ts'
import { lettersToSend } from '../../phone/text-line.ts'
import { messagesQuery } from './queries.ts'

/** Letters are gathered this long: as quick as an eye, few enough requests. */
const BURST_MS = 300

/** Where one types to a text telephone. What is typed is sent as it is typed; Enter begins a new line. */
export default function CallText({
  conversation,
  interaction,
}: {
  conversation: Conversation
  interaction: Interaction
}) {
  const { t } = useTranslation(['call', 'common'])
  const opened = useTextOpen(conversation.id)
  const call = (useQuery(myCallsQuery).data ?? []).find(one => one.interactionId === interaction.id)
  const messages = useInfiniteQuery(messagesQuery(conversation.id)).data
  const written = messages?.pages[0]?.items.some(
    item => item.interactionId === interaction.id && item.channel === 'voice' && item.author === 'customer',
  )
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const sent = useRef('')
  const now = useRef('')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const sending = useRef<Promise<unknown>>(Promise.resolve())
  useEffect(() => () => clearTimeout(timer.current), [])
  if (!call || (call.state !== 'talking' && call.state !== 'held') || !(opened || written)) return null

  const flush = (end = '') => {
    clearTimeout(timer.current)
    timer.current = undefined
    const letters = lettersToSend(sent.current, now.current) + end
    sent.current = end === '' ? now.current : ''
    if (letters === '') return
    setProblem(null)
    // One after the other, so that letters arrive in the order they were typed.
    sending.current = sending.current
      .then(() => api.call(sendCallText, { params: { id: call.id }, body: { text: letters } }))
      .catch(error => setProblem(problemWords(error)))
  }
  const type = (next: string) => {
    now.current = next
    setText(next)
    timer.current ??= setTimeout(flush, BURST_MS)
  }
  const endLine = (last: string) => {
    now.current += last
    flush('\n')
    now.current = ''
    setText('')
  }
  const word = (code: 'GA' | 'SK') => (
    <Button
      size="sm"
      title={t(`text.${code}`)}
      aria-label={t(`text.${code}`)}
      onClick={() => endLine(text === '' ? code : ` ${code}`)}
    >
      {code}
    </Button>
  )
  return (
    <form
      aria-label={t('text.telephone')}
      onSubmit={event => {
        event.preventDefault()
        endLine('')
      }}
      className="mx-3 mb-2 flex shrink-0 flex-col gap-1 rounded-lg bg-raised px-3 py-2 ring-1 ring-accent/60 focus-within:ring-2 focus-within:ring-accent max-sm:mx-0 max-sm:rounded-none"
    >
      <div className="flex items-center gap-2">
        <Keyboard size={16} aria-hidden className="shrink-0 text-accent-ink" />
        <input
          value={text}
          maxLength={500}
          autoComplete="off"
          aria-label={t('text.field', { name: conversation.customerName ?? t('common:unknownCustomer') })}
          placeholder={t('text.placeholder')}
          onChange={event => type(event.target.value)}
          className="h-8 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-faint pointer-coarse:text-lg"
        />
        {word('GA')}
        {word('SK')}
      </div>
      <p role={problem ? 'alert' : undefined} className={problem ? 'text-bad-ink text-xs' : 'text-faint text-xs'}>
        {problem ?? t('text.hint')}
      </p>
    </form>
  )
}
