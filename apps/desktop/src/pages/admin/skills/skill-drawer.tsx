import { changeSkill, createSkill, deleteSkill, type Skill, skillBody } from '@centrala/api/skill.ts'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Combobox } from '../../../components/combobox.tsx'
import { Field } from '../../../components/field.tsx'
import { Select } from '../../../components/select.tsx'
import { currentLocale } from '../../../i18n/i18n.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence } from '../form/form-part.tsx'
import { NameField } from '../form/name-field.tsx'
import { useDraft } from '../form/use-draft.ts'
import { languageName, languageOptions } from './languages.ts'

type Value = { name: string; kind: 'skill' | 'language'; language?: string }

export function SkillDrawer({ skill, onClose }: { skill: Skill | null; onClose: () => void }) {
  const { t } = useTranslation(['adminRouting', 'common'])
  const draft = useDraft<Value>(skillBody, {
    name: skill?.name ?? '',
    kind: skill?.kind ?? 'skill',
    ...(skill?.language ? { language: skill.language } : {}),
  })
  const { value, set, error } = draft
  const save = () => {
    const body = skillBody.parse(value)
    return skill ? api.call(changeSkill, { params: { id: skill.id }, body }) : api.call(createSkill, { body })
  }
  const chooseKind = (kind: Value['kind']) => {
    const { language: _, ...plain } = value
    if (kind === 'skill') set({ ...plain, kind, language: undefined as never })
    else set({ kind })
  }
  return (
    <EditDrawer
      title={skill ? skill.name : t('skills.add')}
      draft={draft}
      save={save}
      onClose={onClose}
      removal={
        skill && {
          label: t('common:delete'),
          title: t('skills.deleteTitle', { name: skill.name }),
          body: t('skills.deleteBody', { count: skill.agentCount }),
          run: () => api.call(deleteSkill, { params: { id: skill.id } }),
        }
      }
    >
      <Field label={t('skills.kind')} hint={t('skills.kindHint')}>
        <Select
          value={value.kind}
          onChange={chooseKind}
          options={[
            { value: 'skill', label: t('skills.kindSkill') },
            { value: 'language', label: t('skills.kindLanguage') },
          ]}
        />
      </Field>
      {value.kind === 'language' && (
        <Field label={t('skills.language')} hint={t('skills.languageHint')} error={error('language')} required>
          <Combobox
            value={value.language ?? null}
            onChange={language =>
              set({ language, ...(value.name === '' ? { name: languageName(language, currentLocale()) } : {}) })
            }
            options={languageOptions(currentLocale(), value.language ?? null)}
          />
        </Field>
      )}
      <NameField draft={draft} label={t('name')} hint={t('skills.nameHint')} isNew={!skill} />
      {skill && <Consequence>{t('skills.used', { count: skill.agentCount })}</Consequence>}
    </EditDrawer>
  )
}
