import type { IncomingRefer, SipSession } from '@centrala/sip/endpoint/endpoint.ts'
import type { Call } from '../call/call.ts'
import { forward } from '../call/forward.ts'
import { hold, resume } from '../call/hold.ts'
import { Leg } from '../call/leg.ts'
import { SipWire } from '../call/sip-wire.ts'

/** What an agent does with the keys of a desk phone: hold, blind transfer, attended transfer. The same as by the desktop's commands. */
export function followPhone(call: Call, leg: Leg, wire: SipWire): void {
  wire.audio.onHeldByPeer(held => {
    if (leg.joined && !call.consult && call.talkers.length <= 1) held ? hold(call) : resume(call)
  })
  wire.session?.onRefer(refer => {
    if (refer.replaces) attended(call, leg, refer, refer.replaces)
    else blind(call, leg, refer)
  })
}

/** To a colleague by extension, or to a number outside by the dialling rules. */
function blind(call: Call, leg: Leg, refer: IncomingRefer): void {
  const dialled = refer.to.user ?? ''
  const { tenant, node } = call
  const { userId } = leg
  const colleague = node.config.colleague(call.tenantId, dialled)
  const allowed = tenant && !colleague ? node.dialling.ask(tenant, dialled) : null
  if (userId === null || !leg.joined || !(colleague || allowed?.ok)) {
    refer.refuse({ status: 403 })
    return
  }
  refer.accept()
  const onSettled = (reached: boolean) => void refer.notify(reached ? 200 : 480)
  const reply = colleague
    ? call.node.handTo(call, { userId, colleague: colleague.userId }, onSettled)
    : allowed?.ok && forward(call, { userId, number: allowed.address, numberId: null }, onSettled)
  if (reply && !reply.ok) void refer.notify(reply.code === 'notThere' ? 480 : 503)
}

/** The phone's other call and this one become one: whoever it talks with there comes to the customer here, and the phone leaves both. */
function attended(call: Call, leg: Leg, refer: IncomingRefer, session: SipSession): void {
  if (leg.userId !== null && leg.joined && !call.consult && handOver(call, leg, leg.userId, refer, session)) return
  const found = callOf(call, session)
  if (!found || found.call === call || found.leg.userId !== leg.userId) {
    refer.refuse({ status: 404 })
    return
  }
  // The customer who came in keeps the call; who was dialled in between joins it.
  const [stays, goes] = call.direction === 'inbound' ? [call, found.call] : [found.call, call]
  const other = goes.customer
  if (!other || other.ended || !(other.wire instanceof SipWire) || !other.joined) {
    refer.refuse({ status: 488 })
    return
  }
  refer.accept()
  const mine = [leg, found.leg]
  const wire = goes.release(other, { status: null, q850: 16, reason: 'transferred' })
  if (!(wire instanceof SipWire)) return
  const joined = stays.addLeg(new Leg({ kind: 'outside', way: 'phone', address: other.address }))
  joined.answeredAt = other.answeredAt
  wire.onEndInstead(end => stays.node.legGone(stays, joined, end))
  stays.held = false
  stays.join(joined, wire)
  stays.fact({ type: 'resumed' })
  stays.fact({ type: 'connected', userId: null, legId: joined.id })
  void refer.notify(200).finally(() => {
    for (const each of mine)
      if (!each.ended)
        (stays.legs.has(each.id) ? stays : goes).endLeg(each, { status: null, q850: 16, reason: 'transferred' })
    goes.end('agent', { status: null, q850: 16, reason: 'transferred' })
  })
}

/** The other call is with a colleague: the customer is theirs now, as after a consultation at the desktop. False: it is not. */
function handOver(call: Call, leg: Leg, userId: string, refer: IncomingRefer, session: SipSession): boolean {
  const colleague = call.node.colleagues.release(call.tenantId, session, userId)
  if (!colleague) return false
  const { wire } = colleague
  refer.accept()
  const asked = call.addLeg(new Leg({ kind: 'agent', way: 'desk', userId: colleague.userId }))
  asked.answeredAt = Date.now()
  wire.onEndInstead(end => call.node.legGone(call, asked, end))
  call.fact({ type: 'consulted', legId: asked.id, userId: colleague.userId, to: null })
  call.fact({ type: 'legAnswered', legId: asked.id })
  call.held = false
  call.join(asked, wire)
  followPhone(call, asked, wire)
  call.fact({ type: 'consultEnded', legId: asked.id, how: 'completed' })
  call.fact({ type: 'resumed' })
  call.fact({ type: 'connected', userId: colleague.userId, legId: asked.id })
  void refer.notify(200).finally(() => {
    call.endLeg(leg, { status: null, q850: 16, reason: 'transferred' })
    void session.bye()
  })
  return true
}

function callOf({ node, tenantId }: Call, session: SipSession): { call: Call; leg: Leg } | null {
  for (const call of node.calls)
    if (call.tenantId === tenantId)
      for (const leg of call.legs.values()) if (leg.wire?.session === session) return { call, leg }
  return null
}
