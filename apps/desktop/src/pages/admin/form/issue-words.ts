import { E164_PATTERN, HOST_PATTERN } from '@centrala/api/trunk.ts'
import i18next from 'i18next'

/** Patterns for which we have words of our own: `admin:issue.<name>`. */
const PATTERNS = new Map([
  [String(E164_PATTERN), 'phoneNumber'],
  [String(HOST_PATTERN), 'host'],
])

/** What a schema says about one value, as much of it as we need to say it in the reader's language. */
export interface FormIssue {
  path: string
  code: string
  message: string
  minimum?: number | undefined
  maximum?: number | undefined
  /** What the value is measured in: `string`, `number`, `array`. */
  origin?: string | undefined
  format?: string | undefined
  /** Which of our patterns it does not fit. */
  pattern?: string | undefined
  /** Nothing is written where something must be. */
  isEmpty?: boolean
  /** Ours, from `params.reason` of a check of our own. */
  reason?: string | undefined
}

interface ZodIssue {
  path: readonly PropertyKey[]
  code?: string
  message: string
  minimum?: unknown
  maximum?: unknown
  origin?: unknown
  format?: unknown
  pattern?: unknown
  params?: unknown
}

/** @param value the whole of what was checked */
export function formIssue(issue: ZodIssue, value?: unknown): FormIssue {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined)
  return {
    path: issue.path.map(String).join('.'),
    code: issue.code ?? 'custom',
    message: issue.message,
    minimum: number(issue.minimum),
    maximum: number(issue.maximum),
    origin: text(issue.origin),
    format: text(issue.format),
    pattern: text(issue.pattern),
    isEmpty: isBlank(value, issue.path),
    reason: text((issue.params as { reason?: unknown } | undefined)?.reason),
  }
}

function isBlank(value: unknown, path: readonly PropertyKey[]): boolean {
  const at = path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  )
  return typeof at === 'string' && at.trim() === ''
}

/** The issue in the reader's language; the schema's own words where we have none of our own. */
export function issueWords(issue: FormIssue): string {
  const { code, minimum, maximum, origin, format, reason, isEmpty } = issue
  const say = (key: string, values: Record<string, unknown> = {}) =>
    i18next.t(`admin:issue.${key}` as 'admin:issue.missing', values as { count: number })
  // What is wrong with it stands below the condition itself, with the place.
  if (reason?.startsWith('expression.')) return say('expression')
  if (reason && i18next.exists(`admin:issue.${reason}`)) return say(reason)
  if (code === 'invalid_type')
    return origin === 'number' || /number|int/.test(issue.message) ? say('number') : say('missing')
  if (code === 'too_small') {
    if (origin === 'string' && (minimum ?? 1) <= 1) return say('missing')
    if (origin === 'string') return say('tooShort', { count: minimum })
    return origin === 'array' ? say('none') : say('atLeast', { minimum })
  }
  if (code === 'too_big')
    return origin === 'string' || origin === 'array' ? say('tooLong', { count: maximum }) : say('atMost', { maximum })
  if (code === 'invalid_format' && isEmpty) return say('missing')
  if (code === 'invalid_format')
    return say(format === 'email' || format === 'url' ? format : (PATTERNS.get(issue.pattern ?? '') ?? 'format'))
  if (code === 'invalid_value' || code === 'invalid_union') return say('missing')
  return issue.message
}
