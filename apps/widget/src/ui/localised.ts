import type { Localised } from '@centrala/api/webchat.ts'
import type { State } from '../state.ts'
import { matchLocale } from '../words/speak.ts'

/** The company's own text in the visitor's language, else in the default one, else in any; empty where there is none. */
export function localised(text: Localised | undefined, { voice, config }: Pick<State, 'voice' | 'config'>): string {
  if (!text) return ''
  const known = Object.keys(text).filter(locale => text[locale as keyof Localised])
  const locale = matchLocale(voice.locale, known) ?? matchLocale(config.locale, known) ?? known[0]
  return locale ? (text[locale as keyof Localised] ?? '') : ''
}
