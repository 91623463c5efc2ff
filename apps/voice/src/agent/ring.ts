import { escapeUser } from '@centrala/sip/message/uri.ts'
import type { Call, RecordPolicy } from '../call/call.ts'
import { Leg } from '../call/leg.ts'
import { type CallOut, callOut, type SipWire } from '../call/sip-wire.ts'
import { endOf } from '../dial/call-outside.ts'
import type { Reply } from '../link/link.ts'
import { followPhone } from '../phone/follow-phone.ts'
import { type Binding, contactUri } from '../phone/phones.ts'
import { joinAgent } from './join-agent.ts'

export interface RingOptions {
  userId: string
  /** Whose leg it becomes; an agent's unless told. */
  kind?: 'agent' | 'supervisor'
  seconds: number
  /** The person has accepted already (on screen): phones that can, answer by themselves. */
  accepted: RecordPolicy | null
  /** Which phone it is, before it is told that it answered. */
  onPicked?: (leg: Leg) => void
  /** Called instead of the usual joining: a consult. */
  onAnswered?: (leg: Leg, wire: SipWire) => void
  onFailed?: (leg: Leg) => void
}

/** Rings every registered desk phone of somebody; the first that answers has it. */
export function ringPhones(call: Call, options: RingOptions): Leg[] {
  const { node } = call
  const bindings = node.phones.ofUser(call.tenantId, options.userId)
  if (options.accepted) call.accepted.set(options.userId, options.accepted)
  const legs = bindings.map(binding => {
    const leg = call.addLeg(
      new Leg({ kind: options.kind ?? 'agent', way: 'desk', userId: options.userId, address: binding.username }),
    )
    void ringOne(call, leg, binding, options)
    return leg
  })
  if (legs.length > 0) call.ringing.set(options.userId, new Set(legs))
  return legs
}

async function ringOne(call: Call, leg: Leg, binding: Binding, options: RingOptions): Promise<void> {
  const { node } = call
  const shown = call.customer?.address ?? 'anonymous'
  let out: CallOut | null = null
  // Before the ports are taken there is nothing to cancel yet.
  leg.cancel = end => out?.cancel(end)
  try {
    out = await callOut(node, {
      uri: contactUri(binding),
      to: `<sip:${binding.username}@centrala>`,
      from: `<sip:${escapeUser(shown)}@centrala>`,
      peer: binding.peer,
      timeoutMs: options.seconds * 1000,
      ...(options.accepted && {
        headers: { 'Call-Info': '<sip:centrala>;answer-after=0', 'Alert-Info': '<urn:alert:service:auto-answer>' },
      }),
      signallingAddress: binding.peer.address,
    })
  } catch (error) {
    node.log.warn({ reason: (error as Error).message }, 'a desk phone could not be rung')
    return fail(call, leg, { status: 503, q850: 34, reason: 'failed' }, options)
  }
  if (leg.ended) {
    out.cancel({ status: 487, q850: 26, reason: 'withdrawn' })
    return
  }
  let rang = false
  out.onRinging(() => {
    if (!rang && !leg.ended) call.fact({ type: 'legRinging', legId: leg.id })
    rang = true
  })
  const result = await out.answered
  leg.cancel = null
  if (!result.ok) return leg.ended ? undefined : fail(call, leg, endOf(result), options)
  if (leg.ended || call.ended) return result.wire.hangUp({ status: 487, q850: 26, reason: 'withdrawn' })
  answered(call, leg, result.wire, options)
}

function answered(call: Call, leg: Leg, wire: SipWire, options: RingOptions): void {
  const { node } = call
  leg.wire = wire
  leg.answeredAt = Date.now()
  wire.onEnd(end => node.legGone(call, leg, end))
  followPhone(call, leg, wire)
  for (const other of [...(call.ringing.get(options.userId) ?? [])])
    if (other !== leg) call.endLeg(other, { status: 487, q850: 26, reason: 'withdrawn' })
  options.onPicked?.(leg)
  call.fact({ type: 'legAnswered', legId: leg.id })
  if (options.onAnswered) {
    call.ringing.delete(options.userId)
    options.onAnswered(leg, wire)
    return
  }
  const policy = call.accepted.get(options.userId)
  if (policy) joinAgent(call, leg, wire, policy)
}

function fail(
  call: Call,
  leg: Leg,
  end: { status: number | null; q850: number | null; reason: string },
  options: RingOptions,
): void {
  const last = (call.ringing.get(options.userId)?.size ?? 0) <= 1
  // Whoever had accepted is not there after all: the call must be routed again.
  const lost = last && call.accepted.has(options.userId) && call.talkers.length === 0
  call.endLeg(leg, lost ? { ...end, reason: 'lost' } : end)
  if (!last) return
  call.accepted.delete(options.userId)
  options.onFailed?.(leg)
}

/** Takes the ringing back, and a phone that answered but was not needed. */
export function stopRinging(call: Call, userId: string): Reply {
  call.accepted.delete(userId)
  for (const leg of [...(call.ringing.get(userId) ?? [])])
    if (!leg.joined) call.endLeg(leg, { status: 487, q850: 26, reason: 'withdrawn' })
  call.ringing.delete(userId)
  return { ok: true }
}
