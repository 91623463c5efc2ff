import { toCyrillic } from './cyrillic.ts'
import { en } from './en.ts'
import { hr } from './hr.ts'
import { ro } from './ro.ts'
import { ru } from './ru.ts'
import { sr } from './sr.ts'
import type { Counted, Words } from './words.ts'

/** The widget's voice in one language. */
export interface Voice {
  locale: string
  dir: 'ltr' | 'rtl'
  words: Words
  /** A phrase with its variables filled in. */
  say(phrase: string, values?: Record<string, string | number>): string
  count(phrase: Counted, n: number, values?: Record<string, string | number>): string
  time(at: string | Date): string
  day(at: string | Date): string
  moment(at: string | Date): string
}

const OURS: Record<string, () => Words> = {
  en: () => en,
  hr: () => hr,
  'sr-Latn': () => sr,
  'sr-Cyrl': () => map(sr, toCyrillic),
  ro: () => ro,
  ru: () => ru,
}

/** Which of `known` a wanted locale means: itself, its script, its language; Bosnian and Montenegrin read Croatian and Serbian. */
export function matchLocale(wanted: string, known: readonly string[]): string | null {
  let locale: Intl.Locale
  try {
    locale = new Intl.Locale(wanted)
  } catch {
    return null
  }
  const { language, script } = locale.maximize()
  const near = language === 'bs' ? 'hr' : language === 'cnr' || language === 'sh' ? 'sr' : language
  const candidates = [locale.baseName, `${near}-${script}`, near, near === 'sr' ? 'sr-Latn' : '']
  return candidates.find(candidate => known.includes(candidate)) ?? null
}

/** A voice in the first wanted language that we speak. `own` are words that the page brings for a language of its own. */
export function voiceFor(wanted: readonly string[], fallback: string, own: Record<string, Partial<Words>> = {}): Voice {
  const known = [...Object.keys(own), ...Object.keys(OURS)]
  const asked = wanted.find(each => matchLocale(each, known))
  const locale = matchLocale(asked ?? fallback, known) ?? 'en'
  // The words are the language’s; how times are written is the visitor’s country’s (en-GB).
  const region = wanted.find(each => isSameLanguage(each, locale) && new Intl.Locale(each).region) ?? locale
  const words = { ...(OURS[locale] ?? OURS.en!)(), ...own[locale] }
  const rules = new Intl.PluralRules(locale)
  const clock = new Intl.DateTimeFormat(region, { hour: 'numeric', minute: '2-digit' })
  const date = new Intl.DateTimeFormat(region, { day: 'numeric', month: 'long' })
  const both = new Intl.DateTimeFormat(region, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: 'numeric',
    minute: '2-digit',
  })
  return {
    locale,
    dir: directionOf(locale),
    words,
    say,
    count: (phrase, n, values) => say(phrase[rules.select(n)] ?? phrase.other, { n, ...values }),
    time: at => clock.format(new Date(at)),
    day: at => dayOf(new Date(at), words, date),
    moment: at => both.format(new Date(at)),
  }
}

function isSameLanguage(a: string, b: string): boolean {
  try {
    const [x, y] = [new Intl.Locale(a).maximize(), new Intl.Locale(b).maximize()]
    return x.language === y.language && x.script === y.script
  } catch {
    return false
  }
}

/** What every language writes the same; kept out of the words so that a change of script leaves it alone. */
const SAME = { mb: 'MB', example: 'ana@example.com' }

function say(phrase: string, values: Record<string, string | number> = {}): string {
  const all: Record<string, string | number> = { ...SAME, ...values }
  return phrase.replace(/\{(\w+)\}/g, (_, name: string) => String(all[name] ?? ''))
}

function dayOf(at: Date, words: Words, format: Intl.DateTimeFormat): string {
  const days = Math.round((startOfDay(new Date()) - startOfDay(at)) / 86_400_000)
  return days === 0 ? words.today : days === 1 ? words.yesterday : format.format(at)
}

function startOfDay(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()
}

/** Which way a language is written; by script, since some languages have two. */
export function directionOf(locale: string): 'ltr' | 'rtl' {
  const { script } = new Intl.Locale(locale).maximize()
  return /^(Arab|Hebr|Thaa|Syrc|Nkoo|Adlm|Rohg)$/.test(script ?? '') ? 'rtl' : 'ltr'
}

function map(words: Words, write: (text: string) => string): Words {
  const through = (value: unknown): unknown => {
    if (typeof value === 'string') return write(value)
    if (Array.isArray(value)) return value.map(through)
    return Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, through(inner)]))
  }
  return through(words) as Words
}
