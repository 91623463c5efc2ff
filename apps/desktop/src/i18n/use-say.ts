import type { Phrase } from '@centrala/api/phrase.ts'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

/**
 * Says how something is in the reader's language. `sentence` is the same in English: it is shown where there is no phrase, or one of a
 * newer server that has no words here.
 */
export function useSay(): (phrase: Phrase | null, sentence: string) => string {
  const { t, i18n } = useTranslation('phrase')
  return useCallback(
    (phrase, sentence) => {
      if (!phrase || ![phrase, ...phrase.parts].every(({ code }) => i18n.exists(`phrase:${code}`))) return sentence
      const say = ({ code, params }: Omit<Phrase, 'parts'>, parts = '') =>
        String(t(code as 'trunk.answers', { ...params, parts }))
      return say(phrase, phrase.parts.map(part => say(part)).join(' '))
    },
    [t, i18n],
  )
}
