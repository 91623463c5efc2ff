import { z } from 'zod'

/**
 * Rules that sort incoming mail before it is routed: small on purpose, until flows take their place. Pure; the server gives
 * the facts and carries out what comes back.
 */
const pattern = z.string().trim().min(1).max(200)

export const mailRule = z.strictObject({
  name: z.string().trim().min(1).max(100),
  active: z.boolean().default(true),
  /** `all`: every condition holds; `any`: one does. */
  match: z.enum(['all', 'any']).default('all'),
  conditions: z
    .array(
      z.discriminatedUnion('field', [
        z.strictObject({
          field: z.enum(['from', 'to', 'subject', 'body']),
          matches: pattern,
          not: z.boolean().default(false),
        }),
        z.strictObject({ field: z.enum(['hasFile', 'isAutomatic', 'isVerified']), is: z.boolean() }),
      ]),
    )
    .min(1)
    .max(20),
  actions: z.strictObject({
    queueId: z.uuid().optional(),
    /** 0 to 9; a higher one is routed earlier. */
    priority: z.int().min(0).max(9).optional(),
    tags: z.array(z.string().trim().min(1).max(50)).max(20).default([]),
    /** Stored and findable, but no agent is asked: `spam` marks it so, `close` ends it as handled. */
    end: z.enum(['spam', 'close']).optional(),
  }),
  /** Go on to the rules below; what they set replaces what this one set, tags add up. */
  continue: z.boolean().default(false),
})
export type MailRule = z.infer<typeof mailRule>

export interface MailFacts {
  from: string
  fromName: string | null
  to: string[]
  cc: string[]
  subject: string | null
  text: string
  hasFile: boolean
  /** Written by a machine, see `AutomaticReason`. */
  isAutomatic: boolean
  isVerified: boolean
}

export interface MailRuling<Rule> {
  queueId: string | null
  priority: number | null
  tags: string[]
  end: 'spam' | 'close' | null
  /** The rules that held and were carried out, in order: shown beside the interaction. */
  matched: Rule[]
}

/** The first rule that holds decides, together with those after it as long as each says `continue`. */
export function applyRules<Rule extends MailRule>(rules: readonly Rule[], mail: MailFacts): MailRuling<Rule> {
  const ruling: MailRuling<Rule> = { queueId: null, priority: null, tags: [], end: null, matched: [] }
  for (const rule of rules) {
    if (!rule.active || !holds(rule, mail)) continue
    ruling.matched.push(rule)
    ruling.queueId = rule.actions.queueId ?? ruling.queueId
    ruling.priority = rule.actions.priority ?? ruling.priority
    ruling.tags = [...new Set([...ruling.tags, ...rule.actions.tags])]
    ruling.end = rule.actions.end ?? ruling.end
    if (!rule.continue) break
  }
  return ruling
}

function holds(rule: MailRule, mail: MailFacts): boolean {
  const results = rule.conditions.map(condition => {
    switch (condition.field) {
      case 'hasFile':
      case 'isAutomatic':
      case 'isVerified':
        return mail[condition.field] === condition.is
      default:
        return textsOf(condition.field, mail).some(text => matches(text, condition.matches)) !== condition.not
    }
  })
  return rule.match === 'all' ? results.every(Boolean) : results.some(Boolean)
}

function textsOf(field: 'from' | 'to' | 'subject' | 'body', mail: MailFacts): string[] {
  if (field === 'from') return mail.fromName ? [mail.from, mail.fromName] : [mail.from]
  if (field === 'to') return [...mail.to, ...mail.cc]
  return field === 'subject' ? [mail.subject ?? ''] : [mail.text]
}

/**
 * Whether a text matches a pattern, without regard to case and diacritics. A pattern without `*` is looked for anywhere in
 * the text; with `*` (any characters, also none) it must cover the whole. Linear in text times stars, never exponential.
 */
export function matches(text: string, pattern: string): boolean {
  const inText = fold(text)
  const pieces = fold(pattern).split('*')
  if (pieces.length === 1) return inText.includes(pieces[0]!)
  const first = pieces[0]!
  const last = pieces.at(-1)!
  if (!inText.startsWith(first) || !inText.endsWith(last) || inText.length < first.length + last.length) return false
  let at = first.length
  const end = inText.length - last.length
  for (const piece of pieces.slice(1, -1)) {
    const found = inText.indexOf(piece, at)
    if (found < 0 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}

function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .replaceAll('ł', 'l')
}
