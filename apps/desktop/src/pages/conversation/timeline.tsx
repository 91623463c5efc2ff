import type { Conversation } from '@centrala/api/conversation.ts'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { ArrowDown, PenLine } from 'lucide-react'
import { lazy, Suspense, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/button.tsx'
import { useNow } from '../../components/clock.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { Spinner } from '../../components/spinner.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useTyping } from '../../live/live.ts'
import { part } from '../../part.ts'
import { callsQuery } from '../../phone/calls.ts'
import { useMe } from '../../session/me.ts'
import { Bubble } from './bubble.tsx'
import { MailCard } from './mail-card.tsx'
import { useOutbox } from './outbox.ts'
import { OutgoingRow } from './outgoing-row.tsx'
import { messagesQuery, segmentsQuery } from './queries.ts'
import { SystemRow } from './system-row.tsx'
import { timelineRows } from './timeline-rows.ts'

const CallCard = lazy(part(() => import('./call-card.tsx')))
const CallTextLines = lazy(part(() => import('./call-text-lines.tsx')))

/** How near the end still counts as being at the end, in pixels. */
const NEAR_END = 80
/** E-mails above this many of the newest are folded. */
const OPEN_MAILS = 3

interface TimelineProps {
  conversation: Conversation
  /** A message to show and mark, e.g. one that was searched for. */
  messageId?: string | undefined
}

