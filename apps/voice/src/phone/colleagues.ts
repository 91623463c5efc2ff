import type { TenantVoice } from '@centrala/api/voice-config.ts'
import type { IncomingInvite, SipSession } from '@centrala/sip/endpoint/endpoint.ts'
import { type CallOut, callOut, confirm, openWire, type SipWire, sdpFor } from '../call/sip-wire.ts'
import { endOf } from '../dial/call-outside.ts'
import type { DeskPhone } from '../link/configuration.ts'
import type { VoiceNode } from '../node.ts'
import { contactUri } from './phones.ts'

const RING_MS = 45_000
const WITHDRAWN = { status: 487, q850: 26, reason: 'withdrawn' }

interface End {
  readonly userId: string
  wire: SipWire | null
}

/** Two colleagues talk by their desk phones. */
interface Talk {
  readonly tenantId: string
  readonly ends: readonly [End, End]
  over(): void
}

/**
 * Calls among the desk phones of a company, by extension or user name. No customer is in them, so they are no contact: nothing is stored of them but that both
 * are busy meanwhile.
 */
export class Colleagues {
  readonly #node: VoiceNode
  readonly #talks = new Set<Talk>()

  constructor(node: VoiceNode) {
    this.#node = node
  }

  /** Whether this person talks with, or calls, a colleague. */
  isBusy(userId: string): boolean {
    for (const talk of this.#talks) if (talk.ends.some(end => end.userId === userId)) return true
    return false
  }

  /** Ends every call. */
  close(): void {
    for (const talk of [...this.#talks]) talk.over()
  }

  /** A phone calls a colleague's phones: the first that answers has it. */
  async call(invite: IncomingInvite, tenant: TenantVoice, from: DeskPhone, to: DeskPhone): Promise<void> {
    const node = this.#node
    const bindings = node.phones.ofUser(tenant.tenantId, to.userId)
    if (to.userId === from.userId || this.isBusy(to.userId) || isInCall(node, tenant.tenantId, to.userId)) {
      invite.refuse({ status: 486, q850: 17 })
      return
    }
    if (bindings.length === 0) {
      invite.refuse({ status: 480, q850: 20 })
      return
    }
    const wire = await openWire(node, invite, {})
    const sdp = wire && sdpFor(invite, wire)
    if (!wire || sdp === null) return
    const outs: CallOut[] = []
    const talk = this.#begin(tenant.tenantId, from.userId, to.userId, () => {
      for (const out of outs) out.cancel(WITHDRAWN)
      if (invite.state === 'waiting') invite.refuse({ status: 480, q850: 19 })
    })
    const [caller, callee] = talk.ends
    caller.wire = wire
    invite.onCancel(() => talk.over())
    const tries = bindings.map(async binding => {
      const out = await callOut(node, {
        uri: contactUri(binding),
        to: `<sip:${binding.username}@centrala>`,
        from: `<sip:${from.extension ?? from.username}@centrala>`,
        peer: binding.peer,
        timeoutMs: RING_MS,
        signallingAddress: binding.peer.address,
      })
      outs.push(out)
      if (!this.#talks.has(talk)) out.cancel(WITHDRAWN)
      out.onRinging(() => void (invite.state === 'waiting' && invite.ringing()))
      const result = await out.answered
      if (!result.ok) return endOf(result)
      if (callee.wire || !this.#talks.has(talk)) {
        result.wire.hangUp(WITHDRAWN)
        return null
      }
      callee.wire = result.wire
      for (const other of outs) if (other !== out) other.cancel(WITHDRAWN)
      result.wire.onEnd(() => talk.over())
      return null
    })
    const ends = await Promise.all(tries.map(one => one.catch(() => ({ status: 503, q850: 41, reason: 'failed' }))))
    if (!callee.wire || !this.#talks.has(talk)) {
      const busy = ends.some(end => end?.reason === 'busy' || end?.reason === 'rejected')
      if (invite.state === 'waiting') invite.refuse(busy ? { status: 486, q850: 17 } : { status: 480, q850: 19 })
      talk.over()
      return
    }
    const room = node.media.room()
    room.join(wire.audio)
    room.join(callee.wire.audio)
    wire.audio.onClose(() => void room.close())
    callee.wire.audio.onClose(() => void room.close())
    wire.onEnd(() => talk.over())
    if (!(await confirm(node, invite, wire, sdp))) talk.over()
  }

  /** Takes the colleague out of the talk that this phone has by this session: they go on in another call, and the talk is over. */
  release(tenantId: string, session: SipSession, userId: string): { userId: string; wire: SipWire } | null {
    for (const talk of this.#talks) {
      const own = talk.ends.find(end => end.userId === userId && end.wire?.session === session)
      const other = talk.ends.find(end => end !== own)
      if (talk.tenantId !== tenantId || !own || !other?.wire?.session) continue
      const { wire } = other
      other.wire = null
      return { userId: other.userId, wire }
    }
    return null
  }

  #begin(tenantId: string, from: string, to: string, onOver: () => void): Talk {
    const talk: Talk = {
      tenantId,
      ends: [
        { userId: from, wire: null },
        { userId: to, wire: null },
      ],
      over: () => {
        if (!this.#talks.delete(talk)) return
        for (const { wire } of talk.ends) wire?.hangUp({ status: null, q850: 16, reason: 'over' })
        onOver()
        this.#node.link.tell()
      },
    }
    this.#talks.add(talk)
    this.#node.link.tell()
    return talk
  }
}

function isInCall(node: VoiceNode, tenantId: string, userId: string): boolean {
  for (const call of node.calls)
    if (call.tenantId === tenantId && [...call.legs.values()].some(leg => leg.userId === userId && leg.joined))
      return true
  return false
}
