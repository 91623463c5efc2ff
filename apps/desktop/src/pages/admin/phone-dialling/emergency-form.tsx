import { type Dialling, emergencyNumbersBody, setEmergencyNumbers } from '@centrala/api/dial-rule.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Badge } from '../../../components/badge.tsx'
import { Button } from '../../../components/button.tsx'
import { Combobox } from '../../../components/combobox.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { Section } from '../../../components/page.tsx'
import { currentLocale } from '../../../i18n/i18n.ts'
import { type Schema, useDraft } from '../form/use-draft.ts'
import { CALLING_CODES, countryNames } from './countries.ts'
import { useSave } from './save-form.ts'

interface Value {
  country: string | null
  own: string
}
const bodyOf = ({ country, own }: Value) => ({ country, own: own.split(/[\s,;]+/).filter(Boolean) })

/** As the API takes it, with what is wrong in the list said at the one field. */
const schema: Schema<unknown> = {
  safeParse(value) {
    const parsed = emergencyNumbersBody.safeParse(bodyOf(value as Value))
    if (parsed.success) return { success: true, data: value }
    const issues = parsed.error.issues.map(issue => ({ ...issue, path: issue.path.slice(0, 1) }))
    return { success: false, error: { issues } }
  },
}

/** What is dialled in need, whatever rules and limits say. */
export function EmergencyForm({ emergency }: { emergency: Dialling['emergency'] }) {
  const { t } = useTranslation(['adminPhone', 'common'])
  const locale = currentLocale()
  const draft = useDraft(schema, { country: emergency.country, own: emergency.own.join(', ') })
  const { value, set, error } = draft
  const save = useSave(draft, () => api.call(setEmergencyNumbers, { body: bodyOf(value) }))
  const countries = useMemo(
    () =>
      [...new Set(CALLING_CODES.flatMap(code => code.countries))]
        .map(country => ({ value: country, label: countryNames([country], locale) }))
        .sort((one, other) => one.label.localeCompare(other.label, locale)),
    [locale],
  )
  return (
    <Section title={t('emergency.title')} hint={t('emergency.hint')}>
      <ul aria-label={t('emergency.numbers')} className="flex flex-wrap gap-1.5">
        {emergency.numbers.map(number => (
          <li key={number}>
            <Badge tone="ok">
              <span className="figures">{number}</span>
            </Badge>
          </li>
        ))}
      </ul>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('emergency.country')} hint={t('emergency.countryHint')} error={error('country')}>
          <Combobox
            value={value.country}
            onChange={country => set({ country })}
            options={countries}
            placeholder={t('dialling.chooseCountry')}
          />
        </Field>
        <Field label={t('emergency.own')} hint={t('emergency.ownHint')} error={error('own')}>
          <Input
            value={value.own}
            inputMode="tel"
            className="figures"
            onChange={event => set({ own: event.target.value })}
          />
        </Field>
      </div>
      <Button look="primary" className="self-end" busy={save.busy} disabled={!draft.isDirty} onClick={save.submit}>
        {t('common:save')}
      </Button>
    </Section>
  )
}
