import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { CheckList } from '../../../components/check-list.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { Select } from '../../../components/select.tsx'
import { FormPart } from '../form/form-part.tsx'
import type { Draft } from '../form/use-draft.ts'
import { numbersQuery } from '../phone-queries.ts'
import type { TrunkValue } from './trunk-drawer.tsx'

/** What outgoing calls show: providers refuse numbers that are not the company's. */
export function TrunkCallerId({ draft: { value, setIn, error } }: { draft: Draft<TrunkValue> }) {
  const { t } = useTranslation('adminPhone')
  const numbers = useQuery(numbersQuery).data ?? []
  const { callerId } = value.config
  const known = [...new Set([...numbers.map(one => one.number), ...callerId.allowed])].sort()
  const names = new Map(numbers.map(one => [one.number, one.name]))
  return (
    <FormPart title={t('trunks.callerId')} hint={t('trunks.callerIdHint')}>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t('trunks.callerDefault')}
          hint={t('trunks.callerDefaultHint')}
          error={error('config.callerId.default')}
          optional
        >
          <Input
            type="tel"
            className="figures"
            value={callerId.default ?? ''}
            onChange={event => setIn('config.callerId.default', event.target.value || null)}
            placeholder="+385 1 234 5678"
          />
        </Field>
        <Field label={t('trunks.header')} hint={t('trunks.headerHint')}>
          <Select
            value={callerId.header}
            onChange={next => setIn('config.callerId.header', next)}
            options={[
              { value: 'from', label: 'From' },
              { value: 'pai', label: 'P-Asserted-Identity' },
            ]}
          />
        </Field>
      </div>
      {known.length > 0 && (
        <>
          <p className="font-medium text-xs">{t('trunks.callerAllowed')}</p>
          <CheckList
            columns
            label={t('trunks.callerAllowed')}
            options={known.map(one => ({
              value: one,
              label: one,
              ...(names.has(one) && { hint: names.get(one) ?? '' }),
            }))}
            value={callerId.allowed}
            onChange={next => setIn('config.callerId.allowed', next)}
          />
        </>
      )}
    </FormPart>
  )
}
