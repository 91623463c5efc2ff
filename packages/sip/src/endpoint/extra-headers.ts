import { headerKey } from '../message/header-names.ts'
import type { Headers } from '../message/headers.ts'
import type { ExtraHeaders } from './endpoint.ts'

/** Headers that keep transactions and dialogs together: only the stack writes them. */
const owned = new Set([
  'via',
  'from',
  'to',
  'call-id',
  'cseq',
  'max-forwards',
  'content-length',
  'route',
  'record-route',
  'rseq',
  'rack',
])

/** Puts a caller's headers on a message, in place of those of the same name. Throws TypeError for the stack's own. */
export function addExtra(headers: Headers, extra: ExtraHeaders | undefined): void {
  if (extra === undefined) return
  for (const [name, value] of Object.entries(extra)) {
    if (owned.has(headerKey(name))) throw new TypeError(`The header ${name} is written by the stack; leave it out.`)
    headers.set(name, value)
  }
}
