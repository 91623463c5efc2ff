import type { Customer } from '@centrala/api/customer.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Input } from '../../components/input.tsx'
import { useCan } from '../../session/me.ts'
import { useChangeCustomer } from './use-change-customer.ts'

/** The customer's name; pressed, it can be written. */
export function NameField({ customer, large = false }: { customer: Customer; large?: boolean }) {
  const { t } = useTranslation(['customer', 'common'])
  const can = useCan()
  const change = useChangeCustomer(customer.id)
  const [editing, setEditing] = useState(false)
  const name = customer.name ?? t('common:unknownCustomer')
  const looks = large ? 'font-semibold text-xl tracking-tight' : 'font-semibold text-base'
  if (!can('customer.write')) return <p className={`truncate ${looks}`}>{name}</p>
  if (!editing)
    return (
      <button
        type="button"
        aria-label={t('changeName', { name })}
        title={name}
        onClick={() => setEditing(true)}
        className={`-mx-1 block max-w-full truncate rounded-sm px-1 text-left hover:bg-hover ${looks}`}
      >
        {name}
      </button>
    )
  return (
    <Input
      autoFocus
      aria-label={t('name')}
      defaultValue={customer.name ?? ''}
      maxLength={120}
      onFocus={event => event.target.select()}
      onBlur={event => {
        const next = event.target.value.trim()
        if (next === (customer.name ?? '')) setEditing(false)
        // What could not be saved stays here, to be tried again.
        else change.mutate({ name: next === '' ? null : next }, { onSuccess: () => setEditing(false) })
      }}
      onKeyDown={event => {
        if (event.key === 'Enter') event.currentTarget.blur()
        if (event.key === 'Escape') {
          event.currentTarget.value = customer.name ?? ''
          event.currentTarget.blur()
        }
      }}
    />
  )
}
