import { MediaError } from '@centrala/media/errors.ts'
import type { Reply } from '../link/link.ts'

/** Why a browser's offer got no answer: this node has no room for one more, or the offer cannot be used. */
export function unanswered(error: unknown): Reply {
  const { message } = error as Error
  return error instanceof MediaError && error.retryable
    ? { ok: false, code: 'full', detail: message }
    : { ok: false, code: 'badOffer', detail: `The browser's audio cannot be used: ${message}` }
}
