import { type Hours, isOpen } from '@centrala/core/hours/hours.ts'
import type { Call } from '../call/call.ts'

/** Whether a tenant's opening hours are open now. Unknown or unreadable ones count as open: better answered than sent away. */
export function openNow(call: Call, hoursId: string | null): boolean {
  const hours = hoursId === null ? undefined : call.tenant?.hours[hoursId]
  if (!hours) return true
  try {
    return isOpen(hours as Hours, Date.now())
  } catch (error) {
    call.node.log.warn({ reason: (error as Error).message, hoursId }, 'opening hours that cannot be read count as open')
    return true
  }
}
