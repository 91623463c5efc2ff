import { changeChannelAccount, createChannelAccount, deleteChannelAccount } from '@centrala/api/channel-account.ts'
import { numberBody, type PhoneNumber } from '@centrala/api/trunk.ts'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Combobox } from '../../../components/combobox.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { Select } from '../../../components/select.tsx'
import { queuesQuery } from '../../../configuration/configuration.ts'
import { currentLocale } from '../../../i18n/i18n.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence } from '../form/form-part.tsx'
import { useDraft } from '../form/use-draft.ts'
import { flowsQuery } from '../phone-queries.ts'
import { brandsQuery } from '../queries.ts'
import { languageOptions } from '../skills/languages.ts'

const NONE = 'none'
const FRESH = { name: '', number: '', language: null, flowId: null, queueId: null, brandId: null, active: true }

export function NumberDrawer({ number, onClose }: { number: PhoneNumber | null; onClose: () => void }) {
  const { t } = useTranslation(['adminPhone', 'common'])
  const flows = useQuery(flowsQuery).data ?? []
  const queues = useQuery(queuesQuery).data ?? []
  const brands = useQuery(brandsQuery).data ?? []
  const { id: _, ...known } = number ?? { id: '', ...FRESH }
  const draft = useDraft<Omit<PhoneNumber, 'id'>>(numberBody, known)
  const { value, set } = draft
  // The server names the number's own settings by where it keeps them.
  const error = (field: string) => draft.error(field) ?? draft.error(`config.${field}`)
  const save = () => {
    const { name, queueId, brandId, active, ...config } = numberBody.parse(value)
    const body = { name, queueId, brandId, active, config }
    return number
      ? api.call(changeChannelAccount, { params: { id: number.id }, body })
      : api.call(createChannelAccount, { body: { channel: 'voice', ...body } })
  }
  const choice = (options: readonly { id: string; name: string }[], none: string) => [
    { value: NONE, label: none },
    ...options.map(one => ({ value: one.id, label: one.name })),
  ]
  const orNull = (next: string) => (next === NONE ? null : next)
  return (
    <EditDrawer
      title={number ? number.number : t('numbers.add')}
      draft={draft}
      save={save}
      onClose={onClose}
      removal={
        number && {
          label: t('common:delete'),
          title: t('numbers.deleteTitle', { number: number.number }),
          body: t('numbers.deleteBody'),
          run: () => api.call(deleteChannelAccount, { params: { id: number.id } }),
        }
      }
    >
      <Field label={t('numbers.number')} hint={t('numbers.numberHint')} error={error('number')} required>
        <Input
          type="tel"
          value={value.number}
          onChange={event => set({ number: event.target.value })}
          placeholder="+385 1 234 5678"
          className="figures"
          autoFocus={!number}
        />
      </Field>
      <Field label={t('name')} hint={t('numbers.nameHint')} error={error('name')} required>
        <Input value={value.name} onChange={event => set({ name: event.target.value })} maxLength={120} />
      </Field>
      <Field label={t('numbers.flow')} hint={t('numbers.flowHint')} error={error('flowId')}>
        <Select
          value={value.flowId ?? NONE}
          onChange={next => set({ flowId: orNull(next) })}
          options={choice(flows, t('numbers.noFlow'))}
        />
      </Field>
      <Field label={t('queue')} hint={t('numbers.queueHint')} error={error('queueId')}>
        <Select
          value={value.queueId ?? NONE}
          onChange={next => set({ queueId: orNull(next) })}
          options={choice(queues, t('numbers.noQueue'))}
        />
      </Field>
      {!value.flowId && !value.queueId && <Consequence tone="warn">{t('numbers.nowhereMeans')}</Consequence>}
      <Field label={t('language')} hint={t('numbers.languageHint')} error={error('language')}>
        <Combobox
          value={value.language ?? NONE}
          onChange={next => set({ language: orNull(next) })}
          options={[{ value: NONE, label: t('companyLanguage') }, ...languageOptions(currentLocale(), value.language)]}
        />
      </Field>
      {brands.length > 0 && (
        <Field label={t('brand')} hint={t('numbers.brandHint')} error={error('brandId')}>
          <Select
            value={value.brandId ?? NONE}
            onChange={next => set({ brandId: orNull(next) })}
            options={choice(brands, t('noBrand'))}
          />
        </Field>
      )}
      <Checkbox
        checked={value.active}
        onChange={active => set({ active })}
        label={t('inUse')}
        hint={t('numbers.activeHint')}
      />
    </EditDrawer>
  )
}
