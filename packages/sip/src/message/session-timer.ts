import type { SipMessage } from './message.ts'
import { deltaSeconds, headerValue } from './value.ts'

/** Session-Expires (RFC 4028 section 4). */
export interface SessionExpires {
  readonly seconds: number
  readonly refresher: 'uac' | 'uas' | null
}

/** Smallest interval anyone may ask for (RFC 4028 section 4). */
export const leastSessionSeconds = 90

export function sessionExpires(message: SipMessage): SessionExpires | null {
  const found = headerValue(message, 'Session-Expires')
  const seconds = found === null ? null : deltaSeconds(found.value)
  if (found === null || seconds === null) return null
  const refresher = found.params.get('refresher')?.toLowerCase()
  return { seconds, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : null }
}

export function writeSessionExpires(value: SessionExpires): string {
  return value.refresher === null ? `${value.seconds}` : `${value.seconds};refresher=${value.refresher}`
}

/** Min-SE in seconds; null when absent: then 90 (RFC 4028 section 5). */
export function minSessionSeconds(message: SipMessage): number | null {
  const found = headerValue(message, 'Min-SE')
  return found === null ? null : deltaSeconds(found.value)
}
