import { useTranslation } from 'react-i18next'
import { Field } from '../../../components/field.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { Consequence, FormPart } from '../form/form-part.tsx'
import type { Draft } from '../form/use-draft.ts'
import type { QueueValue } from './queue-drawer.tsx'

/** Whose turn it is, and how it is offered. */
export function QueueOrder({ draft: { value, set, error } }: { draft: Draft<QueueValue> }) {
  const { t } = useTranslation('adminRouting')
  // Minutes of waiting after which this queue's work comes before fresh work of a queue with ten points more.
  const minutes = value.ageingPerMinute > 0 ? Math.ceil(10 / value.ageingPerMinute) : null
  return (
    <FormPart title={t('queues.order')} hint={t('queues.orderHint')}>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('priority')} hint={t('queues.priorityHint')} error={error('priority')}>
          <NumberInput value={value.priority} onChange={priority => set({ priority })} min={-1000} max={1000} />
        </Field>
        <Field label={t('queues.ageing')} hint={t('queues.ageingHint')} error={error('ageingPerMinute')}>
          <NumberInput
            value={value.ageingPerMinute}
            onChange={ageingPerMinute => set({ ageingPerMinute })}
            min={0}
            max={100}
            step={0.1}
            unit={t('queues.pointsPerMinute')}
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
        <Field label={t('queues.preferred')} hint={t('queues.preferredHint')} error={error('preferredSeconds')}>
          <NumberInput
            value={value.preferredSeconds}
            onChange={preferredSeconds => set({ preferredSeconds })}
            min={0}
            max={86_400}
            unit={t('seconds')}
          />
        </Field>
      </div>
      {Number.isFinite(value.ageingPerMinute) && (
        <Consequence tone={minutes === null ? 'warn' : 'plain'}>
          {minutes === null ? t('queues.noAgeing') : t('queues.ageingMeans', { minutes })}
        </Consequence>
      )}
    </FormPart>
  )
}
