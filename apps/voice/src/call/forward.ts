import { callOutside } from '../dial/call-outside.ts'
import type { Reply } from '../link/link.ts'
import type { Call } from './call.ts'
import { Leg } from './leg.ts'

const RING_MS = 60_000

/** Somebody outside is called into the call. `onRinging`: once; `settled` resolves when they are in, or will not come. */
export function addOutside(
  call: Call,
  options: { number: string; numberId: string | null; timeoutMs: number; onRinging?: () => void },
): { ok: true; leg: Leg; settled: Promise<boolean> } | Extract<Reply, { ok: false }> {
  const { node, tenant } = call
  if (!tenant) return { ok: false, code: 'gone', detail: 'This company is not set up here any more.' }
  const leg = new Leg({ kind: 'outside', way: 'phone', address: options.number })
  const outside = callOutside(node, tenant, {
    to: options.number,
    numberId: options.numberId,
    legId: leg.id,
    timeoutMs: options.timeoutMs,
  })
  if (!outside.ok) return outside
  call.addLeg(leg)
  leg.cancel = end => outside.call.cancel(end)
  let rang = false
  outside.call.onRinging(() => {
    if (rang || leg.ended) return
    rang = true
    call.fact({ type: 'legRinging', legId: leg.id })
    options.onRinging?.()
  })
  const settled = outside.call.answered.then(result => {
    leg.cancel = null
    if (!result.ok) {
      call.endLeg(leg, result.end)
      return false
    }
    if (leg.ended || call.ended) {
      result.wire.hangUp({ status: 487, q850: 16, reason: 'withdrawn' })
      return false
    }
    leg.wire = result.wire
    leg.answeredAt = Date.now()
    result.wire.onEnd(end => node.legGone(call, leg, end))
    call.fact({ type: 'legAnswered', legId: leg.id })
    return true
  })
  return { ok: true, leg, settled }
}

/** The command `forward`: to a number outside at once. The agent leaves when it rings; where it fails, they are back with the customer. */
export function forward(
  call: Call,
  { userId, number, numberId }: { userId: string; number: string; numberId: string | null },
  onSettled: (reached: boolean) => void = () => {},
): Reply {
  const agent = call.legOf(userId)
  if (!agent) return { ok: false, code: 'notIn', detail: 'You are not in this call.' }
  if (call.consult) return { ok: false, code: 'consulting', detail: 'End the consultation first.' }
  const wasHeld = call.held
  const leave = () => {
    call.ringback = true
    if (!agent.ended) call.endLeg(agent, { status: null, q850: 16, reason: 'transferred' })
    call.arrange()
  }
  const added = addOutside(call, { number, numberId, timeoutMs: RING_MS, onRinging: leave })
  if (!added.ok) return added
  if (!wasHeld) call.fact({ type: 'held' })
  call.held = true
  call.arrange()
  void added.settled.then(reached => {
    call.ringback = false
    onSettled(reached)
    if (call.ended) return
    call.held = false
    if (reached && added.leg.wire) {
      leave()
      call.ringback = false
      void call.recorder.stop()
      call.join(added.leg, added.leg.wire)
      call.fact({ type: 'resumed' })
      call.fact({ type: 'connected', userId: null, legId: added.leg.id })
    } else if (agent.ended) {
      // It rang, and nobody took it: the call comes back to the agent.
      call.fact({ type: 'resumed' })
      call.node.recall(call, userId, agent.way)
    } else {
      call.fact({ type: 'resumed' })
      call.arrange()
    }
  })
  return { ok: true }
}

/** A flow's `forward`: the customer hears the ringing. True where somebody answered and is with the customer now. */
export async function forwardCustomer(call: Call, number: string, timeoutMs: number): Promise<boolean> {
  const added = addOutside(call, { number, numberId: null, timeoutMs })
  if (!added.ok) {
    call.node.log.warn({ callId: call.id, code: added.code, detail: added.detail }, 'a flow may not call outside')
    return false
  }
  const audio = call.customer?.wire?.audio
  const ringback = audio ? call.room.play(audio.id, call.node.sounds.ringback, { loop: true, only: true }) : null
  const reached = await added.settled
  ringback?.stop()
  if (!reached || !added.leg.wire) return false
  call.treat(null)
  call.join(added.leg, added.leg.wire)
  call.fact({ type: 'connected', userId: null, legId: added.leg.id })
  return true
}
