import { ApiError } from '@centrala/api/client.ts'
import i18next from 'i18next'
import { PartGone } from '../part.ts'
import { say } from './use-say.ts'

/**
 * What to tell a person about a failure, in their language where we have the words (`problem.<code>` in common.json), else in the
 * server's own, which always say what happened and what to do.
 */
export function problemWords(error: unknown): string {
  if (error instanceof PartGone) return i18next.t('common:error.updated')
  if (!(error instanceof ApiError)) return i18next.t('common:error.unknown')
  const { code, detail, phrase, fields, retryAfterSeconds } = error.problem
  const key = `common:problem.${code}`
  if (i18next.exists(key))
    return i18next.t(key as 'common:error.unknown', { minutes: Math.max(1, Math.ceil((retryAfterSeconds ?? 60) / 60)) })
  if (phrase) return say(i18next, phrase, detail)
  const first = fields?.[0]?.message
  return first && !detail.includes(first) ? `${detail} ${first}` : detail || i18next.t('common:error.unknown')
}

/** The words for one field of a form, e.g. `body.email`. */
export function fieldWords(error: unknown, path: string): string | null {
  if (!(error instanceof ApiError)) return null
  const said = error.problem.fields?.find(field => field.path === path)?.message ?? null
  const { code, phrase } = error.problem
  return said !== null && (phrase || i18next.exists(`common:problem.${code}`)) ? problemWords(error) : said
}

/** The words for a code alone, where there is no more of the failure than that. */
export function codeWords(code: string, otherwise: string): string {
  const key = `common:problem.${code}`
  return i18next.exists(key) ? i18next.t(key as 'common:error.unknown') : otherwise
}

/** Whether we have words of our own, in the reader's language, for this failure. */
export function hasWords(error: unknown): boolean {
  return error instanceof ApiError && i18next.exists(`common:problem.${error.problem.code}`)
}
