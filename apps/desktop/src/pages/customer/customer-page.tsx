import { type Customer, exportCustomer } from '@centrala/api/customer.ts'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Download, Merge, Undo2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Avatar } from '../../components/avatar.tsx'
import { Button } from '../../components/button.tsx'
import { confirm } from '../../components/confirm.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Section } from '../../components/page.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TagEditor } from '../../components/tag-editor.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useCan } from '../../session/me.ts'
import { AttributeList } from './attributes.tsx'
import { ConversationList } from './conversation-list.tsx'
import { CustomerForm } from './customer-form.tsx'
import { Identities } from './identities.tsx'
import { MergeDialog } from './merge-dialog.tsx'
import { NameField } from './name-field.tsx'
import { Notes } from './notes.tsx'
import { PersonFacts } from './person-facts.tsx'
import { customerQuery, mergesQuery } from './queries.ts'
import { SuggestedMerges, useMerge } from './suggested-merges.tsx'
import { useChangeCustomer } from './use-change-customer.ts'
import { WriteDialog } from './write-dialog.tsx'

/** Everything about one customer: the whole story on the left, who they are on the right. */
export function CustomerPage() {
  const { t } = useTranslation(['customer', 'common'])
  const { customerId } = useParams({ from: '/frame/customers/$customerId' })
  const navigate = useNavigate()
  const can = useCan()
  const format = useFormat()
  const query = useQuery(customerQuery(customerId))
  const change = useChangeCustomer(customerId)
  const [dialog, setDialog] = useState<'merge' | 'edit' | 'write' | null>(null)
  const customer = query.data
  const name = customer?.name ?? t('common:unknownCustomer')
  useEffect(() => {
    document.title = `${name} · Centrala`
  }, [name])
  // Whoever was merged lives on in the one that was kept.
  const keptId = customer?.mergedIntoId
  useEffect(() => {
    if (keptId) void navigate({ to: '/customers/$customerId', params: { customerId: keptId }, replace: true })
  }, [keptId, navigate])
  if (query.isError && !customer) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!customer) return <SkeletonRows />
  const writes = can('customer.write')
  const close = () => setDialog(null)
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto max-w-6xl px-6 py-5 max-sm:px-4">
        <header className="flex flex-wrap items-center gap-4 pb-5">
          <Avatar name={name} seed={customer.id} size="lg" />
          <div className="min-w-0 flex-1 basis-60">
            <h1>
              <NameField customer={customer} large />
            </h1>
            <p className="text-muted">
              {customer.companyName && `${customer.companyName} · `}
              {t('since')} {format.date(customer.createdAt)}
            </p>
          </div>
          <div className="flex flex-wrap gap-2">
            {can('inbox.handle') && (
              <Button look="primary" onClick={() => setDialog('write')}>
                {t('write.action')}
              </Button>
            )}
            {writes && <Button onClick={() => setDialog('edit')}>{t('common:edit')}</Button>}
            {can('customer.merge') && (
              <Button icon={Merge} onClick={() => setDialog('merge')}>
                {t('merge.action')}
              </Button>
            )}
            {can('customer.export') && (
              <Button asChild>
                <a
                  href={api.url(exportCustomer, { params: { id: customer.id } })}
                  download={`customer-${customer.id}.json`}
                >
                  <Download size={16} aria-hidden />
                  {t('export')}
                </a>
              </Button>
            )}
          </div>
        </header>
        <SuggestedMerges customerId={customerId} />
        <div className="grid gap-x-10 md:grid-cols-[1fr_20rem]">
          <div className="max-md:order-2">
            <Section title={t('timeline')}>
              <ConversationList customerId={customerId} />
            </Section>
          </div>
          <div>
            <Section title={t('identities')}>
              <div>
                <Identities customer={customer} />
                <PersonFacts customer={customer} />
              </div>
            </Section>
            <Section title={t('tags')}>
              <TagEditor
                label={t('tags')}
                addLabel={t('addTag')}
                removeLabel={tag => t('removeTag', { tag })}
                tags={customer.tags}
                {...(writes ? { onChange: tags => change.mutate({ tags }) } : {})}
              />
            </Section>
            <Section title={t('attributes')}>
              <AttributeList
                attributes={customer.attributes}
                {...(writes
                  ? { onChange: (attributes, onSuccess) => change.mutate({ attributes }, { onSuccess }) }
                  : {})}
              />
            </Section>
            <Section title={t('notes')}>
              <Notes customerId={customerId} />
            </Section>
            <Merges customerId={customerId} />
          </div>
        </div>
      </div>
      {dialog === 'merge' && <MergeDialog customer={customer} onClose={close} />}
      {dialog === 'edit' && <CustomerForm customer={customer} onClose={close} />}
      {dialog === 'write' && <WriteDialog customer={customer} onClose={close} />}
    </div>
  )
}

/** Who was merged into this customer, with a way back. */
function Merges({ customerId }: { customerId: Customer['id'] }) {
  const { t } = useTranslation(['customer', 'common'])
  const can = useCan()
  const merges = useQuery(mergesQuery(customerId)).data?.filter(merge => merge.undoneAt === null) ?? []
  const { undo } = useMerge(customerId)
  if (merges.length === 0) return null
  return (
    <Section title={t('merge.past')}>
      <ul className="flex flex-col gap-2">
        {merges.map(merge => {
          const name = merge.mergedName ?? t('common:unknownCustomer')
          return (
            <li key={merge.id} className="flex items-center gap-2">
              <span className="min-w-0 flex-1">
                <span className="block truncate">{name}</span>
                <span className="text-muted text-xs">
                  {merge.mergedBy} · <TimeAgo at={merge.mergedAt} />
                </span>
              </span>
              {can('customer.merge') && (
                <Button
                  size="sm"
                  icon={Undo2}
                  onClick={() =>
                    confirm({
                      title: t('merge.undoTitle', { name }),
                      body: t('merge.undoBody'),
                      action: t('merge.undo'),
                      run: async () => {
                        await undo.mutateAsync(merge.id).catch(() => undefined)
                      },
                    })
                  }
                >
                  {t('merge.undo')}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
