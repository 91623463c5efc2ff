import type { Call, RecordPolicy } from '../call/call.ts'
import type { Leg, Wire } from '../call/leg.ts'
import { Line } from './lines.ts'

/** Customer and agent hear each other from now on. */
export function joinAgent(call: Call, leg: Leg, wire: Wire, policy: RecordPolicy): void {
  call.record = policy
  call.parked = false
  call.held = false
  if (leg.userId !== null) {
    call.ringing.delete(leg.userId)
    call.accepted.delete(leg.userId)
  }
  leg.answeredAt ??= Date.now()
  call.treat(null)
  if (wire instanceof Line) call.node.lines.enter(wire, call, leg)
  else call.join(leg, wire)
  call.fact({ type: 'connected', userId: leg.userId, legId: leg.id })
  if (policy === 'always') call.recorder.start('call')
}
