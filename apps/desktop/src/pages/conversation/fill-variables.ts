import type { TEXT_VARIABLES } from '@centrala/api/canned-reply.ts'

export type TextValues = Partial<Record<(typeof TEXT_VARIABLES)[number], string | null>>

/**
 * Fills `{{customer.name}}` and `{{customer.name | there}}`. What is not known and has no fallback stays as it is written, so
 * that the agent sees what to fill in. Also returns where the first such gap is.
 */
export function fillVariables(
  text: string,
  values: TextValues,
): { text: string; gap: { start: number; end: number } | null } {
  const filled = text.replace(
    /\{\{\s*([a-zA-Z][\w.]{0,60})(?:\s*\|\s*([^{}]{0,200}?))?\s*\}\}/g,
    (whole, name: string, fallback: string | undefined) =>
      (Object.hasOwn(values, name) && values[name as keyof TextValues]) || (fallback ?? whole),
  )
  const gap = /\{\{[^{}]*\}\}/.exec(filled)
  return { text: filled, gap: gap && { start: gap.index, end: gap.index + gap[0].length } }
}

/** The word with `/` or `@` that ends at the caret and opens a menu; null where there is none. */
export function triggerAt(text: string, caret: number, sign: '/' | '@'): { start: number; query: string } | null {
  const match = (sign === '/' ? /(?:^|\s)\/([\p{L}\p{N}-]{0,40})$/u : /(?:^|\s)@([\p{L}\p{N} .'-]{0,40})$/u).exec(
    text.slice(0, caret),
  )
  return match ? { start: caret - (match[1] ?? '').length - 1, query: match[1] ?? '' } : null
}
