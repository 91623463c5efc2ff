import { markRead } from '@centrala/api/conversation.ts'
import { endInteraction, type Interaction } from '@centrala/api/interaction.ts'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleCheckBig, Forward, Mail, UserRound } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActions } from '../../actions/actions.ts'
import { api } from '../../api.ts'
import { confirm } from '../../components/confirm.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { toast } from '../../components/toast.tsx'
import { problemWords } from '../../i18n/problem-words.ts'
import { useWatch } from '../../live/live.ts'
import { part } from '../../part.ts'
import { useCan, useMe } from '../../session/me.ts'
import { Composer } from '../conversation/composer.tsx'
import { flush } from '../conversation/outbox.ts'
import { conversationQuery, messagesQuery } from '../conversation/queries.ts'
import { Timeline } from '../conversation/timeline.tsx'
import { customerQuery } from '../customer/queries.ts'
import { ConversationHeader } from './conversation-header.tsx'
import { MoveDialog } from './move-dialog.tsx'
import { learn } from './my-work.ts'
import { TransferDialog } from './transfer-dialog.tsx'
import { setOpenConversation } from './unread.ts'
import { WrapUpForm } from './wrap-up-form.tsx'

const CallBar = lazy(part(() => import('../conversation/call-bar.tsx')))
const CallText = lazy(part(() => import('../conversation/call-text.tsx')))

interface ConversationViewProps {
  conversationId: string
  /** The interaction one came for; otherwise the conversation's newest is shown. */
  interactionId?: string
  messageId?: string | undefined
  customerShown: boolean
  onCustomer: () => void
  onBack: () => void
  /** It is no longer mine: wrapped up, handed over. */
  onFinished: () => void
}

/** Who calls from a web page can read there. On the phone one speaks; what is written beside it is a note, or goes to a text telephone. */
function isWebCall({ context }: Interaction): boolean {
  return (context.call as { web?: boolean } | undefined)?.web === true
}

