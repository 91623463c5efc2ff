import type { SipRequest } from '../message/message.ts'
import { digestHash } from './digest.ts'

/** Give up at any challenge that is not MD5, even when an MD5 one stands beside it: libre before 3.12, PJSIP before 2.11. */
const knownSimple = /^(?:baresip v(?:[0-2]|3\.(?:[0-9]|1[01]))\.|PJSUA v(?:[01]|2\.(?:[0-9]|10))[. ])/i

const maxRemembered = 10_000

/**
 * Finds devices that cannot choose among challenges, as RFC 8760 section 2.4 wants them to: known ones by name, others by
 * coming back without an answer to a first challenge of several.
 */
export class SimpleDevices {
  /** Call-IDs (hashed: they may be long) that were challenged and have not answered. */
  readonly #unanswered = new Set<string>()

  /** Whether the sender of this request should be given MD5 alone; and that it is now challenged. */
  challenged(request: SipRequest): boolean {
    if (knownSimple.test(request.headers.get('user-agent') ?? '')) return true
    const key = keyOf(request)
    if (this.#unanswered.has(key)) return true
    for (const oldest of this.#unanswered) {
      if (this.#unanswered.size < maxRemembered) break
      this.#unanswered.delete(oldest)
    }
    this.#unanswered.add(key)
    return false
  }

  /** It came with credentials: it can choose. */
  answered(request: SipRequest): void {
    this.#unanswered.delete(keyOf(request))
  }
}

function keyOf(request: SipRequest): string {
  return digestHash('MD5', request.headers.get('call-id') ?? '')
}
