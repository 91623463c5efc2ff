import type { SessionEnd } from '@centrala/sip/endpoint/endpoint.ts'
import { resumeWaiting } from '../flow/wait-in-queue.ts'
import type { Call } from './call.ts'
import { completeConsult, consultGone } from './consult.ts'
import type { Leg } from './leg.ts'

/**
 * The other side of a leg has gone by itself. The customer's ends the call. An agent who hangs up the phone ends it too, where no other agent is in; one whose phone or line was lost does not: the
 * customer hears music, and the server routes the call again (`lost`).
 */
export function legGone(call: Call, leg: Leg, end: Pick<SessionEnd, 'by' | 'reason' | 'q850'>): void {
  if (call.ended || leg.ended) return
  const hungUp = end.by === 'remote'
  const { q850 } = end
  if (leg.kind === 'customer') {
    const by = hungUp ? 'customer' : 'network'
    call.end(by, { status: null, q850, reason: hungUp ? 'hungUp' : 'lost' }, leg)
    return
  }
  if (call.consult?.leg === leg) {
    call.endLeg(leg, { status: null, q850, reason: hungUp ? 'hungUp' : 'lost' })
    consultGone(call)
    return
  }
  // Whoever consulted somebody and parts has handed the call over.
  if (call.consult?.leg.joined && leg.userId !== null && leg.userId === call.consult.byUserId && leg.joined) {
    completeConsult(call, leg.userId)
    return
  }
  if (call.consult?.onSettled && leg.userId !== null && leg.userId === call.consult.byUserId && leg.joined) {
    call.endLeg(leg, { status: null, q850, reason: 'transferred' })
    call.arrange()
    return
  }
  const talked = leg.joined
  const left = call.talkers.filter(other => other !== leg)
  const supervisor = leg.kind === 'supervisor'
  if (talked && !supervisor && left.length === 0 && hungUp && !call.consult) {
    call.end(leg.kind === 'agent' ? 'agent' : 'system', { status: null, q850, reason: 'hungUp' }, leg)
    return
  }
  const alone = talked && !supervisor && left.length === 0
  call.endLeg(leg, { status: null, q850, reason: alone ? 'lost' : hungUp ? 'hungUp' : 'gone' })
  if (alone) customerAlone(call)
}

/** Nobody is with the customer any more: music, and the queue's announcements, until somebody comes. */
export function customerAlone(call: Call): void {
  if (call.ended || call.parked || call.treated || call.talkers.length > 0) return
  if (call.consult) consultGone(call)
  call.held = false
  resumeWaiting(call)
}