/** One conversation: what was said, and where one answers. */
export function ConversationView(props: ConversationViewProps) {
  const { conversationId, interactionId, messageId, customerShown, onCustomer, onBack, onFinished } = props
  const { t } = useTranslation(['inbox', 'common', 'frame'])
  const me = useMe()
  const can = useCan()
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<'transfer' | 'move' | null>(null)
  const query = useQuery(conversationQuery(conversationId))
  const conversation = query.data
  const customer = useQuery({
    ...customerQuery(conversation?.customerId ?? ''),
    enabled: conversation !== undefined,
  }).data
  const messages = useInfiniteQuery(messagesQuery(conversationId)).data
  const newest = messages?.pages[0]?.items.at(-1)
  const lastInbound = messages?.pages.flatMap(page => page.items.toReversed()).find(item => item.author === 'customer')
  const interaction =
    conversation?.interactions.find(one => one.id === interactionId) ??
    conversation?.interactions.find(one => one.agentId === me.id && one.state !== 'ended') ??
    conversation?.interactions[0] ??
    null
  const mine = interaction?.agentId === me.id
  const active = mine && interaction.state === 'active' ? interaction : null
  // A call and the chat beside it are one talk: whichever one came for, the call is there, and what is written goes to the chat.
  const isMine = (one: Interaction) => one.agentId === me.id && one.state === 'active'
  const call =
    interaction?.channel === 'voice'
      ? interaction
      : conversation?.interactions.find(one => one.channel === 'voice' && isMine(one))
  const chat = conversation?.interactions.find(one => one.channel === 'chat' && isMine(one))
  const written = active?.channel === 'voice' ? (chat ?? (isWebCall(active) ? active : null)) : active
  useWatch(conversationId)

  // What I am looking at is read, and the customer may know it.
  const reads = active !== null && newest?.author === 'customer' ? newest.id : null
  useEffect(() => {
    setOpenConversation(conversationId)
    return () => setOpenConversation(null)
  }, [conversationId])
  useEffect(() => {
    if (reads === null) return
    const tell = () => {
      if (!document.hasFocus()) return
      window.removeEventListener('focus', tell)
      setOpenConversation(conversationId)
      void api.call(markRead, { params: { id: conversationId } }).catch(() => undefined)
    }
    window.addEventListener('focus', tell)
    tell()
    return () => window.removeEventListener('focus', tell)
  }, [reads, conversationId])

  const end = useMutation({
    mutationFn: async (outcome: 'handled' | 'spam') => {
      if (!(await flush(conversationId))) throw new Error('unsent')
      return api.call(endInteraction, { params: { id: active?.id ?? '' }, body: { outcome } })
    },
    onSuccess: (changed: Interaction) => {
      learn(changed)
      void query.refetch()
      if (changed.state !== 'wrapUp') onFinished()
    },
    onError: error =>
      toast({
        tone: 'bad',
        title: error.message === 'unsent' ? t('end.unsent') : problemWords(error),
        durationMs: 8000,
      }),
  })
  const actions = active && {
    transfer: () => setDialog('transfer'),
    move: () => setDialog('move'),
    end: () => end.mutate('handled'),
    spam: () =>
      confirm({
        title: t('end.spamTitle'),
        body: t('end.spamBody'),
        action: t('end.spam'),
        danger: true,
        run: () => end.mutate('spam'),
      }),
  }
  const section = t('frame:section.conversation')
  useActions([
    actions && {
      id: 'transfer',
      title: t('transfer.action'),
      section,
      icon: Forward,
      keys: 'alt+t',
      whileTyping: true,
      run: actions.transfer,
    },
    actions &&
      active?.channel === 'chat' && {
        id: 'move',
        title: t('move.action'),
        section,
        icon: Mail,
        keys: 'alt+m',
        whileTyping: true,
        run: actions.move,
      },
    actions && {
      id: 'end',
      title: t('end.action'),
      section,
      icon: CircleCheckBig,
      keys: 'alt+e',
      whileTyping: true,
      run: actions.end,
    },
    {
      id: 'customerPane',
      title: t('customer.pane'),
      section,
      icon: UserRound,
      keys: 'alt+i',
      whileTyping: true,
      run: onCustomer,
    },
  ])

  if (query.isError && !conversation) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!conversation) return <SkeletonRows rows={5} />
  return (
    <div className="flex h-full flex-col">
      <ConversationHeader
        conversation={conversation}
        interaction={interaction}
        customerShown={customerShown}
        onBack={onBack}
        onCustomer={onCustomer}
        actions={actions}
      />
      {call && call.state !== 'ended' && (
        <Suspense fallback={null}>
          <CallBar conversation={conversation} interaction={call} mine={call.agentId === me.id} />
        </Suspense>
      )}
      <Timeline key={`timeline ${conversation.id}`} conversation={conversation} messageId={messageId} />
      {active?.channel === 'voice' && (
        <Suspense fallback={null}>
          <CallText conversation={conversation} interaction={active} />
        </Suspense>
      )}
      {mine && interaction.state === 'wrapUp' ? (
        <WrapUpForm key={interaction.id} interaction={interaction} onDone={onFinished} />
      ) : can('inbox.handle') ? (
        <Composer
          key={`composer ${conversation.id}`}
          conversation={conversation}
          customer={customer}
          interaction={written}
          lastInbound={lastInbound}
          onSendAndEnd={() => end.mutate('handled')}
        />
      ) : null}
      {dialog === 'transfer' && active && (
        <TransferDialog
          interaction={active}
          onClose={() => setDialog(null)}
          onDone={() => {
            setDialog(null)
            onFinished()
          }}
        />
      )}
      {dialog === 'move' && active && (
        <MoveDialog
          interaction={active}
          customer={customer}
          onClose={() => setDialog(null)}
          onDone={next => {
            setDialog(null)
            void query.refetch()
            void navigate({ to: '/inbox/$interactionId', params: { interactionId: next.id } })
          }}
        />
      )}
    </div>
  )
}
