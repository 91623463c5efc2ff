import { type CallLimits, callLimitsBody, setCallLimits } from '@centrala/api/dial-rule.ts'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Field } from '../../../components/field.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { Section } from '../../../components/page.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { Consequence } from '../form/form-part.tsx'
import { useDraft } from '../form/use-draft.ts'
import { useSave } from './save-form.ts'

const FIELDS = ['maxCalls', 'maxOutboundCalls', 'maxOutboundPerMinute', 'maxSpendPerDay', 'recordingDays'] as const

/** What holds whoever dials: a stolen password costs no more than this. */
export function LimitsForm({ limits, spentToday }: { limits: CallLimits; spentToday: number }) {
  const { t } = useTranslation(['adminPhone', 'common'])
  const format = useFormat()
  const draft = useDraft(callLimitsBody, limits)
  const { value, set, error } = draft
  const save = useSave(draft, () => api.call(setCallLimits, { body: callLimitsBody.parse(value) }))
  return (
    <Section title={t('limits.title')} hint={t('limits.hint')}>
      <div className="grid gap-4 sm:grid-cols-2">
        {FIELDS.map(field => (
          <Field key={field} label={t(`limits.${field}`)} hint={t(`limits.${field}Hint`)} error={error(field)}>
            <NumberInput
              value={value[field]}
              onChange={next => set({ [field]: next })}
              min={field === 'recordingDays' ? 1 : 0}
              step={field === 'maxSpendPerDay' ? 0.01 : 1}
              {...(field === 'recordingDays' && { unit: t('limits.days') })}
            />
          </Field>
        ))}
      </div>
      <Consequence tone={value.maxOutboundCalls === 0 || value.maxCalls === 0 ? 'warn' : 'plain'}>
        {value.maxCalls === 0
          ? t('limits.noCalls')
          : value.maxOutboundCalls === 0
            ? t('limits.noOutbound')
            : t('limits.means', { spent: format.number(spentToday), most: format.number(value.maxSpendPerDay) })}
      </Consequence>
      <Button look="primary" className="self-end" busy={save.busy} disabled={!draft.isDirty} onClick={save.submit}>
        {t('common:save')}
      </Button>
    </Section>
  )
}