/** Everything said and done in a conversation. Stays at the end while one is there; elsewhere it says that more has come. */
export function Timeline({ conversation, messageId }: TimelineProps) {
  const { t } = useTranslation(['inbox', 'common'])
  const format = useFormat()
  const me = useMe()
  const now = useNow(60_000)
  const messages = useInfiniteQuery(messagesQuery(conversation.id))
  const segments = useQuery(segmentsQuery(conversation.id, conversation.interactions)).data
  const calls = useQuery(callsQuery(conversation.id, conversation.interactions)).data
  const sending = useOutbox().filter(item => item.conversationId === conversation.id)
  const typing = useTyping(conversation.id)
  const box = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const [unseen, setUnseen] = useState(0)
  const customerName = conversation.customerName ?? t('common:unknownCustomer')

  const items = useMemo(() => messages.data?.pages.toReversed().flatMap(page => page.items) ?? [], [messages.data])
  const rows = useMemo(
    () => timelineRows(items, conversation.interactions, segments ?? [], !messages.hasNextPage, calls),
    [items, conversation.interactions, segments, messages.hasNextPage, calls],
  )
  const mails = items.filter(item => item.channel === 'email' && !item.internal)
  const firstOpen = mails.at(-OPEN_MAILS)?.createdAt ?? ''
  const newest = items.at(-1)

  // A conversation opens at its end; a long mail at its beginning, since that is where one reads on.
  const opened = useRef(false)
  const calledSince = conversation.interactions.some(
    one => one.channel === 'voice' && one.createdAt > (newest?.createdAt ?? ''),
  )
  const newestMail = newest && newest.channel === 'email' && !newest.internal && !calledSince ? newest.id : null
  useLayoutEffect(() => {
    if (opened.current || newest === undefined) return
    opened.current = true
    if (newestMail === null || messageId) return
    const settle = () => {
      const element = box.current
      const card = document.getElementById(`message-${newestMail}`)
      if (!element || !card || card.offsetHeight < element.clientHeight * 0.8) return
      atEnd.current = false
      card.scrollIntoView({ block: 'start' })
    }
    settle()
    // Its frame is measured a moment later.
    const card = document.getElementById(`message-${newestMail}`)
    if (!card) return
    const watch = new ResizeObserver(settle)
    watch.observe(card)
    const stop = () => watch.disconnect()
    box.current?.addEventListener('pointerdown', stop, { once: true })
    box.current?.addEventListener('wheel', stop, { once: true, passive: true })
    const timer = setTimeout(stop, 1500)
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [newest, newestMail, messageId])

  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
    setUnseen(0)
  }
  useLayoutEffect(() => {
    if (atEnd.current) toEnd()
  }, [rows, sending.length, typing])
  // Frames and pictures get their height late: while at the end, stay there.
  useEffect(() => {
    const inner = box.current?.firstElementChild
    if (!inner) return
    const watch = new ResizeObserver(() => {
      if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight
    })
    watch.observe(inner)
    return () => watch.disconnect()
  }, [])
  const seen = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (newest && seen.current !== undefined && seen.current !== newest.id && !atEnd.current)
      setUnseen(count => count + 1)
    seen.current = newest?.id
  }, [newest])
  const [found, setFound] = useState<string | null>(null)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = messages
  useEffect(() => {
    if (!messageId || found === messageId) return
    const element = document.getElementById(`message-${messageId}`)
    if (element) {
      atEnd.current = false
      element.scrollIntoView({ block: 'center' })
      setFound(messageId)
    } else if (items.length > 0 && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [messageId, found, items.length, hasNextPage, isFetchingNextPage, fetchNextPage])

  const onScroll = () => {
    const element = box.current
    if (!element) return
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END
    if (atEnd.current) setUnseen(0)
    if (element.scrollTop < 200 && hasNextPage && !isFetchingNextPage) {
      const before = element.scrollHeight - element.scrollTop
      void fetchNextPage().then(() =>
        requestAnimationFrame(() => {
          element.scrollTop = element.scrollHeight - before
        }),
      )
    }
  }

  if (messages.isError && !messages.data)
    return <ErrorState error={messages.error} retry={() => void messages.refetch()} />
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={box}
        role="log"
        aria-live="off"
        aria-label={t('conversation.log', { name: customerName })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        className="focus-inside h-full overflow-y-auto overflow-x-hidden"
      >
        <div className={`mx-auto flex min-h-full max-w-4xl flex-col py-4 ${mails.length > 0 ? '' : 'justify-end'}`}>
          {isFetchingNextPage && (
            <div className="grid place-items-center p-2 text-faint">
              <Spinner />
            </div>
          )}
          {messages.isPending && <SkeletonRows rows={4} />}
          {rows.map(row => {
            if (row.kind === 'day')
              return (
                <h3
                  key={row.id}
                  className="mt-4 mb-1 text-center font-medium text-muted text-xs first-letter:uppercase"
                >
                  {format.day(row.at, now)}
                </h3>
              )
            if (row.kind === 'system') return <SystemRow key={row.id} lines={row.lines} />
            if (row.kind === 'call')
              return (
                <Suspense key={row.id} fallback={<div className="h-24" />}>
                  <CallCard
                    call={row.call}
                    customerId={conversation.customerId}
                    mine={conversation.interactions.some(
                      one => one.id === row.call.interactionId && one.agentId === me.id,
                    )}
                  />
                </Suspense>
              )
            const { message } = row
            const common = {
              message,
              customerName,
              mine: message.userId === me.id,
              highlighted: message.id === messageId,
            }
            return message.channel === 'email' && !message.internal ? (
              <MailCard
                key={row.id}
                {...common}
                customerId={conversation.customerId}
                folded={message.id !== messageId && (message.createdAt < firstOpen || message.automatic !== null)}
                subjectChanged={message.subject !== null && message.subject !== conversation.subject}
              />
            ) : (
              <Bubble key={row.id} {...common} opens={row.opens} closes={row.closes} />
            )
          })}
          {sending.map(item => (
            <OutgoingRow key={item.clientId} item={item} />
          ))}
          {calls && calls.length > 0 && (
            <Suspense fallback={null}>
              <CallTextLines conversationId={conversation.id} customerName={customerName} />
            </Suspense>
          )}
          {typing && (
            <div className="mt-3 flex items-start gap-2 px-4 text-muted">
              <span className="flex max-w-[86%] items-center gap-2 rounded-xl bg-theirs px-3 py-2">
                <PenLine size={15} aria-hidden className="shrink-0 animate-pulse" />
                <span>
                  {t('conversation.typing', { name: typing.by === 'customer' ? customerName : typing.by })}
                  {typing.text && <span className="mt-0.5 block text-faint italic">{typing.text}</span>}
                </span>
              </span>
            </div>
          )}
        </div>
      </div>
      <div role="status" className="sr-only">
        {newest?.author === 'customer' ? `${customerName}: ${newest.text.slice(0, 300)}` : ''}
      </div>
      {unseen > 0 && (
        <div className="absolute inset-x-0 bottom-3 grid place-items-center">
          <Button
            look="primary"
            size="sm"
            icon={ArrowDown}
            onClick={toEnd}
            className="animate-rise rounded-full shadow-pop"
          >
            {t('conversation.unseen', { count: unseen })}
          </Button>
        </div>
      )}
    </div>
  )
}
