import type { Input as CallInput } from '@centrala/api/client.ts'
import { mailRuleTrialBody, previewMailRules } from '@centrala/api/mail-rule.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { FlaskConical } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { Textarea } from '../../../components/textarea.tsx'
import { useRuleWords } from './rule-words.ts'

type Mail = CallInput<typeof previewMailRules>['body']

/** A mail made up to see what the rules would do with it, the one being written included. */
export function RuleTrial({ draft = null }: { draft?: Mail['draft'] }) {
  const { t } = useTranslation('adminChannels')
  const words = useRuleWords()
  const [mail, setMail] = useState({
    from: 'ana@example.com',
    subject: '',
    text: '',
    hasFile: false,
    isAutomatic: false,
  })
  const asked = useDeferredValue({ ...mail, draft })
  const valid = mailRuleTrialBody.safeParse(asked).success
  const outcome = useQuery({
    queryKey: ['mail-rules-preview', asked],
    queryFn: () => api.call(previewMailRules, { body: asked }),
    enabled: valid,
    placeholderData: keepPreviousData,
    staleTime: 5000,
  }).data
  return (
    <details
      className="mt-4 rounded-lg bg-sunken p-3"
      // Inside a form, Enter in these fields must not save it.
      onKeyDown={event => event.key === 'Enter' && event.target instanceof HTMLInputElement && event.preventDefault()}
    >
      <summary className="flex cursor-pointer list-none items-center gap-2 font-medium">
        <FlaskConical size={16} aria-hidden className="text-muted" />
        {t('rules.try')}
      </summary>
      <div className="mt-3 flex flex-col gap-3">
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label={t('rules.field.from')}>
            <Input value={mail.from} onChange={event => setMail({ ...mail, from: event.target.value })} />
          </Field>
          <Field label={t('rules.field.subject')}>
            <Input value={mail.subject} onChange={event => setMail({ ...mail, subject: event.target.value })} />
          </Field>
        </div>
        <Field label={t('rules.field.body')}>
          <Textarea rows={2} value={mail.text} onChange={event => setMail({ ...mail, text: event.target.value })} />
        </Field>
        <div className="flex flex-wrap gap-4">
          <Checkbox
            checked={mail.hasFile}
            onChange={hasFile => setMail({ ...mail, hasFile })}
            label={t('rules.field.hasFile')}
          />
          <Checkbox
            checked={mail.isAutomatic}
            onChange={isAutomatic => setMail({ ...mail, isAutomatic })}
            label={t('rules.field.isAutomatic')}
          />
        </div>
        <p role="status" className="font-medium">
          {outcome &&
            (outcome.matched.length === 0
              ? t('rules.noneMatches')
              : t('rules.matches', {
                  rules: outcome.matched.map(rule => rule.name).join(' → '),
                  outcome: words.does(outcome),
                }))}
        </p>
      </div>
    </details>
  )
}
