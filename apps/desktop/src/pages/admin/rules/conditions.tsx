import type { MailCondition, MailRule } from '@centrala/api/mail-rule.ts'
import { Plus, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/button.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { Input } from '../../../components/input.tsx'
import { Select } from '../../../components/select.tsx'

const TEXTS = ['from', 'to', 'subject', 'body'] as const
const FACTS = ['hasFile', 'isAutomatic', 'isVerified'] as const
type TextField = (typeof TEXTS)[number]
type FactField = (typeof FACTS)[number]

interface ConditionsProps {
  match: MailRule['match']
  value: readonly MailCondition[]
  onMatch: (match: MailRule['match']) => void
  onChange: (value: MailCondition[]) => void
  error: (path: string) => string | null
}

const isText = (field: string): field is TextField => (TEXTS as readonly string[]).includes(field)

/** Which mail a rule is for. */
export function Conditions({ match, value, onMatch, onChange, error }: ConditionsProps) {
  const { t } = useTranslation(['adminChannels', 'common'])
  const set = (index: number, condition: MailCondition) =>
    onChange(value.map((other, place) => (place === index ? condition : other)))
  const fieldOptions = [
    ...TEXTS.map(field => ({ value: field as TextField | FactField, label: t(`rules.field.${field}`) })),
    ...FACTS.map(field => ({ value: field as TextField | FactField, label: t(`rules.field.${field}`) })),
  ]
  return (
    <>
      {value.length > 1 && (
        <Select
          value={match}
          onChange={onMatch}
          aria-label={t('rules.when')}
          className="max-w-64"
          options={[
            { value: 'all', label: t('rules.all') },
            { value: 'any', label: t('rules.any') },
          ]}
        />
      )}
      <ul className="flex flex-col gap-2">
        {value.map((condition, index) => {
          const problem = error(`conditions.${index}`)
          return (
            <li key={index} className="flex flex-col gap-1">
              <div className="flex flex-wrap items-center gap-2">
                <Select
                  value={condition.field}
                  aria-label={t('rules.what')}
                  className="max-w-44"
                  options={fieldOptions}
                  onChange={field =>
                    set(
                      index,
                      isText(field)
                        ? {
                            field,
                            matches: 'matches' in condition ? condition.matches : '',
                            not: 'not' in condition && condition.not,
                          }
                        : { field, is: true },
                    )
                  }
                />
                <Select
                  value={('matches' in condition ? !condition.not : condition.is) ? 'yes' : 'no'}
                  aria-label={t('rules.how')}
                  className="max-w-40"
                  options={
                    'matches' in condition
                      ? [
                          { value: 'yes', label: t('rules.contains') },
                          { value: 'no', label: t('rules.containsNot') },
                        ]
                      : [
                          { value: 'yes', label: t('rules.yes') },
                          { value: 'no', label: t('rules.no') },
                        ]
                  }
                  onChange={answer =>
                    set(
                      index,
                      'matches' in condition
                        ? { ...condition, not: answer === 'no' }
                        : { ...condition, is: answer === 'yes' },
                    )
                  }
                />
                {'matches' in condition && (
                  <Input
                    value={condition.matches}
                    aria-label={t('rules.text')}
                    aria-invalid={problem !== null || undefined}
                    placeholder={condition.field === 'from' ? '*@example.com' : ''}
                    maxLength={200}
                    onChange={event => set(index, { ...condition, matches: event.target.value })}
                    className="min-w-40 flex-1"
                  />
                )}
                {value.length > 1 && (
                  <IconButton
                    icon={X}
                    size="sm"
                    label={t('common:remove')}
                    onClick={() => onChange(value.filter((_, place) => place !== index))}
                  />
                )}
              </div>
              {problem && (
                <p role="alert" className="text-bad-ink text-xs">
                  {problem}
                </p>
              )}
            </li>
          )
        })}
      </ul>
      {value.length < 20 && (
        <Button
          size="sm"
          icon={Plus}
          className="self-start"
          onClick={() => onChange([...value, { field: 'subject', matches: '', not: false }])}
        >
          {t('rules.addCondition')}
        </Button>
      )}
    </>
  )
}
