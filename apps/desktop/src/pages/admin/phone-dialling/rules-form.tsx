import { DialRules, setDialRules } from '@centrala/api/dial-rule.ts'
import type { DialRule } from '@centrala/api/voice-config.ts'
import { Trash2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Combobox } from '../../../components/combobox.tsx'
import { Field } from '../../../components/field.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { Input } from '../../../components/input.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { Section } from '../../../components/page.tsx'
import { Select } from '../../../components/select.tsx'
import { currentLocale } from '../../../i18n/i18n.ts'
import { Consequence } from '../form/form-part.tsx'
import { type Schema, useDraft } from '../form/use-draft.ts'
import { CALLING_CODES, callingCodeOf, countryNames } from './countries.ts'
import { useSave } from './save-form.ts'
import { TryNumber } from './try-number.tsx'

/** The rules of a form: as the API takes them, under `rules`. */
const schema: Schema<unknown> = {
  safeParse(value) {
    const parsed = DialRules.safeParse((value as { rules: unknown }).rules)
    if (parsed.success) return { success: true, data: value }
    const issues = parsed.error.issues.map(issue => ({ ...issue, path: ['rules', ...issue.path] }))
    return { success: false, error: { issues } }
  },
}

/** Country after country, or finer: which destinations may be called, and what a minute costs. */
export function RulesForm({ rules, emergency }: { rules: readonly DialRule[]; emergency: readonly string[] }) {
  const { t } = useTranslation(['adminPhone', 'common'])
  const locale = currentLocale()
  const [start] = useState(() => ({ rules: rules.map((rule, index) => ({ ...rule, key: String(index) })) }))
  const draft = useDraft(plainSchema, start)
  const { value, set } = draft
  const save = useSave(draft, () => api.call(setDialRules, { body: { rules: value.rules.map(plain) } }))
  const change = (key: string, patch: Partial<DialRule>) =>
    set({ rules: value.rules.map(rule => (rule.key === key ? { ...rule, ...patch } : rule)) })
  const countries = useMemo(
    () =>
      CALLING_CODES.map(({ prefix, countries }) => ({
        value: prefix,
        label: countryNames(countries, locale),
        hint: `+${prefix}`,
      })).sort((one, other) => one.label.localeCompare(other.label, locale)),
    [locale],
  )
  const add = (prefix: string) =>
    set({ rules: [...value.rules, { prefix, allow: true, pricePerMinute: 0, key: crypto.randomUUID() }] })
  return (
    <Section title={t('dialling.rules')} hint={t('dialling.rulesHint')}>
      {value.rules.length === 0 ? (
        <Consequence tone="warn">{t('dialling.noRules')}</Consequence>
      ) : (
        <ul className="flex flex-col divide-y">
          {value.rules.map((rule, index) => {
            const code = callingCodeOf(rule.prefix.replace(/^\+/, ''))
            const wrong = draft.errorBelow(`rules.${index}`)
            return (
              <li key={rule.key} className="flex flex-col gap-1 py-2">
                <div className="grid grid-cols-[7rem_1fr_auto] items-center gap-2 sm:grid-cols-[7rem_1fr_9rem_10rem_auto]">
                  <Input
                    aria-label={t('dialling.prefix')}
                    value={rule.prefix}
                    inputMode="tel"
                    onChange={event => change(rule.key, { prefix: event.target.value })}
                    aria-invalid={wrong !== null || undefined}
                    className="figures"
                  />
                  <span className="min-w-0 truncate text-sm">
                    {code ? countryNames(code.countries.slice(0, 2), locale) : t('dialling.unknownCountry')}
                    {code && rule.prefix.length > code.prefix.length && (
                      <span className="text-muted"> · {t('dialling.part')}</span>
                    )}
                  </span>
                  <Select
                    aria-label={t('dialling.mayCall', { prefix: rule.prefix })}
                    value={rule.allow ? 'allow' : 'deny'}
                    onChange={next => change(rule.key, { allow: next === 'allow' })}
                    options={[
                      { value: 'allow', label: t('dialling.allow') },
                      { value: 'deny', label: t('dialling.deny') },
                    ]}
                    className="max-sm:order-4 max-sm:col-span-1"
                  />
                  <span className="max-sm:order-5">
                    <NumberInput
                      aria-label={t('dialling.priceOf', { prefix: rule.prefix })}
                      value={rule.pricePerMinute}
                      onChange={pricePerMinute => change(rule.key, { pricePerMinute })}
                      min={0}
                      step={0.001}
                      unit={t('dialling.perMinute')}
                      disabled={!rule.allow}
                      className="figures max-w-24"
                    />
                  </span>
                  <IconButton
                    icon={Trash2}
                    size="sm"
                    label={t('remove', { what: `+${rule.prefix}` })}
                    onClick={() => set({ rules: value.rules.filter(other => other.key !== rule.key) })}
                  />
                </div>
                {wrong && (
                  <p role="alert" className="text-bad-ink text-xs">
                    {wrong}
                  </p>
                )}
              </li>
            )
          })}
        </ul>
      )}
      <div className="flex flex-wrap items-end gap-3">
        <Field label={t('dialling.addCountry')} className="w-72 max-w-full">
          <Combobox value={null} onChange={add} options={countries} placeholder={t('dialling.chooseCountry')} />
        </Field>
        <span className="flex-1" />
        <Button look="primary" busy={save.busy} disabled={!draft.isDirty} onClick={save.submit}>
          {t('common:save')}
        </Button>
      </div>
      <TryNumber rules={value.rules.map(plain)} emergency={emergency} />
    </Section>
  )
}

type Keyed = DialRule & { key: string }

function plain({ key: _, ...rule }: Keyed): DialRule {
  return rule
}

const plainSchema: Schema<unknown> = {
  safeParse: value => schema.safeParse({ rules: (value as { rules: Keyed[] }).rules.map(plain) }),
}
