import { randomUUID } from 'node:crypto'
import { emergencyIn } from '@centrala/core/dial/emergency.ts'
import type { IncomingInvite } from '@centrala/sip/endpoint/endpoint.ts'
import { Call } from '../call/call.ts'
import { Leg } from '../call/leg.ts'
import { confirm, openWire, sdpFor } from '../call/sip-wire.ts'
import { callCustomer } from '../dial/dial.ts'
import type { VoiceNode } from '../node.ts'
import { followPhone } from './follow-phone.ts'

const RING_MS = 90_000
/** Dialled on a desk phone: hear yourself. */
const ECHO = '*43'

/** A call from an agent's desk phone, after it has proved itself: by the dialling rules, as an outbound call of that agent. */
export async function takeDeskCall(node: VoiceNode, invite: IncomingInvite): Promise<void> {
  const found = await node.phones.authenticate(invite)
  if (!found || invite.state !== 'waiting') return
  // A phone's own calls are put together by REFER; nobody takes another's by its tags.
  if (invite.replaces) {
    invite.refuse({ status: 403, q850: 21 })
    return
  }
  const { tenant, phone } = found
  const dialled = invite.uri.user ?? ''
  if (dialled === ECHO) return echo(node, invite)
  const colleague = node.config.colleague(tenant.tenantId, dialled)
  // Nobody's extension stands before an emergency number.
  if (colleague && emergencyIn(tenant.emergencyNumbers, dialled) === null)
    return node.colleagues.call(invite, tenant, phone, colleague)
  const allowed = node.dialling.ask(tenant, dialled)
  if (!allowed.ok) {
    invite.refuse({
      status: 403,
      q850: 21,
      headers: { Warning: `399 centrala "${allowed.detail.replaceAll('"', "'")}"` },
    })
    return
  }
  if (!allowed.emergency && (node.draining || node.calls.full || node.calls.allTaken(tenant))) {
    invite.refuse({ status: 503, retryAfterSeconds: 10, q850: 34 })
    return
  }
  const wire = await openWire(node, invite, {})
  if (!wire) return
  const sdp = sdpFor(invite, wire)
  if (sdp === null) return
  const call = new Call(node, {
    id: randomUUID(),
    tenantId: tenant.tenantId,
    direction: 'outbound',
    way: 'desk',
    interactionId: null,
    language: null,
  })
  node.calls.add(call)
  const to = allowed.address
  call.fact({
    type: 'started',
    tenantId: tenant.tenantId,
    direction: 'outbound',
    way: 'desk',
    from: null,
    fromName: null,
    private: false,
    to,
    numberId: null,
    trunkId: null,
    divertedFrom: null,
    userId: phone.userId,
    interactionId: null,
  })
  const leg = call.addLeg(new Leg({ kind: 'agent', way: 'desk', userId: phone.userId, address: phone.username }))
  wire.onEnd(end => node.legGone(call, leg, end))
  call.join(leg, wire)
  const confirmed = confirm(node, invite, wire, sdp)
  call.fact({ type: 'legAnswered', legId: leg.id })
  void callCustomer(call, leg, to, null, RING_MS)
  if (await confirmed) followPhone(call, leg, wire)
  else node.legGone(call, leg, { by: 'remote', reason: 'not established', q850: null })
}

async function echo(node: VoiceNode, invite: IncomingInvite): Promise<void> {
  const wire = await openWire(node, invite, {})
  const sdp = wire && sdpFor(invite, wire)
  if (!wire || !sdp) return
  const room = node.media.room()
  room.join(wire.audio, { hears: [wire.audio.id], heardBy: 'all' })
  wire.onEnd(() => void room.close())
  if (!(await confirm(node, invite, wire, sdp))) await room.close()
}
