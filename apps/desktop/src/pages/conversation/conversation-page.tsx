import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Drawer } from '../../components/drawer.tsx'
import { useMedia } from '../../components/use-media.ts'
import { CustomerPane } from '../customer/customer-pane.tsx'
import { ConversationView } from '../inbox/conversation-view.tsx'
import { conversationQuery } from './queries.ts'

/** A conversation that one came to by search, a mention or a customer's history; mine or not. */
export function ConversationPage() {
  const { t } = useTranslation('inbox')
  const { conversationId } = useParams({ from: '/frame/conversations/$conversationId' })
  const { message } = useSearch({ from: '/frame/conversations/$conversationId' })
  const router = useRouter()
  const navigate = useNavigate()
  const wide = useMedia('(min-width: 1024px)')
  const [aside, setAside] = useState(true)
  const [drawer, setDrawer] = useState(false)
  const conversation = useQuery(conversationQuery(conversationId)).data
  const back = () => (window.history.length > 1 ? router.history.back() : void navigate({ to: '/inbox' }))
  const name = conversation?.customerName
  useEffect(() => {
    document.title = `${name ?? t('conversation.label')} · Centrala`
  }, [name, t])
  const pane = conversation && (
    <CustomerPane
      customerId={conversation.customerId}
      conversationId={conversationId}
      {...(conversation.interactions[0] ? { interaction: conversation.interactions[0] } : {})}
    />
  )
  return (
    <div className="flex h-full">
      <h1 className="sr-only">{name ?? t('conversation.label')}</h1>
      <section aria-label={t('conversation.label')} className="min-w-0 flex-1">
        <ConversationView
          key={conversationId}
          conversationId={conversationId}
          messageId={message}
          customerShown={wide ? aside : drawer}
          onCustomer={() => (wide ? setAside(!aside) : setDrawer(!drawer))}
          onBack={back}
          onFinished={back}
        />
      </section>
      {wide && aside && pane && (
        <aside aria-label={t('customer.pane')} className="w-80 shrink-0 border-l">
          {pane}
        </aside>
      )}
      {!wide && pane && (
        <Drawer open={drawer} onClose={() => setDrawer(false)} title={t('customer.pane')}>
          {pane}
        </Drawer>
      )}
    </div>
  )
}
