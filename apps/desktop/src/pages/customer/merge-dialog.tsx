import { type Customer, listCustomers } from '@centrala/api/customer.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Combobox } from '../../components/combobox.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { useMerge } from './suggested-merges.tsx'

/** Finds the other record of the same person and joins it to this one. */
export function MergeDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { t } = useTranslation(['customer', 'common'])
  const [other, setOther] = useState<string | null>(null)
  const [text, setText] = useState('')
  const { merge } = useMerge(customer.id)
  const found = useQuery({
    queryKey: ['search', 'customers', text],
    queryFn: async () => (await api.call(listCustomers, { query: { q: text.trim(), limit: 10 } })).items,
    enabled: text.trim().length >= 2,
    placeholderData: keepPreviousData,
  })
  const options = (found.data ?? [])
    .filter(one => one.id !== customer.id)
    .map(one => ({
      value: one.id,
      label: one.name ?? t('common:unknownCustomer'),
      hint: one.identities
        .filter(identity => identity.kind !== 'visitor')
        .map(identity => identity.address)
        .join(', '),
    }))
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('merge.title', { name: customer.name ?? t('common:unknownCustomer') })}
      description={t('merge.hint')}
      footer={
        <>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button
            look="primary"
            disabled={other === null}
            busy={merge.isPending}
            onClick={() => other && merge.mutate(other, { onSuccess: onClose })}
          >
            {t('suggestion.merge')}
          </Button>
        </>
      }
    >
      <div className="pb-2">
        <Field label={t('merge.other')} required>
          <Combobox value={other} onChange={setOther} options={options} onSearch={setText} loading={found.isFetching} />
        </Field>
      </div>
    </Dialog>
  )
}
