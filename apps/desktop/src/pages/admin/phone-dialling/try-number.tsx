import type { DialRule } from '@centrala/api/voice-config.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../components/badge.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { decidingRule } from './countries.ts'

/** What the rules, as they are being written, would say to a number. */
export function TryNumber({ rules, emergency }: { rules: readonly DialRule[]; emergency: readonly string[] }) {
  const { t } = useTranslation('adminPhone')
  const format = useFormat()
  const [number, setNumber] = useState('')
  const rule = decidingRule(rules, number)
  const isEmergency = emergency.includes(number.replace(/\D/g, ''))
  const asked = isEmergency || number.replace(/\D/g, '').length >= 3
  const allowed = isEmergency || rule?.allow === true
  return (
    <div className="flex flex-wrap items-end gap-3 rounded-md bg-sunken p-3">
      <Field label={t('dialling.try')} className="w-60 max-w-full">
        <Input
          type="tel"
          className="figures"
          value={number}
          onChange={event => setNumber(event.target.value)}
          placeholder="+385 1 234 5678"
        />
      </Field>
      <p role="status" className="flex min-h-8 flex-wrap items-center gap-2">
        {asked && (
          <>
            <Badge tone={allowed ? 'ok' : 'bad'}>{t(allowed ? 'dialling.allowed' : 'dialling.denied')}</Badge>
            <span className="text-muted">
              {isEmergency
                ? t('emergency.always')
                : rule === null
                  ? t('dialling.noRuleFits')
                  : rule.allow
                    ? t('dialling.byRule', { prefix: rule.prefix, price: format.number(rule.pricePerMinute) })
                    : t('dialling.byDenial', { prefix: rule.prefix })}
            </span>
          </>
        )}
      </p>
    </div>
  )
}
