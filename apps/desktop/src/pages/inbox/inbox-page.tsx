import type { Interaction } from '@centrala/api/interaction.ts'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ArrowDown, ArrowUp, ChevronsRight, MessagesSquare } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActions } from '../../actions/actions.ts'
import { Drawer } from '../../components/drawer.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { Panes } from '../../components/panes.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { useMedia } from '../../components/use-media.ts'
import { keep } from '../../keep.ts'
import { interactionQuery } from '../conversation/queries.ts'
import { askReplyFocus } from '../conversation/reply-focus.ts'
import { CustomerPane } from '../customer/customer-pane.tsx'
import { ConversationView } from './conversation-view.tsx'
import { useMyWork } from './my-work.ts'
import { WorkList } from './work-list.tsx'

const ASIDE_KEY = 'centrala.customerPane'

/** The agent's screen: my work, the conversation, the customer. */
export function InboxPage() {
  const { t } = useTranslation(['inbox', 'frame'])
  const navigate = useNavigate()
  const { interactionId } = useParams({ strict: false })
  const { message } = useSearch({ strict: false })
  const { work } = useMyWork()
  const wide = useMedia('(min-width: 1180px)')
  const [asideWanted, setAsideWanted] = useState(() => localStorage.getItem(ASIDE_KEY) !== 'off')
  const [drawer, setDrawer] = useState(false)

  const open = (interaction: Interaction) =>
    void navigate({ to: '/inbox/$interactionId', params: { interactionId: interaction.id } })
  const accepted = (interaction: Interaction) => {
    // On the phone one speaks first.
    if (interaction.channel !== 'voice') askReplyFocus(interaction.conversationId)
    open(interaction)
  }
  const order = [...work.active, ...work.wrapUp]
  const next = order.find(one => one.id !== interactionId)
  const step = (by: 1 | -1) => {
    const index = order.findIndex(one => one.id === interactionId)
    const to = order[index === -1 ? 0 : (index + by + order.length) % order.length]
    if (to) open(to)
  }
  const toList = () => void navigate({ to: '/inbox' })
  const toggleCustomer = () => {
    if (!wide) return setDrawer(!drawer)
    setAsideWanted(!asideWanted)
    keep(ASIDE_KEY, asideWanted ? 'off' : 'on')
  }
  const section = t('frame:section.list')
  useActions([
    {
      id: 'list.next',
      title: t('list.next'),
      section,
      icon: ArrowDown,
      keys: 'alt+down',
      whileTyping: true,
      quiet: true,
      run: () => step(1),
    },
    {
      id: 'list.previous',
      title: t('list.previous'),
      section,
      icon: ArrowUp,
      keys: 'alt+up',
      whileTyping: true,
      quiet: true,
      run: () => step(-1),
    },
    { id: 'list.j', title: t('list.next'), section, keys: 'j', quiet: true, run: () => step(1) },
    { id: 'list.k', title: t('list.previous'), section, keys: 'k', quiet: true, run: () => step(-1) },
    next && {
      id: 'list.longest',
      title: t('list.longest'),
      section,
      icon: ChevronsRight,
      keys: 'alt+w',
      whileTyping: true,
      run: () => open(next),
    },
  ])
  useEffect(() => {
    document.title = `${t('list.title')} · Centrala`
  }, [t])

  const interaction = useQuery({ ...interactionQuery(interactionId ?? ''), enabled: interactionId !== undefined })
  const shown = interaction.data
  const finished = () => {
    if (next && wide) open(next)
    else toList()
  }
  const customer = shown && (
    <CustomerPane customerId={shown.customerId} interaction={shown} conversationId={shown.conversationId} />
  )
  return (
    <>
      <Panes
        keep="inbox"
        shown={interactionId === undefined ? 'list' : 'main'}
        resizeList={t('list.resize')}
        list={{ label: t('list.title'), content: <WorkList onAccepted={accepted} />, width: 312, min: 240, max: 480 }}
        main={{
          label: t('conversation.label'),
          content:
            interactionId === undefined ? (
              <EmptyState icon={MessagesSquare} title={t('conversation.none')}>
                {t('conversation.noneHint')} <Kbd keys="alt+down" />
              </EmptyState>
            ) : interaction.isError && !shown ? (
              <ErrorState error={interaction.error} retry={() => void interaction.refetch()} />
            ) : shown ? (
              <ConversationView
                key={shown.conversationId}
                conversationId={shown.conversationId}
                interactionId={shown.id}
                messageId={message}
                customerShown={wide ? asideWanted : drawer}
                onCustomer={toggleCustomer}
                onBack={toList}
                onFinished={finished}
              />
            ) : (
              <SkeletonRows />
            ),
        }}
        aside={
          wide && asideWanted && customer
            ? {
                label: t('customer.pane'),
                content: customer,
                width: 320,
                min: 260,
                max: 520,
                resize: t('customer.resize'),
              }
            : null
        }
      />
      {!wide && customer && (
        <Drawer open={drawer} onClose={() => setDrawer(false)} title={t('customer.pane')}>
          {customer}
        </Drawer>
      )}
    </>
  )
}
