import { ENGLISH, type StateCode } from './english/english.ts'
import type { Phrase } from './phrase.ts'

/** How something is, and what to do where it fails. */
export interface StatePhrase extends Phrase<StateCode> {
  parts: StatePhrase[]
}

/** A phrase with its English beside it, as the API gives it. */
export interface Told {
  sentence: string
  phrase: StatePhrase
}

/** The other side's own words, on one line and not longer than is read. */
export function theirWords(said: string, most = 300): string {
  return said
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed()
}

export function statePhrase(
  code: StateCode,
  params: StatePhrase['params'] = {},
  parts: StatePhrase[] = [],
): StatePhrase {
  return { code, params, parts }
}

export function told(phrase: StatePhrase): Told {
  return { sentence: inEnglish(phrase), phrase }
}

/** The phrase beside a stored sentence, where it says the same: a server of an earlier version writes the sentence alone. */
export function phraseBeside<Shown extends StatePhrase | Phrase>(sentence: string, phrase: Shown | null): Shown | null {
  return phrase && inEnglish(phrase as StatePhrase) === sentence ? phrase : null
}

const PLACE = /\{(\w+)(?:, plural, one \{([^{}]*)\} other \{([^{}]*)\})?\}/g

/** A phrase in English. */
export function inEnglish({ code, params, parts }: StatePhrase): string {
  const [area = '', name = ''] = code.split('.')
  const message = (ENGLISH as Record<string, Record<string, string>>)[area]?.[name] ?? ''
  return message.replace(PLACE, (_, place: string, one?: string, other?: string) => {
    if (place === 'parts') return parts.map(inEnglish).join(' ')
    const value = String(params[place] ?? '')
    return one === undefined || other === undefined ? value : (value === '1' ? one : other).replace('#', value)
  })
}

/** Something failed, and its phrase says what and what to do. */
export class StateError extends Error {
  readonly phrase: StatePhrase
  constructor(phrase: StatePhrase) {
    super(inEnglish(phrase))
    this.name = 'StateError'
    this.phrase = phrase
  }
}
