import type { CallTarget } from '@centrala/api/call-command.ts'
import { Line } from '../agent/lines.ts'
import { ringPhones, stopRinging } from '../agent/ring.ts'
import type { Reply } from '../link/link.ts'
import type { Call } from './call.ts'
import { addOutside } from './forward.ts'
import { Leg, type Wire } from './leg.ts'

const RING_SECONDS = 45
/** Customer, agents and people outside; supervisors are not counted. */
export const MOST_PARTIES = 8

/** The command `consult`: the customer hears music while the agent talks with somebody else. A colleague's desk phones ring; at their desktop they answer by the command `connect`. */
export function consult(call: Call, { userId, target }: { userId: string; target: CallTarget }): Reply {
  const agent = call.legOf(userId)
  if (!agent) return { ok: false, code: 'notIn', detail: 'You are not in this call.' }
  if (call.consult) return { ok: false, code: 'consulting', detail: 'There is a consultation already. End it first.' }
  const joined = [...call.legs.values()].filter(leg => leg.joined && leg.kind !== 'supervisor').length
  if (joined >= MOST_PARTIES)
    return { ok: false, code: 'tooManyParties', detail: `At most ${MOST_PARTIES} people can be in a call.` }
  return target.type === 'number'
    ? consultOutside(call, userId, target.number, target.numberId)
    : consultColleague(call, userId, target.userId)
}

/** A blind transfer to a colleague: the customer hears the ringing, and is theirs as soon as they answer. Where they do not, the customer is back with the agent. */
export function handTo(
  call: Call,
  { userId, colleague }: { userId: string; colleague: string },
  onSettled: (reached: boolean) => void,
): Reply {
  const reply = consult(call, { userId, target: { type: 'user', userId: colleague } })
  if (!reply.ok || !call.consult) return reply
  call.consult = { ...call.consult, onSettled }
  call.ringback = true
  call.arrange()
  return reply
}

function consultOutside(call: Call, userId: string, number: string, numberId: string | null): Reply {
  const added = addOutside(call, { number, numberId, timeoutMs: RING_SECONDS * 1000 })
  if (!added.ok) return added
  begin(call, added.leg, userId, null, number)
  void added.settled.then(reached => {
    if (call.consult?.leg !== added.leg) return
    if (reached && added.leg.wire) call.join(added.leg, added.leg.wire)
    else finish(call, 'failed')
  })
  return { ok: true }
}

function consultColleague(call: Call, userId: string, colleague: string): Reply {
  const line = call.node.lines.ofUser(call.tenantId, colleague)
  const phones = call.node.phones.ofUser(call.tenantId, colleague)
  if (colleague === userId || (!line && phones.length === 0))
    return { ok: false, code: 'notThere', detail: 'This colleague has no phone open now. Ask somebody else.' }
  const rung = ringPhones(call, {
    userId: colleague,
    seconds: RING_SECONDS,
    accepted: null,
    onPicked: leg => picked(call, leg),
    onAnswered: (leg, wire) => answered(call, leg, wire),
    // The desktop may still answer.
    onFailed: () => call.consult?.leg.userId === colleague && !line && finish(call, 'failed'),
  })
  // What stands for them until one of their phones answers; at the desktop it rings by what the server shows.
  const leg = rung[0] ?? call.addLeg(new Leg({ kind: 'agent', way: 'browser', userId: colleague }))
  if (!rung[0]) call.fact({ type: 'legRinging', legId: leg.id })
  begin(call, leg, userId, colleague, null)
  const late = setTimeout(() => {
    if (call.consult && call.consult.leg.userId === colleague && !call.consult.leg.joined) finish(call, 'failed')
  }, RING_SECONDS * 1000)
  call.onEnded(() => clearTimeout(late))
  return { ok: true }
}

function begin(call: Call, leg: Leg, byUserId: string, userId: string | null, to: string | null): void {
  const wasHeld = call.held
  call.consult = { leg, byUserId, wasHeld }
  if (!wasHeld) {
    call.held = true
    call.fact({ type: 'held' })
  }
  call.fact({ type: 'consulted', legId: leg.id, userId, to })
  call.arrange()
}

/** Which of the colleague's phones answers is known now. */
function picked(call: Call, leg: Leg): void {
  const { consult } = call
  if (!consult || consult.leg === leg || consult.leg.userId !== leg.userId) return
  call.consult = { ...consult, leg }
  call.fact({ type: 'consulted', legId: leg.id, userId: leg.userId, to: null })
  if (!consult.leg.ended) call.endLeg(consult.leg, { status: null, q850: 26, reason: 'withdrawn' })
}

