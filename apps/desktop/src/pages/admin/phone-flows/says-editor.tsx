import { hearSpeech } from '@centrala/api/prompt.ts'
import type { Says } from '@centrala/api/run-flow.ts'
import { useQuery } from '@tanstack/react-query'
import { ArrowUp, Music, Play, Trash2, Type } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Combobox } from '../../../components/combobox.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { Textarea } from '../../../components/textarea.tsx'
import { currentLocale } from '../../../i18n/i18n.ts'
import { useHear } from '../phone-prompts/use-hear.ts'
import { promptsQuery } from '../phone-queries.ts'

interface SaysEditorProps {
  label: string
  hint?: string
  value: readonly Says[]
  onChange: (says: Says[], field?: string) => void
  /** In which texts are heard here; callers hear them in theirs. */
  language?: string
  error: (place: string) => string | null
}

/** What is said, one after the other: texts for the speech engine, and prompts. */
export function SaysEditor({ label, hint, value, onChange, language, error }: SaysEditorProps) {
  const { t } = useTranslation('adminPhone')
  const prompts = useQuery(promptsQuery).data ?? []
  const { hear, busy } = useHear()
  const put = (index: number, says: Says, field?: string) =>
    onChange(
      value.map((one, at) => (at === index ? says : one)),
      field,
    )
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="float-left w-full pb-1">
        <span className="block font-medium text-xs">{label}</span>
        {hint && <span className="block text-muted text-xs">{hint}</span>}
      </legend>
      {value.map((says, index) => {
        const wrong = error(`${index}.text`) ?? error(`${index}.promptId`) ?? error(String(index))
        return (
          <div key={index} className="flex items-start gap-1">
            <div className="min-w-0 flex-1">
              {'text' in says ? (
                <Textarea
                  aria-label={t('flows.textOf', { label, number: index + 1 })}
                  aria-invalid={wrong !== null || undefined}
                  value={says.text}
                  rows={2}
                  maxLength={2000}
                  onChange={event => put(index, { text: event.target.value }, `says ${label} ${index}`)}
                />
              ) : (
                <Combobox
                  aria-label={t('flows.promptOf', { label, number: index + 1 })}
                  value={says.promptId}
                  onChange={promptId => put(index, { promptId })}
                  options={prompts.map(prompt => ({ value: prompt.id, label: prompt.name }))}
                />
              )}
              {wrong && (
                <p role="alert" className="text-bad-ink text-xs">
                  {wrong}
                </p>
              )}
            </div>
            {'text' in says && (
              <IconButton
                icon={Play}
                size="sm"
                label={t('listen')}
                disabled={busy || says.text.trim() === ''}
                onClick={() =>
                  void hear(
                    api.url(hearSpeech, {
                      query: { text: says.text.slice(0, 500), language: language ?? currentLocale().slice(0, 2) },
                    }),
                  )
                }
              />
            )}
            {index > 0 && (
              <IconButton
                icon={ArrowUp}
                size="sm"
                label={t('flows.up')}
                onClick={() => {
                  const next = [...value]
                  next.splice(index - 1, 0, ...next.splice(index, 1))
                  onChange(next)
                }}
              />
            )}
            <IconButton
              icon={Trash2}
              size="sm"
              label={t('remove', { what: `${label} ${index + 1}` })}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
            />
          </div>
        )
      })}
      <div className="flex flex-wrap gap-2">
        <Button size="sm" icon={Type} onClick={() => onChange([...value, { text: '' }])}>
          {t('flows.addText')}
        </Button>
        {prompts.length > 0 && (
          <Button size="sm" icon={Music} onClick={() => onChange([...value, { promptId: prompts[0]?.id ?? '' }])}>
            {t('flows.addPrompt')}
          </Button>
        )}
      </div>
    </fieldset>
  )
}
