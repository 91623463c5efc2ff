import { ways } from './check-flow.ts'
import type { Flow, FlowStep, Says } from './flow.ts'

/** A text and the language it is said in (BCP 47). */
export interface LanguageText {
  language: string
  text: string
}

/**
 * Every text that the flow can come to say, in each language that a contact can have there: what a speech engine must speak beforehand.
 * @param languages those in which contacts begin
 */
export function textsOf(flow: Flow, languages: readonly string[]): LanguageText[] {
  const found = new Map<string, LanguageText>()
  for (const [id, spoken] of languagesAt(flow, languages)) {
    const step = flow.steps[id]
    for (const says of step ? saysOf(step) : [])
      if ('text' in says)
        for (const language of spoken) found.set(`${language}|${says.text}`, { language, text: says.text })
  }
  return [...found.values()]
}

/** Every language a contact can come to have in the flow. */
export function languagesOf(flow: Flow, languages: readonly string[]): string[] {
  return [...new Set([...languages, ...[...languagesAt(flow, languages).values()].flatMap(set => [...set])])].sort()
}

/** All that a step says. */
export function saysOf(step: FlowStep): Says[] {
  switch (step.type) {
    case 'menu':
      return [...step.says, ...step.onWrong, ...step.onTimeout]
    case 'say':
    case 'ask':
    case 'voicemail':
    case 'end':
      return step.says
    default:
      return []
  }
}

/** The languages with which each step can be entered: followed until nothing new comes. */
function languagesAt(flow: Flow, languages: readonly string[]): Map<string, Set<string>> {
  const at = new Map<string, Set<string>>()
  const open = languages.map(language => ({ id: flow.start, language }))
  for (let next = open.pop(); next; next = open.pop()) {
    const step = Object.hasOwn(flow.steps, next.id) ? flow.steps[next.id] : undefined
    const known = at.get(next.id) ?? new Set()
    if (!step || known.has(next.language)) continue
    at.set(next.id, known.add(next.language))
    for (const { field, target } of ways(step)) {
      const key = field.startsWith('choices.') ? field.slice('choices.'.length) : null
      const chosen = step.type === 'menu' && key !== null ? step.choices[key]?.language : undefined
      const set = step.type === 'set' ? step.language : undefined
      open.push({ id: target, language: chosen ?? set ?? next.language })
    }
  }
  return at
}
