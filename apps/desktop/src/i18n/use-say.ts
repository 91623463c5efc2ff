import type { Phrase } from '@centrala/api/phrase.ts'
import type { i18n } from 'i18next'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

/**
 * Says how something is in the reader's language. `sentence` is the same in English: it is given back where there is no phrase, or one of a
 * newer server that has no words here. The texts of the area `phrase` must be there.
 */
export function say({ t, exists }: Pick<i18n, 't' | 'exists'>, phrase: Phrase | null, sentence: string): string {
  if (!phrase || ![phrase, ...phrase.parts].every(({ code }) => exists(`phrase:${code}`))) return sentence
  const words = ({ code, params }: Omit<Phrase, 'parts'>, parts = '') =>
    String(t(`phrase:${code}` as 'phrase:trunk.answers', { ...params, parts }))
  return words(phrase, phrase.parts.map(part => words(part)).join(' '))
}

/** `say` in a component. */
export function useSay(): (phrase: Phrase | null, sentence: string) => string {
  const { i18n } = useTranslation('phrase')
  return useCallback((phrase, sentence) => say(i18n, phrase, sentence), [i18n])
}
