import { changeConversation } from '@centrala/api/conversation.ts'
import type { Interaction } from '@centrala/api/interaction.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowUpRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../api.ts'
import { Avatar } from '../../components/avatar.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TagEditor } from '../../components/tag-editor.tsx'
import { toast } from '../../components/toast.tsx'
import { problemWords } from '../../i18n/problem-words.ts'
import { keys } from '../../live/apply-event.ts'
import { useCan } from '../../session/me.ts'
import { conversationQuery } from '../conversation/queries.ts'
import { AttributeList } from './attributes.tsx'
import { ConversationList } from './conversation-list.tsx'
import { Identities } from './identities.tsx'
import { NameField } from './name-field.tsx'
import { Notes } from './notes.tsx'
import { PersonFacts } from './person-facts.tsx'
import { customerQuery } from './queries.ts'
import { SuggestedMerges } from './suggested-merges.tsx'
import { useChangeCustomer } from './use-change-customer.ts'
import { Visit, visitFacts } from './visit.tsx'

interface CustomerPaneProps {
  customerId: string
  interaction?: Interaction
  conversationId?: string
}

/** Who one is talking to: all that is known, beside the conversation. */
export function CustomerPane({ customerId, interaction, conversationId }: CustomerPaneProps) {
  const { t } = useTranslation(['customer', 'common'])
  const can = useCan()
  const query = useQuery(customerQuery(customerId))
  const change = useChangeCustomer(customerId)
  const customer = query.data
  if (query.isError && !customer) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!customer) return <SkeletonRows rows={4} />
  const name = customer.name ?? t('common:unknownCustomer')
  const writes = can('customer.write')
  const visit = interaction ? visitFacts(interaction.context) : null
  return (
    <div className="h-full overflow-y-auto px-4 pb-8">
      <header className="flex items-center gap-3 py-3">
        <Avatar name={name} seed={customer.id} size="lg" className="size-10! text-base!" />
        <div className="min-w-0 flex-1">
          <NameField customer={customer} />
          {customer.companyName && <p className="truncate text-muted">{customer.companyName}</p>}
        </div>
        <Link
          to="/customers/$customerId"
          params={{ customerId }}
          aria-label={t('openCustomer')}
          title={t('openCustomer')}
          className="grid size-8 place-items-center rounded-md text-muted hover:bg-hover hover:text-ink"
        >
          <ArrowUpRight size={17} aria-hidden />
        </Link>
      </header>
      <SuggestedMerges customerId={customerId} />
      <Part title={t('identities')}>
        <Identities customer={customer} />
        <PersonFacts customer={customer} />
      </Part>
      {visit && (
        <Part title={t('visit.title')}>
          <Visit facts={visit} />
        </Part>
      )}
      {conversationId && <ConversationTags conversationId={conversationId} />}
      <Part title={t('tags')}>
        <TagEditor
          label={t('tags')}
          addLabel={t('addTag')}
          removeLabel={tag => t('removeTag', { tag })}
          tags={customer.tags}
          {...(writes ? { onChange: tags => change.mutate({ tags }) } : {})}
        />
      </Part>
      <Part title={t('attributes')}>
        <AttributeList
          attributes={customer.attributes}
          {...(writes ? { onChange: (attributes, onSuccess) => change.mutate({ attributes }, { onSuccess }) } : {})}
        />
      </Part>
      <Part title={t('notes')}>
        <Notes customerId={customerId} />
      </Part>
      <Part title={t('earlier')}>
        <ConversationList customerId={customerId} {...(conversationId ? { except: conversationId } : {})} />
      </Part>
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-t py-3">
      <h3 className="mb-1.5 font-medium text-muted text-xs">{title}</h3>
      {children}
    </section>
  )
}

function ConversationTags({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation('customer')
  const can = useCan()
  const conversation = useQuery(conversationQuery(conversationId)).data
  const change = useMutation({
    mutationFn: (tags: string[]) => api.call(changeConversation, { params: { id: conversationId }, body: { tags } }),
    onSuccess: next => queries.setQueryData(keys.conversation(conversationId), next),
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  if (!conversation) return null
  return (
    <Part title={t('conversationTags')}>
      <TagEditor
        label={t('conversationTags')}
        addLabel={t('addTag')}
        removeLabel={tag => t('removeTag', { tag })}
        tags={conversation.tags}
        {...(can('inbox.handle') ? { onChange: change.mutate } : {})}
      />
    </Part>
  )
}
