import { changePrompt, createPrompt, deletePrompt, type Prompt, promptBody } from '@centrala/api/prompt.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Combobox } from '../../../components/combobox.tsx'
import { Field } from '../../../components/field.tsx'
import { currentLocale } from '../../../i18n/i18n.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence, FormPart } from '../form/form-part.tsx'
import { NameField } from '../form/name-field.tsx'
import { useDraft } from '../form/use-draft.ts'
import { languageOptions } from '../skills/languages.ts'
import { VariantEditor } from './variant-editor.tsx'

interface PromptDrawerProps {
  prompt: Prompt | null
  onCreated: (prompt: Prompt) => void
  onClose: () => void
}

export function PromptDrawer({ prompt, onCreated, onClose }: PromptDrawerProps) {
  const { t } = useTranslation(['adminPhone', 'common'])
  const draft = useDraft(promptBody, { name: prompt?.name ?? '' })
  const [added, setAdded] = useState<readonly string[]>([])
  const { value } = draft
  const save = async () => {
    if (prompt) return api.call(changePrompt, { params: { id: prompt.id }, body: value })
    onCreated(await api.call(createPrompt, { body: value }))
  }
  const languages = [...new Set([...(prompt?.variants.map(variant => variant.language) ?? []), ...added])]
  return (
    <EditDrawer
      title={prompt ? prompt.name : t('prompts.add')}
      wide
      draft={draft}
      save={save}
      saveLabel={prompt ? t('common:save') : t('prompts.goOn')}
      stay={!prompt}
      onClose={onClose}
      removal={
        prompt && {
          label: t('common:delete'),
          title: t('prompts.deleteTitle', { name: prompt.name }),
          body: t('prompts.deleteBody'),
          run: () => api.call(deletePrompt, { params: { id: prompt.id } }),
        }
      }
    >
      <NameField draft={draft} label={t('name')} hint={t('prompts.nameHint')} isNew={!prompt} />
      {prompt && (
        <FormPart title={t('prompts.audio')} hint={t('prompts.audioHint')}>
          {prompt.variants.length === 0 && <Consequence tone="warn">{t('prompts.silentMeans')}</Consequence>}
          {languages.map(language => (
            <VariantEditor
              key={language}
              prompt={prompt}
              language={language}
              onRemoved={() => setAdded(before => before.filter(other => other !== language))}
            />
          ))}
          <Field label={t('prompts.addLanguage')} className="max-w-72">
            <Combobox
              value={null}
              onChange={language => setAdded(before => [...before, language])}
              options={[
                { value: '*', label: t('prompts.allOthers') },
                ...languageOptions(currentLocale(), null),
              ].filter(option => !languages.includes(option.value))}
            />
          </Field>
        </FormPart>
      )}
    </EditDrawer>
  )
}
