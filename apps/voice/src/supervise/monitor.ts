import { ringPhones } from '../agent/ring.ts'
import type { Call } from '../call/call.ts'
import { Leg } from '../call/leg.ts'
import type { Reply } from '../link/link.ts'

type Mode = 'listen' | 'whisper' | 'barge' | 'off'

/** A supervisor listens, speaks into the agent's ear alone, joins in, or leaves. By the line, or by a desk phone where none is open. */
export function monitor(
  call: Call,
  { userId, lineId, mode }: { userId: string; lineId: string | null; mode: Mode },
): Reply {
  const present = [...call.legs.values()].find(leg => leg.kind === 'supervisor' && leg.userId === userId)
  if (mode === 'off') {
    if (present) {
      call.endLeg(present, { status: null, q850: 16, reason: 'left' })
      call.fact({ type: 'monitored', userId, mode })
    }
    return { ok: true }
  }
  if (present) {
    present.mode = mode
    call.fact({ type: 'monitored', userId, mode })
    call.arrange()
    return { ok: true }
  }
  if (call.legOf(userId)) return { ok: false, code: 'isIn', detail: 'You are in this call already.' }
  const line = call.node.lines.get(lineId)
  if (line && line.userId === userId && line.tenantId === call.tenantId) {
    const leg = new Leg({ kind: 'supervisor', way: 'browser', userId })
    leg.mode = mode
    call.addLeg(leg)
    call.node.lines.enter(line, call, leg)
    call.fact({ type: 'monitored', userId, mode })
    return { ok: true }
  }
  const rung = ringPhones(call, {
    userId,
    kind: 'supervisor',
    seconds: 30,
    accepted: 'never',
    onAnswered: (leg, wire) => {
      leg.mode = mode
      call.join(leg, wire)
      call.fact({ type: 'monitored', userId, mode })
    },
  })
  if (rung.length > 0) return { ok: true }
  return { ok: false, code: 'noPhone', detail: 'There is neither an open audio line nor a registered desk phone.' }
}
