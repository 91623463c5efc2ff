import { useTranslation } from 'react-i18next'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Field } from '../../../components/field.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { FormPart } from '../form/form-part.tsx'
import type { Draft } from '../form/use-draft.ts'
import type { QueueValue } from './queue-drawer.tsx'

/** Who is asked first, for how long, and how long anyone has to answer. */
export function QueuePreferred({ draft: { value, set, error } }: { draft: Draft<QueueValue> }) {
  const { t } = useTranslation(['adminRouting', 'adminPolicy'])
  return (
    <FormPart title={t('adminPolicy:preferred.title')}>
      <Checkbox
        checked={value.preferLastAgent}
        onChange={preferLastAgent => set({ preferLastAgent })}
        label={t('adminPolicy:preferred.last')}
        hint={t('adminPolicy:preferred.lastHint')}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t('queues.preferred')}
          hint={t('adminPolicy:preferred.waitHint')}
          error={error('preferredSeconds')}
        >
          <NumberInput
            value={value.preferredSeconds}
            onChange={preferredSeconds => set({ preferredSeconds })}
            min={0}
            max={86_400}
            unit={t('seconds')}
          />
        </Field>
        <Field label={t('queues.offer')} hint={t('queues.offerHint')} error={error('offerSeconds')}>
          <NumberInput
            value={value.offerSeconds}
            onChange={offerSeconds => set({ offerSeconds })}
            min={5}
            max={600}
            unit={t('seconds')}
          />
        </Field>
      </div>
    </FormPart>
  )
}
