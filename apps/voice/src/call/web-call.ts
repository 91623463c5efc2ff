import type { CallCommand } from '@centrala/api/call-command.ts'
import type { BrowserLeg } from '@centrala/media/endpoint/media.ts'
import { unanswered } from '../agent/unanswered.ts'
import { conductFlow, flowFor } from '../flow/conduct.ts'
import type { Reply } from '../link/link.ts'
import type { VoiceNode } from '../node.ts'
import { Call } from './call.ts'
import { Leg, type Wire } from './leg.ts'

type WebCall = Extract<CallCommand, { type: 'webCall' }>

/** A visitor's browser as the customer's leg. After a reload it comes back with other audio: the call goes on. */
class VisitorWire implements Wire {
  audio: BrowserLeg
  readonly session = null
  #grace: NodeJS.Timeout | undefined

  constructor(audio: BrowserLeg) {
    this.audio = audio
  }

  hangUp(): void {
    clearTimeout(this.#grace)
    void this.audio.close()
  }

  follow(call: Call, leg: Leg): void {
    const { audio } = this
    const watch = () => {
      if (this.audio !== audio) return
      clearTimeout(this.#grace)
      if (audio.state === 'connected' || leg.ended) return
      this.#grace = setTimeout(
        () => call.node.legGone(call, leg, { by: 'timeout', reason: 'the browser has gone', q850: null }),
        call.node.env.LINE_GRACE_SECONDS * 1000,
      )
    }
    audio.onState(watch)
    watch()
  }
}

/** The command `webCall`. */
export async function webCall(node: VoiceNode, command: WebCall): Promise<Reply> {
  const tenant = node.config.tenant(command.tenantId)
  if (!tenant) return { ok: false, code: 'gone', detail: 'This company is not set up on the voice node yet.' }
  if (!node.calls.get(command.callId) && (node.draining || node.calls.full))
    return { ok: false, code: 'full', detail: 'No more calls can be taken now. Try again in a moment.' }
  if (!node.calls.get(command.callId) && node.calls.allTaken(tenant))
    return {
      ok: false,
      code: 'tooMany',
      detail: `All ${tenant.limits.maxCalls} lines are taken. Try again in a moment.`,
    }
  let audio: BrowserLeg | undefined
  let sdp: string
  try {
    audio = node.media.browserLeg({ side: 'customer' })
    sdp = await audio.answer(command.sdp)
  } catch (error) {
    await audio?.close()
    return unanswered(error)
  }
  // Asked again meanwhile: by a browser that thought its first offer lost.
  const running = node.calls.get(command.callId)
  const customer = running?.customer
  const isOther = running?.tenantId !== command.tenantId || !(customer?.wire instanceof VisitorWire) || customer.ended
  if (node.calls.hasEnded(command.callId) || (running && isOther)) {
    await audio.close()
    return { ok: false, code: 'ended', detail: 'This call is over. Call again.' }
  }
  if (running && customer?.wire instanceof VisitorWire) {
    const former = customer.wire.audio
    customer.wire.audio = audio
    running.room.replace(former, audio)
    await former.close()
    customer.wire.follow(running, customer)
    return { ok: true, sdp }
  }
  const call = new Call(node, {
    id: command.callId,
    tenantId: command.tenantId,
    direction: 'inbound',
    way: 'web',
    interactionId: command.interactionId,
    language: command.language,
  })
  node.calls.add(call)
  call.fact({
    type: 'started',
    tenantId: command.tenantId,
    direction: 'inbound',
    way: 'web',
    from: null,
    fromName: command.name,
    private: false,
    to: 'web',
    numberId: null,
    trunkId: null,
    divertedFrom: null,
    userId: null,
    interactionId: command.interactionId,
  })
  const leg = call.addLeg(new Leg({ kind: 'customer', way: 'browser' }))
  const wire = new VisitorWire(audio)
  call.join(leg, wire)
  wire.follow(call, leg)
  conductFlow(call, flowFor(call, command.flowId, command.queueId))
  return { ok: true, sdp }
}
