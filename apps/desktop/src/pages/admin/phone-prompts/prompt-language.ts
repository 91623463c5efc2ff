import { useTranslation } from 'react-i18next'
import { currentLocale } from '../../../i18n/i18n.ts'
import { languageName } from '../skills/languages.ts'

/** The name of a prompt's language; `*` is for all that have none of their own. */
export function usePromptLanguage(): (language: string) => string {
  const { t } = useTranslation('adminPhone')
  return language => (language === '*' ? t('prompts.allOthers') : languageName(language, currentLocale()))
}
