import { useTranslation } from 'react-i18next'
import { Field } from '../../../components/field.tsx'
import { NumberInput } from '../../../components/number-input.tsx'

interface Repeats {
  timeoutSeconds: number
  retries: number
}

export interface RepeatFieldsProps {
  step: Repeats
  set(patch: Partial<Repeats>): void
  error(field: string): string | null
}

/** How long a caller has for an answer, and how often they are asked again. */
export function RepeatFields({ step, set, error }: RepeatFieldsProps) {
  const { t } = useTranslation('adminPhone')
  return (
    <>
      <Field label={t('flows.waits')} error={error('timeoutSeconds')}>
        <NumberInput
          value={step.timeoutSeconds}
          onChange={timeoutSeconds => set({ timeoutSeconds })}
          min={1}
          max={60}
          unit={t('seconds')}
        />
      </Field>
      <Field label={t('flows.retries')} error={error('retries')}>
        <NumberInput value={step.retries} onChange={retries => set({ retries })} min={0} max={9} />
      </Field>
    </>
  )
}
