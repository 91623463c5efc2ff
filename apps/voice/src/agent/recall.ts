import type { Call } from '../call/call.ts'
import { Leg } from '../call/leg.ts'
import { connect } from './connect.ts'

/**
 * Nobody took the call that an agent handed on and left: they are asked back, by their browser or by their phones, as they had it; where neither is there, or nobody picks up, the
 * call is routed again.
 */
export function recall(call: Call, userId: string, way: Leg['way']): void {
  const { lines } = call.node
  const line = way === 'browser' ? lines.ofUser(call.tenantId, userId) : null
  if (!line) call.node.customerAlone(call)
  if (connect(call, { userId, lineId: line?.lineId ?? null, record: call.record }).ok) return
  call.node.customerAlone(call)
  const leg = call.addLeg(new Leg({ kind: 'agent', way, userId }))
  call.endLeg(leg, { status: null, q850: 20, reason: 'lost' })
}
