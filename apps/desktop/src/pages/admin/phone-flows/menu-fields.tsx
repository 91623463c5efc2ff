import type { FlowStep, MenuChoice } from '@centrala/api/run-flow.ts'
import { Plus, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/button.tsx'
import { Combobox } from '../../../components/combobox.tsx'
import { Field } from '../../../components/field.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { Input } from '../../../components/input.tsx'
import { Select } from '../../../components/select.tsx'
import { currentLocale } from '../../../i18n/i18n.ts'
import { languageOptions } from '../skills/languages.ts'
import { RepeatFields } from './repeat-fields.tsx'
import { SaysEditor } from './says-editor.tsx'
import type { StepForm } from './step-panel.tsx'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#'] as const
const NONE = 'none'

/** A menu: what is said, and what each key means. */
export function MenuFields({ step, set, error, target }: StepForm<Extract<FlowStep, { type: 'menu' }>>) {
  const { t } = useTranslation('adminPhone')
  const used = KEYS.filter(key => Object.hasOwn(step.choices, key))
  const free = KEYS.filter(key => !used.includes(key))
  const put = (key: string, choice: MenuChoice, field?: string) =>
    set({ choices: { ...step.choices, [key]: choice } }, field)
  const without = (key: string) => {
    const { [key]: _, ...rest } = step.choices
    return rest
  }
  const below = (place: string) => (inner: string) => error(`${place}.${inner}`)
  return (
    <>
      <SaysEditor
        label={t('flows.says')}
        hint={t('flows.menuSays')}
        value={step.says}
        onChange={(says, field) => set({ says }, field)}
        error={below('says')}
      />
      <section aria-label={t('flows.keys')} className="flex flex-col gap-3">
        <h3 className="font-medium text-xs">{t('flows.keys')}</h3>
        {used.map(key => {
          const choice = step.choices[key]
          if (!choice) return null
          const { language: _, ...plain } = choice
          return (
            <div key={key} className="flex flex-col gap-2 rounded-lg p-3 ring-1 ring-line ring-inset">
              <div className="flex items-start gap-2">
                <Field label={t('flows.keyLabel')} className="w-18 shrink-0">
                  <Select
                    value={key}
                    onChange={next => set({ choices: { ...without(key), [next]: choice } })}
                    options={[key, ...free].map(one => ({ value: one, label: one }))}
                  />
                </Field>
                <Field label={t('flows.meaning')} className="flex-1" error={error(`choices.${key}.label`)}>
                  <Input
                    value={choice.label}
                    onChange={event => put(key, { ...choice, label: event.target.value }, `label ${key}`)}
                    maxLength={120}
                    placeholder={t('flows.meaningExample')}
                  />
                </Field>
                <IconButton
                  icon={Trash2}
                  size="sm"
                  className="mt-5"
                  label={t('remove', { what: t('flows.key', { key }) })}
                  onClick={() => set({ choices: without(key) })}
                />
              </div>
              {target(`choices.${key}`)}
              <Field label={t('flows.choosesLanguage')}>
                <Combobox
                  value={choice.language ?? NONE}
                  onChange={language => put(key, language === NONE ? plain : { ...choice, language })}
                  options={[
                    { value: NONE, label: t('flows.keepsLanguage') },
                    ...languageOptions(currentLocale(), choice.language ?? null),
                  ]}
                />
              </Field>
            </div>
          )
        })}
        {free.length > 0 && (
          <Button
            size="sm"
            icon={Plus}
            className="self-start"
            onClick={() => put(free[0] ?? '1', { next: step.otherwise, label: '' })}
          >
            {t('flows.addKey')}
          </Button>
        )}
      </section>
      <div className="grid grid-cols-2 gap-3">
        <RepeatFields step={step} set={set} error={error} />
      </div>
      <SaysEditor
        label={t('flows.onWrong')}
        value={step.onWrong}
        onChange={(onWrong, field) => set({ onWrong }, field)}
        error={below('onWrong')}
      />
      <SaysEditor
        label={t('flows.onTimeout')}
        value={step.onTimeout}
        onChange={(onTimeout, field) => set({ onTimeout }, field)}
        error={below('onTimeout')}
      />
      {target('otherwise')}
    </>
  )
}
