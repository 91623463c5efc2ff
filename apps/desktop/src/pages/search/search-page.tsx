import { createCustomer, listCustomers, search } from '@centrala/api/customer.ts'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { SearchX, UserPlus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Avatar } from '../../components/avatar.tsx'
import { Button } from '../../components/button.tsx'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Page } from '../../components/page.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { toast } from '../../components/toast.tsx'
import { SearchInput } from '../../components/toolbar.tsx'
import { problemWords } from '../../i18n/problem-words.ts'
import { useCan } from '../../session/me.ts'
import { Marked } from './marked.tsx'

/** Customers and messages; typing errors and missing diacritics are forgiven. */
export function SearchPage() {
  const { t } = useTranslation(['search', 'common'])
  const navigate = useNavigate()
  const can = useCan()
  const { q = '' } = useSearch({ from: '/frame/search' })
  const asked = q.trim()
  const found = useQuery({
    queryKey: ['search', asked, 30],
    queryFn: () => api.call(search, { query: { q: asked, limit: 30 } }),
    enabled: asked.length >= 2,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })
  const newest = useQuery({
    queryKey: ['search', 'newest'],
    queryFn: async () => (await api.call(listCustomers, { query: { limit: 20 } })).items,
    enabled: asked.length < 2,
  })
  const add = useMutation({
    mutationFn: () => api.call(createCustomer, { body: { name: asked || null } }),
    onSuccess: customer => navigate({ to: '/customers/$customerId', params: { customerId: customer.id } }),
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  const searching = asked.length >= 2
  const customers = searching ? (found.data?.customers ?? []) : (newest.data ?? [])
  const messages = searching ? (found.data?.messages ?? []) : []
  const failed = searching ? found.error : newest.error
  const pending = searching ? found.isPending : newest.isPending
  return (
    <Page
      title={t('title')}
      narrow
      actions={
        can('customer.write') && (
          <Button icon={UserPlus} busy={add.isPending} onClick={() => add.mutate()}>
            {t('addCustomer')}
          </Button>
        )
      }
    >
      <SearchInput
        value={q}
        onChange={text => void navigate({ to: '/search', search: text ? { q: text } : {}, replace: true })}
        label={t('field')}
        autoFocus
        className="my-4 [&_input]:h-10"
      />
      <p role="status" className="sr-only">
        {searching && found.data ? t('found', { customers: customers.length, messages: messages.length }) : ''}
      </p>
      {failed ? (
        <ErrorState error={failed} retry={() => void (searching ? found : newest).refetch()} />
      ) : pending ? (
        <SkeletonRows />
      ) : customers.length + messages.length === 0 ? (
        <EmptyState icon={SearchX} title={t('nothing', { text: asked })}>
          {t('nothingHint')}
        </EmptyState>
      ) : (
        <>
          {customers.length > 0 && (
            <section className="mb-6">
              <h2 className="mb-1 font-medium text-muted text-xs">{t(searching ? 'customers' : 'newest')}</h2>
              <ul className="-mx-2">
                {customers.map(customer => (
                  <li key={customer.id}>
                    <Link
                      to="/customers/$customerId"
                      params={{ customerId: customer.id }}
                      className="focus-inside flex items-center gap-3 rounded-md px-2 py-1.5 hover:bg-hover"
                    >
                      <Avatar name={customer.name ?? '?'} seed={customer.id} />
                      <span className="min-w-0 flex-1">
                        <span className="block truncate font-medium">
                          <Marked text={customer.name ?? t('common:unknownCustomer')} query={asked} />
                        </span>
                        <span className="block truncate text-muted text-xs">
                          <Marked
                            text={customer.identities
                              .filter(identity => identity.kind !== 'visitor')
                              .map(identity => identity.address)
                              .join(' · ')}
                            query={asked}
                          />
                        </span>
                      </span>
                      <span className="truncate text-muted max-sm:hidden">{customer.companyName}</span>
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          )}
          {messages.length > 0 && (
            <section>
              <h2 className="mb-1 font-medium text-muted text-xs">{t('messages')}</h2>
              <ul className="-mx-2">
                {messages.map(message => (
                  <li key={message.messageId}>
                    <Link
                      to="/conversations/$conversationId"
                      params={{ conversationId: message.conversationId }}
                      search={{ message: message.messageId }}
                      className="focus-inside flex gap-3 rounded-md px-2 py-1.5 hover:bg-hover"
                    >
                      <ChannelIcon
                        channel={message.channel === 'email' ? 'email' : 'chat'}
                        size={16}
                        className="mt-0.5 shrink-0 text-muted"
                      />
                      <span className="min-w-0 flex-1">
                        <span className="flex gap-2">
                          <span className="min-w-0 flex-1 truncate font-medium">
                            {message.customerName ?? t('common:unknownCustomer')}
                          </span>
                          <span className="text-muted text-xs">
                            <TimeAgo at={message.createdAt} stamp />
                          </span>
                        </span>
                        <span className="line-clamp-2 text-muted">
                          <Marked text={message.text} query={asked} />
                        </span>
                      </span>
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
    </Page>
  )
}
