/** Languages that customers of a contact centre speak, most likely first; any other can be written as its code. */
const CODES = [
  'en',
  'hr',
  'sr',
  'bs',
  'sl',
  'mk',
  'ro',
  'ru',
  'uk',
  'de',
  'it',
  'fr',
  'es',
  'pt',
  'nl',
  'pl',
  'cs',
  'sk',
  'hu',
  'bg',
  'el',
  'sq',
  'tr',
  'da',
  'sv',
  'nb',
  'fi',
  'et',
  'lv',
  'lt',
  'be',
  'ca',
  'ar',
  'he',
  'fa',
  'ur',
  'hi',
  'zh',
  'ja',
  'ko',
  'vi',
  'th',
  'id',
  'ka',
  'hy',
  'az',
  'kk',
] as const

/** `hr` in the reader's language: "Croatian", "hrvatski". */
export function languageName(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: 'language' }).of(code) ?? code
  } catch {
    return code
  }
}

/** Choices for a language, with one that is set already and not among the usual. */
export function languageOptions(locale: string, chosen: string | null) {
  const codes: string[] = [...CODES]
  if (chosen && !codes.includes(chosen)) codes.push(chosen)
  return codes.map(code => ({ value: code, label: languageName(code, locale), hint: code }))
}
