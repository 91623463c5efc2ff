import { dismissMergeSuggestion, mergeCustomers, unmergeCustomers } from '@centrala/api/customer.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Merge } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { toast } from '../../components/toast.tsx'
import { problemWords } from '../../i18n/problem-words.ts'
import { useCan } from '../../session/me.ts'
import { suggestionsQuery } from './queries.ts'

/** Merging moves whole stories: everything that names a customer is fetched again. */
const refreshPeople = () =>
  queries.invalidateQueries({
    predicate: query => /^(customer|conversation|search|my)$/.test(String(query.queryKey[0])),
  })

/** Merges another into this customer, and offers to take it back. */
export function useMerge(customerId: string) {
  const { t } = useTranslation(['customer', 'common'])
  const refused = (error: Error) => toast({ tone: 'bad', title: problemWords(error) })
  const undo = useMutation({
    mutationFn: (mergeId: string) => api.call(unmergeCustomers, { params: { id: mergeId } }),
    onSuccess: refreshPeople,
    onError: refused,
  })
  const merge = useMutation({
    mutationFn: (otherId: string) => api.call(mergeCustomers, { params: { id: customerId }, body: { otherId } }),
    onSuccess: async done => {
      await refreshPeople()
      toast({
        tone: 'ok',
        title: t('merged', { name: done.mergedName ?? t('common:unknownCustomer') }),
        action: { label: t('common:undo'), run: () => undo.mutate(done.id) },
      })
    },
    onError: refused,
  })
  return { merge, undo }
}

/** More than these wait until they are asked for. */
const SHOWN = 2

/** People who may be this one, with the reason, and two honest answers. */
export function SuggestedMerges({ customerId }: { customerId: string }) {
  const { t } = useTranslation(['customer', 'common'])
  const can = useCan()
  const suggestions = useQuery(suggestionsQuery(customerId)).data ?? []
  const { merge } = useMerge(customerId)
  const dismiss = useMutation({
    mutationFn: (id: string) => api.call(dismissMergeSuggestion, { params: { id } }),
    onSuccess: refreshPeople,
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  const [all, setAll] = useState(false)
  const shown = all ? suggestions : suggestions.slice(0, SHOWN)
  if (suggestions.length === 0) return null
  return (
    <div className="flex max-w-xl flex-col gap-2 pb-3">
      {shown.map(suggestion => {
        const other = suggestion.customer.id === customerId ? suggestion.other : suggestion.customer
        return (
          <section key={suggestion.id} aria-label={t('suggestion.label')} className="rounded-md bg-accent-soft p-3">
            <p className="flex items-start gap-2">
              <Merge size={15} aria-hidden className="mt-0.5 shrink-0 text-accent-ink" />
              <span className="min-w-0">
                <span className="font-medium">
                  {t('suggestion.same', {
                    name: other.name ?? other.identities[0]?.address ?? t('common:unknownCustomer'),
                  })}
                </span>
                <span className="block break-words text-muted text-xs">
                  {t(`suggestion.${suggestion.reason}`)}: {suggestion.evidence}
                </span>
              </span>
            </p>
            {can('customer.merge') && (
              <div className="mt-2 flex gap-2">
                <Button size="sm" look="primary" busy={merge.isPending} onClick={() => merge.mutate(other.id)}>
                  {t('suggestion.merge')}
                </Button>
                <Button size="sm" busy={dismiss.isPending} onClick={() => dismiss.mutate(suggestion.id)}>
                  {t('suggestion.dismiss')}
                </Button>
              </div>
            )}
          </section>
        )
      })}
      {!all && suggestions.length > SHOWN && (
        <Button size="sm" look="ghost" onClick={() => setAll(true)}>
          {t('suggestion.more', { count: suggestions.length - SHOWN })}
        </Button>
      )}
    </div>
  )
}
