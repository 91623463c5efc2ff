import type { Call } from './call.ts'
import type { Leg, Wire } from './leg.ts'

/** A customer of whom nothing is heard any more, not even silence, has gone without a word: the call ends, so that nobody talks to nobody. */
export function followSilence(call: Call, leg: Leg, wire: Wire): void {
  wire.audio.onSilence(call.node.env.SILENT_SECONDS * 1000, () => {
    call.node.log.info({ callId: call.id }, 'no audio comes from the customer; the call is ended')
    call.node.legGone(call, leg, { by: 'timeout', reason: 'no audio', q850: 102 })
  })
}
