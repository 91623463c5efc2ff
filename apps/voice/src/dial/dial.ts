import type { CallCommand } from '@centrala/api/call-command.ts'
import { joinAgent } from '../agent/join-agent.ts'
import { ringPhones } from '../agent/ring.ts'
import { Call } from '../call/call.ts'
import { followSilence } from '../call/follow-silence.ts'
import { Leg } from '../call/leg.ts'
import type { Reply } from '../link/link.ts'
import type { VoiceNode } from '../node.ts'
import { followText } from '../text/follow-text.ts'
import { callOutside } from './call-outside.ts'

type Dial = Extract<CallCommand, { type: 'dial' }>

/** The command `dial`: the agent's line or desk phone first, then the customer. What cannot be done is refused before any phone rings. */
export function dial(node: VoiceNode, command: Dial): Reply {
  const tenant = node.config.tenant(command.tenantId)
  if (!tenant) return { ok: false, code: 'gone', detail: 'This company is not set up on the voice node yet.' }
  if (node.calls.get(command.callId)) return { ok: true }
  const allowed = node.dialling.ask(tenant, command.to)
  if (!allowed.ok) return allowed
  if (!allowed.emergency && (node.draining || node.calls.full))
    return { ok: false, code: 'full', detail: 'This voice node takes no more calls now. Try again in a moment.' }
  if (!allowed.emergency && node.calls.allTaken(tenant))
    return {
      ok: false,
      code: 'tooMany',
      detail: `All ${tenant.limits.maxCalls} lines are taken. Try again in a moment.`,
    }
  const line = node.lines.get(command.lineId)
  const owned = line && line.userId === command.userId && line.tenantId === command.tenantId ? line : null
  if (!owned && node.phones.ofUser(command.tenantId, command.userId).length === 0)
    return { ok: false, code: 'noPhone', detail: 'There is neither an open audio line nor a registered desk phone.' }
  const call = new Call(node, {
    id: command.callId,
    tenantId: command.tenantId,
    direction: 'outbound',
    way: 'phone',
    interactionId: command.interactionId,
    language: null,
  })
  node.calls.add(call)
  call.record = command.record
  call.fact({
    type: 'started',
    tenantId: command.tenantId,
    direction: 'outbound',
    way: 'phone',
    from: tenant.numbers.find(number => number.id === command.numberId)?.number ?? null,
    fromName: null,
    private: false,
    to: command.to,
    numberId: command.numberId,
    trunkId: null,
    divertedFrom: null,
    userId: command.userId,
    interactionId: command.interactionId,
  })
  const timeoutMs = command.timeoutSeconds * 1000
  if (owned) {
    const agent = call.addLeg(new Leg({ kind: 'agent', way: 'browser', userId: command.userId }))
    node.lines.enter(owned, call, agent)
    void callCustomer(call, agent, command.to, command.numberId, timeoutMs)
  } else
    ringPhones(call, {
      userId: command.userId,
      seconds: 30,
      accepted: command.record,
      onAnswered: (agent, wire) => {
        call.accepted.delete(command.userId)
        call.join(agent, wire)
        void callCustomer(call, agent, command.to, command.numberId, timeoutMs)
      },
      onFailed: () => call.end('agent', { status: null, q850: 19, reason: 'agentNoAnswer' }),
    })
  return { ok: true }
}

/** The agent hears it ring (or what the network says) until the customer answers. */
export async function callCustomer(
  call: Call,
  agent: Leg,
  to: string,
  numberId: string | null,
  timeoutMs: number,
): Promise<void> {
  const { node, tenant } = call
  const refused = (reason: string) => call.end('system', { status: 403, q850: 21, reason })
  if (!tenant) return refused('gone')
  const leg = new Leg({ kind: 'customer', way: 'phone', address: to })
  const outside = callOutside(node, tenant, { to, numberId, legId: leg.id, timeoutMs })
  if (!outside.ok) {
    node.log.warn({ callId: call.id, code: outside.code }, 'a call out is refused')
    return refused(outside.code)
  }
  call.addLeg(leg)
  leg.cancel = end => outside.call.cancel(end)
  const agentAudio = agent.wire?.audio
  let tone = agentAudio ? call.room.play(agentAudio.id, node.sounds.ringback, { loop: true }) : null
  let rang = false
  outside.call.onRinging((wire, early) => {
    if (leg.ended) return
    if (!rang) call.fact({ type: 'legRinging', legId: leg.id })
    rang = true
    if (!early || leg.joined) return
    // The network speaks for itself: its own ringing, or what it has to say.
    tone?.stop()
    tone = null
    call.join(leg, wire)
  })
  const result = await outside.call.answered
  tone?.stop()
  leg.cancel = null
  if (!result.ok) {
    if (leg.ended || call.ended) return
    const theirs = result.end.reason === 'busy' || result.end.reason === 'rejected'
    return call.end(theirs ? 'customer' : 'network', result.end, leg)
  }
  if (leg.ended || call.ended) return result.wire.hangUp({ status: 487, q850: 16, reason: 'withdrawn' })
  call.trunkId = result.trunkId
  leg.answeredAt = Date.now()
  result.wire.onEnd(end => node.legGone(call, leg, end))
  call.join(leg, result.wire)
  call.fact({ type: 'legAnswered', legId: leg.id })
  followText(call, leg, result.wire)
  followSilence(call, leg, result.wire)
  if (agent.ended || !agent.wire) return node.customerAlone(call)
  joinAgent(call, agent, agent.wire, call.record)
}
