/** The languages of the interface. `intl` is the tag given to Intl (English writes dates the way Europe reads them). */
export const LOCALES = [
  { code: 'en', name: 'English', intl: 'en-GB' },
  { code: 'hr', name: 'Hrvatski', intl: 'hr' },
  { code: 'sr-Latn', name: 'Srpski (latinica)', intl: 'sr-Latn' },
  { code: 'sr-Cyrl', name: 'Српски (ћирилица)', intl: 'sr-Cyrl' },
  { code: 'ro', name: 'Română', intl: 'ro' },
  { code: 'ru', name: 'Русский', intl: 'ru' },
] as const

export type Locale = (typeof LOCALES)[number]['code']

export const isLocale = (value: unknown): value is Locale => LOCALES.some(locale => locale.code === value)

export const intlTag = (code: Locale): string => LOCALES.find(locale => locale.code === code)?.intl ?? 'en-GB'

/**
 * The interface language for a list of preferred BCP 47 tags, best first. Serbian without a script is Cyrillic, as CLDR
 * says, except where the region writes Latin (Montenegro); Bosnian and Serbo-Croatian readers get the nearest we have.
 */
export function chooseLocale(preferred: readonly string[]): Locale {
  for (const tag of preferred) {
    if (isLocale(tag)) return tag
    const { language, script, region } = new Intl.Locale(tag)
    if (language === 'sr' || language === 'sh')
      return script === 'Latn' || region === 'ME' || language === 'sh' ? 'sr-Latn' : 'sr-Cyrl'
    if (language === 'bs') return 'sr-Latn'
    if (language === 'mo') return 'ro'
    if (isLocale(language)) return language
  }
  return 'en'
}
