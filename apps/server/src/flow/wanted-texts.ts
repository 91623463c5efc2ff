import { announcementTexts } from '@centrala/core/flow/announcement.ts'
import type { Flow } from '@centrala/core/flow/flow.ts'
import { type LanguageText, languagesOf, textsOf } from '@centrala/core/flow/flow-texts.ts'

export interface FlowRow {
  id: string
  definition: Flow
}
export interface NumberRow {
  flowId: string | null
  language: string | null
}

/** The languages in which contacts begin a flow: of the numbers that lead to it, else the tenant's own. */
export function firstLanguages(flowId: string, numbers: readonly NumberRow[], locale: string): string[] {
  const languages = numbers.filter(number => number.flowId === flowId).map(number => number.language ?? locale)
  return languages.length > 0 ? [...new Set(languages)].sort() : [locale]
}

/** What must be spoken for callers of a tenant: the texts of its flows, and announcements in every language that callers can have. */
export function wantedTexts(flows: readonly FlowRow[], numbers: readonly NumberRow[], locale: string): LanguageText[] {
  const languages = new Set(numbers.map(number => number.language ?? locale))
  const texts = flows.flatMap(({ id, definition }) => {
    const first = firstLanguages(id, numbers, locale)
    if (numbers.some(number => number.flowId === id))
      for (const language of languagesOf(definition, first)) languages.add(language)
    return textsOf(definition, first)
  })
  const announcements = [...languages]
    .sort()
    .flatMap(language => announcementTexts(language).map(text => ({ language, text })))
  const all = [...texts, ...announcements].map(one => [`${one.language}|${one.text}`, one] as const)
  return [...new Map(all).values()]
}
