import type { Reply } from '../link/link.ts'
import type { Call } from './call.ts'

/** The customer hears music and is heard by nobody. Asked again it changes nothing. */
export function hold(call: Call): Reply {
  if (call.talkers.length === 0) return { ok: false, code: 'alone', detail: 'Nobody is with the customer.' }
  if (call.held) return { ok: true }
  call.held = true
  call.fact({ type: 'held' })
  call.arrange()
  return { ok: true }
}

export function resume(call: Call): Reply {
  if (call.consult)
    return { ok: false, code: 'consulting', detail: 'End the consultation, or bring everybody together.' }
  if (!call.held) return { ok: true }
  call.held = false
  call.fact({ type: 'resumed' })
  call.arrange()
  return { ok: true }
}

/** The customer hears music until somebody takes the call; whoever had it is free. */
export function park(call: Call): Reply {
  if (call.consult) return { ok: false, code: 'consulting', detail: 'End the consultation first.' }
  if (call.parked) return { ok: true }
  call.parked = true
  call.held = false
  call.fact({ type: 'parked' })
  for (const leg of call.talkers) call.endLeg(leg, { status: null, q850: 16, reason: 'parked' })
  call.arrange()
  return { ok: true }
}