function answered(call: Call, leg: Leg, wire: Wire): void {
  const { consult } = call
  if (consult?.leg !== leg) {
    call.endLeg(leg, { status: 487, q850: 26, reason: 'withdrawn' })
    return
  }
  if (wire instanceof Line) call.node.lines.enter(wire, call, leg)
  else call.join(leg, wire)
  if (!consult.onSettled) return
  completeConsult(call, consult.byUserId)
  consult.onSettled(true)
}

/** The consulted colleague takes it at the desktop. Null: this is no answer to a consultation. */
export function answerConsult(call: Call, userId: string, lineId: string | null): Reply | null {
  const { consult, node } = call
  if (!consult || consult.leg.userId !== userId || consult.leg.joined) return null
  const line = node.lines.get(lineId) ?? node.lines.ofUser(call.tenantId, userId)
  if (!line || line.userId !== userId || line.tenantId !== call.tenantId)
    return { ok: false, code: 'noPhone', detail: 'Your audio line is not open. Open the desktop again.' }
  if (line.use) return { ok: false, code: 'busy', detail: 'You are in another call.' }
  const browser =
    consult.leg.way === 'browser' ? consult.leg : call.addLeg(new Leg({ kind: 'agent', way: 'browser', userId }))
  picked(call, browser)
  stopRinging(call, userId)
  call.fact({ type: 'legAnswered', legId: browser.id })
  answered(call, browser, line)
  return { ok: true }
}

/** The consulted colleague declines. Null: it was no consultation that rang. */
export function declineConsult(call: Call, userId: string): Reply | null {
  if (call.consult?.leg.userId !== userId || call.consult.leg.joined) return null
  finish(call, 'failed')
  return { ok: true }
}

export function cancelConsult(call: Call): Reply {
  if (!call.consult) return { ok: false, code: 'noConsult', detail: 'There is no consultation any more.' }
  finish(call, 'cancelled')
  return { ok: true }
}

/** The consulted one has gone; the agent is back with the customer. */
export function consultGone(call: Call): void {
  if (call.consult) finish(call, 'failed')
}

/** The consultation is over, without the consulted one; where the customer was not held before it, they are not after it. */
function finish(call: Call, how: 'cancelled' | 'failed'): void {
  const { consult } = call
  if (!consult) return
  call.consult = null
  if (consult.onSettled) call.ringback = false
  const { userId } = consult.leg
  if (!consult.leg.ended)
    call.endLeg(consult.leg, { status: null, q850: 16, reason: how === 'cancelled' ? 'withdrawn' : 'failed' })
  if (userId !== null) stopRinging(call, userId)
  call.fact({ type: 'consultEnded', legId: consult.leg.id, how })
  if (!consult.wasHeld) {
    call.held = false
    call.fact({ type: 'resumed' })
  }
  call.arrange()
  consult.onSettled?.(false)
  if (consult.onSettled && !call.legOf(consult.byUserId)) call.node.recall(call, consult.byUserId, 'desk')
}

/** Customer and consulted together; the agent leaves. */
export function completeConsult(call: Call, userId: string): Reply {
  const { consult } = call
  if (!consult?.leg.joined) return { ok: false, code: 'noConsult', detail: 'Nobody has answered the consultation yet.' }
  together(call, 'completed')
  const agent = call.legOf(userId)
  if (agent && agent !== consult.leg) call.endLeg(agent, { status: null, q850: 16, reason: 'transferred' })
  return { ok: true }
}

/** Everybody together. */
export function conference(call: Call): Reply {
  if (call.consult) {
    if (!call.consult.leg.joined)
      return { ok: false, code: 'noConsult', detail: 'Nobody has answered the consultation yet.' }
    together(call, 'conference')
    return { ok: true }
  }
  if (!call.held) return { ok: false, code: 'alone', detail: 'Consult somebody first.' }
  call.held = false
  call.fact({ type: 'resumed' })
  call.arrange()
  return { ok: true }
}

function together(call: Call, how: 'completed' | 'conference'): void {
  const { consult } = call
  if (!consult) return
  call.consult = null
  call.held = false
  if (consult.onSettled) call.ringback = false
  call.fact({ type: 'consultEnded', legId: consult.leg.id, how })
  call.fact({ type: 'resumed' })
  call.fact({ type: 'connected', userId: consult.leg.userId, legId: consult.leg.id })
  call.arrange()
}
