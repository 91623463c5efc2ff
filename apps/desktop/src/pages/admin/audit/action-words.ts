import { useTranslation } from 'react-i18next'

/** `queue.changed` in the reader's language: "Queue · changed". What has no words yet is shown as it is. */
export function useActionWords(): (action: string) => string {
  const { t, i18n } = useTranslation('adminSecurity')
  return action => {
    const [noun = '', verb = ''] = action.split('.')
    const say = (key: string, otherwise: string) =>
      i18n.exists(`adminSecurity:${key}`) ? t(key as 'audit.noun.user') : otherwise
    return `${say(`audit.noun.${noun}`, noun)} · ${say(`audit.verb.${verb}`, verb)}`
  }
}
