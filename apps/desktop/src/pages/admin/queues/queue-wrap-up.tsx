import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { CheckList } from '../../../components/check-list.tsx'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Field } from '../../../components/field.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { wrapUpCodesQuery } from '../../../configuration/configuration.ts'
import { FormPart } from '../form/form-part.tsx'
import type { Draft } from '../form/use-draft.ts'
import type { QueueValue } from './queue-drawer.tsx'

/** What agents do when the contact is over. */
export function QueueWrapUp({ draft: { value, set, error } }: { draft: Draft<QueueValue> }) {
  const { t } = useTranslation('adminRouting')
  const codes = (useQuery(wrapUpCodesQuery).data ?? []).filter(code => code.archivedAt === null)
  // Branches and leaves of the first storey: choosing one offers all below it.
  const roots = codes.filter(code => code.parentId === null)
  return (
    <FormPart title={t('queues.wrapUp')} hint={t('queues.wrapUpHint')}>
      <Field label={t('queues.wrapUpTime')} hint={t('queues.wrapUpTimeHint')} error={error('wrapUpSeconds')}>
        <NumberInput
          value={value.wrapUpSeconds}
          onChange={wrapUpSeconds => set({ wrapUpSeconds })}
          min={0}
          max={3600}
          unit={t('seconds')}
        />
      </Field>
      <Checkbox
        checked={value.wrapUpRequired}
        onChange={wrapUpRequired => set({ wrapUpRequired })}
        label={t('queues.codeRequired')}
        hint={t('queues.codeRequiredHint')}
      />
      <Checkbox
        checked={value.contactReasonRequired}
        onChange={contactReasonRequired => set({ contactReasonRequired })}
        label={t('queues.reasonRequired')}
      />
      {roots.length > 0 && (
        <>
          <p className="font-medium text-xs">{t('queues.codes')}</p>
          <CheckList
            columns
            label={t('queues.codes')}
            options={roots.map(code => ({ value: code.id, label: code.name }))}
            value={value.wrapUpCodeIds}
            onChange={wrapUpCodeIds => set({ wrapUpCodeIds })}
          />
          <p className="text-muted text-xs">{t('queues.codesHint')}</p>
        </>
      )}
    </FormPart>
  )
}
