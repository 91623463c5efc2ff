import type { Call, RecordPolicy } from '../call/call.ts'
import { Leg } from '../call/leg.ts'
import type { Reply } from '../link/link.ts'
import { joinAgent } from './join-agent.ts'
import { Line } from './lines.ts'
import { ringPhones, stopRinging } from './ring.ts'

/** The command `connect`: by the browser's line where there is one, else by the phone that answered or rings, else by ringing the phones now. */
export function connect(
  call: Call,
  { userId, lineId, record }: { userId: string; lineId: string | null; record: RecordPolicy },
): Reply {
  const already = call.legOf(userId)
  if (already) return { ok: true }
  const { node } = call
  const line = node.lines.get(lineId)
  // A held call of somebody whose line went to another call: it comes back.
  const waiting = [...call.legs.values()].find(
    leg => leg.userId === userId && !leg.ended && leg.wire instanceof Line && leg.kind === 'agent',
  )
  if (waiting?.wire instanceof Line) {
    node.lines.enter(waiting.wire, call, waiting)
    return { ok: true }
  }
  if (line) {
    if (line.userId !== userId || line.tenantId !== call.tenantId)
      return { ok: false, code: 'otherLine', detail: 'This line belongs to somebody else.' }
    stopRinging(call, userId)
    const leg = call.addLeg(new Leg({ kind: 'agent', way: 'browser', userId }))
    joinAgent(call, leg, line, record)
    return { ok: true }
  }
  const group = call.ringing.get(userId)
  const answered = [...(group ?? [])].find(leg => leg.wire && !leg.joined)
  if (answered?.wire) {
    joinAgent(call, answered, answered.wire, record)
    return { ok: true }
  }
  if (group && group.size > 0) {
    call.accepted.set(userId, record)
    return { ok: true }
  }
  const rung = ringPhones(call, { userId, seconds: 30, accepted: record })
  if (rung.length > 0) return { ok: true }
  return {
    ok: false,
    code: 'noPhone',
    detail: 'There is neither an open audio line nor a registered desk phone. Open the desktop again.',
  }
}
