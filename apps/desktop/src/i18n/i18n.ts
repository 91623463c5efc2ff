import i18next, { type BackendModule } from 'i18next'
import ICU, { type IcuInstance } from 'i18next-icu'
import { initReactI18next } from 'react-i18next'
import { keep } from '../keep.ts'
import { part, reloadOnce } from '../part.ts'
import { chooseLocale, intlTag, isLocale, type Locale } from './locale.ts'
import { type Messages, messagesToCyrillic } from './serbian-cyrillic.ts'

/** One JSON file per language and area, loaded when a page of that area opens; those of daily work come together. */
const files = import.meta.glob<Messages>('./*/*.json', { import: 'default' })
const daily = import.meta.glob<Record<string, Messages>>('./daily/*.ts')
/** What the server says in English is read from the server's own words. */
const shared: Record<string, () => Promise<Messages>> = {
  './en/phrase.json': async () => (await import('./phrase-english.ts')).default,
}

const backend: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: async (language: string, area: string) => {
    const cyrillic = language === 'sr-Cyrl'
    const folder = cyrillic ? 'sr-Latn' : language
    const messages = await part(async () => {
      const file = `./${folder}/${area}.json`
      return (await daily[`./daily/${folder}.ts`]?.())?.[area] ?? (await (files[file] ?? shared[file])?.())
    })().catch((error: unknown) => {
      reloadOnce()
      throw error
    })
    if (messages === undefined) throw new Error(`No texts for ${area} in ${language}`)
    return cyrillic ? messagesToCyrillic(messages) : messages
  },
}

const KEY = 'centrala.locale'

export function storedLocale(): Locale {
  const stored = localStorage.getItem(KEY)
  return isLocale(stored) ? stored : chooseLocale(navigator.languages)
}

interface Reader {
  parse(text: string, ...rest: unknown[]): string
}

/** Most texts say what they say: only those with something to fill in, or with a quoted mark, are read as ICU messages. */
function messageReader() {
  const icu = new ICU({
    parseLngForICU: language => (isLocale(language) ? intlTag(language) : language),
  }) as IcuInstance & Reader
  const parse = icu.parse.bind(icu)
  icu.parse = (text, ...rest) => (/[{'<]/.test(text) ? parse(text, ...rest) : text)
  return icu
}

let started: Promise<unknown> | undefined

/** Starts the texts; resolves when the first areas are there. */
export async function startI18n(): Promise<void> {
  i18next.on('languageChanged', language => {
    document.documentElement.lang = language
    // So that the server can name the file of texts in the page itself.
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not in every browser yet
    document.cookie = `centrala.locale=${language}; path=/; max-age=31536000; samesite=lax`
  })
  started = i18next
    .use(messageReader())
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: storedLocale(),
      fallbackLng: false,
      supportedLngs: false,
      load: 'currentOnly',
      ns: ['common', 'frame', 'inbox', 'customer'],
      defaultNS: 'common',
      interpolation: { escapeValue: false },
      returnNull: false,
    })
  await started
}

/** The code of a page with the texts of its areas, so that it is shown with both or not at all. */
export const withTexts =
  <Page>(load: () => Promise<Page>, ...areas: string[]) =>
  async (): Promise<Page> =>
    (await Promise.all([part(load)(), started?.then(() => i18next.loadNamespaces(areas))]))[0]

export async function setLocale(locale: Locale): Promise<void> {
  keep(KEY, locale)
  await i18next.changeLanguage(locale)
}

export function currentLocale(): Locale {
  return isLocale(i18next.language) ? i18next.language : 'en'
}
