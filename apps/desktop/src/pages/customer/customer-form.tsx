import { type Customer, listCompanies } from '@centrala/api/customer.ts'
import { LOCALES as LANGUAGES } from '@centrala/api/shapes.ts'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Combobox } from '../../components/combobox.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { Input } from '../../components/input.tsx'
import { NumberInput } from '../../components/number-input.tsx'
import { useCan } from '../../session/me.ts'
import { languageName } from './person-facts.tsx'
import { useChangeCustomer } from './use-change-customer.ts'

const NONE = 'none'
/** The languages of the interface first, then others that customers of the region write in. */
const CUSTOMER_LANGUAGES = [
  ...new Set([
    ...LANGUAGES,
    'sr',
    'bs',
    'sl',
    'mk',
    'sq',
    'hu',
    'de',
    'it',
    'fr',
    'es',
    'uk',
    'bg',
    'tr',
    'pl',
    'cs',
    'sk',
  ]),
]

/** Name, company, language and time zone in one form. */
export function CustomerForm({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { t, i18n } = useTranslation(['customer', 'adminPolicy', 'common'])
  const [name, setName] = useState(customer.name ?? '')
  const [companyId, setCompanyId] = useState(customer.companyId ?? NONE)
  const [language, setLanguage] = useState(customer.language ?? NONE)
  const [timeZone, setTimeZone] = useState(customer.timeZone ?? NONE)
  const [routingWeight, setRoutingWeight] = useState(customer.routingWeight)
  const [text, setText] = useState('')
  const companies = useQuery({
    queryKey: ['search', 'companies', text],
    queryFn: async () => (await api.call(listCompanies, { query: { limit: 20, ...(text ? { q: text } : {}) } })).items,
  })
  const weighs = useCan()('routing.manage')
  const change = useChangeCustomer(customer.id)
  const orNull = (value: string) => (value === NONE ? null : value)
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    change.mutate(
      {
        name: name.trim() || null,
        companyId: orNull(companyId),
        language: orNull(language),
        timeZone: orNull(timeZone),
        ...(weighs && Number.isFinite(routingWeight) && { routingWeight }),
      },
      { onSuccess: onClose },
    )
  }
  const none = { value: NONE, label: t('notKnown') }
  const known =
    companies.data?.map(company => ({ value: company.id, label: company.name, hint: company.domain ?? '' })) ?? []
  const current =
    customer.companyId && !known.some(one => one.value === customer.companyId)
      ? [{ value: customer.companyId, label: customer.companyName ?? '' }]
      : []
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('editTitle')}
      footer={
        <>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button look="primary" busy={change.isPending} onClick={() => submit()}>
            {t('common:save')}
          </Button>
        </>
      }
    >
      <form onSubmit={submit} className="grid gap-4 pb-1 sm:grid-cols-2">
        <Field label={t('name')} className="sm:col-span-2">
          <Input value={name} maxLength={120} onChange={event => setName(event.target.value)} autoFocus />
        </Field>
        <Field label={t('company')} className="sm:col-span-2">
          <Combobox
            value={companyId}
            onChange={setCompanyId}
            options={[none, ...current, ...known]}
            onSearch={setText}
            loading={companies.isFetching}
          />
        </Field>
        <Field label={t('language')}>
          <Combobox
            value={language}
            onChange={setLanguage}
            options={[none, ...CUSTOMER_LANGUAGES.map(value => ({ value, label: languageName(value, i18n.language) }))]}
          />
        </Field>
        <Field label={t('timeZone')}>
          <Combobox
            value={timeZone}
            onChange={setTimeZone}
            options={[
              none,
              ...Intl.supportedValuesOf('timeZone').map(value => ({ value, label: value.replaceAll('_', ' ') })),
            ]}
          />
        </Field>
        {weighs && (
          <Field
            label={t('adminPolicy:weight.customer')}
            hint={t('adminPolicy:weight.customerHint')}
            className="sm:col-span-2"
          >
            <NumberInput
              value={routingWeight}
              onChange={setRoutingWeight}
              min={-1000}
              max={1000}
              unit={t('adminPolicy:weight.points')}
            />
          </Field>
        )}
      </form>
    </Dialog>
  )
}
