import i18next, { type BackendModule } from 'i18next'
import ICU from 'i18next-icu'
import { initReactI18next } from 'react-i18next'
import { chooseLocale, intlTag, isLocale, type Locale } from './locale.ts'
import { type Messages, messagesToCyrillic } from './serbian-cyrillic.ts'

/** One JSON file per language and area, loaded when a page of that area opens. */
const files = import.meta.glob<Messages>('./*/*.json', { import: 'default' })

const backend: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: async (language: string, area: string) => {
    const cyrillic = language === 'sr-Cyrl'
    const load = files[`./${cyrillic ? 'sr-Latn' : language}/${area}.json`]
    if (load === undefined) throw new Error(`No texts for ${area} in ${language}`)
    const messages = await load()
    return cyrillic ? messagesToCyrillic(messages) : messages
  },
}

const KEY = 'centrala.locale'

export function storedLocale(): Locale {
  const stored = localStorage.getItem(KEY)
  return isLocale(stored) ? stored : chooseLocale(navigator.languages)
}

/** Starts the texts; resolves when the first areas are there. */
export async function startI18n(): Promise<void> {
  i18next.on('languageChanged', language => {
    document.documentElement.lang = language
  })
  await i18next
    .use(new ICU({ parseLngForICU: language => (isLocale(language) ? intlTag(language) : language) }))
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: storedLocale(),
      fallbackLng: false,
      supportedLngs: false,
      load: 'currentOnly',
      // One file carries the texts of daily work; asking for them together saves a round later.
      ns: ['common', 'frame', 'inbox', 'customer'],
      defaultNS: 'common',
      interpolation: { escapeValue: false },
      returnNull: false,
    })
}

export async function setLocale(locale: Locale): Promise<void> {
  localStorage.setItem(KEY, locale)
  await i18next.changeLanguage(locale)
}

export function currentLocale(): Locale {
  return isLocale(i18next.language) ? i18next.language : 'en'
}
