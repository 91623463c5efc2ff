import { randomUUID } from 'node:crypto'
import type { IncomingInvite, NameAddr } from '@centrala/sip/endpoint/endpoint.ts'
import { Call } from '../call/call.ts'
import { followSilence } from '../call/follow-silence.ts'
import { Leg } from '../call/leg.ts'
import { confirm, openWire, sdpFor } from '../call/sip-wire.ts'
import { conductFlow, flowFor } from '../flow/conduct.ts'
import { digitsOf } from '../link/configuration.ts'
import type { VoiceNode } from '../node.ts'
import { followText } from '../text/follow-text.ts'

/** What a refused caller is to wait before the next try, where this node is full. */
const RETRY_AFTER_SECONDS = 10

/** A call from a provider. Refused where nobody owns the number (404), or nothing more can be held here (503: the provider tries another node). */
export async function takeTrunkCall(node: VoiceNode, invite: IncomingInvite): Promise<void> {
  const found = node.trunks.find(invite.peer.address, dialledNumbers(invite))
  if (!found?.number) {
    invite.refuse({ status: 404, q850: 1 })
    return
  }
  // Whoever knows the tags of a call is not thereby its owner (RFC 3891, section 3: 403; one that names no call of ours has got 481 already).
  if (invite.replaces) {
    invite.refuse({ status: 403, q850: 21 })
    return
  }
  const { trunk, tenant, number } = found
  const place = node.draining ? null : node.calls.reserve()
  if (!place) {
    invite.refuse({ status: 503, retryAfterSeconds: RETRY_AFTER_SECONDS, q850: 34 })
    return
  }
  try {
    if (node.calls.allTaken(tenant)) {
      invite.refuse({ status: 486, q850: 17 })
      return
    }
    const release = node.trunks.occupy(trunk.id)
    if (!release) {
      invite.refuse({ status: 503, retryAfterSeconds: RETRY_AFTER_SECONDS, q850: 34 })
      return
    }
    const wire = await openWire(node, invite, {
      codecs: trunk.codecs,
      srtp: trunk.srtp === 'off' ? 'never' : trunk.srtp,
    })
    if (!wire) {
      release()
      return
    }
    wire.audio.onClose(release)
    const sdp = sdpFor(invite, wire)
    if (sdp === null) return
    if (invite.state === 'cancelled') {
      await wire.audio.close()
      return
    }
    const caller = callerOf(invite)
    const call = new Call(node, {
      id: randomUUID(),
      tenantId: tenant.tenantId,
      direction: 'inbound',
      way: 'phone',
      interactionId: null,
      language: number.language,
    })
    call.trunkId = trunk.id
    node.calls.add(call)
    call.fact({
      type: 'started',
      tenantId: tenant.tenantId,
      direction: 'inbound',
      way: 'phone',
      from: caller.private ? null : caller.address,
      fromName: caller.private ? null : caller.name,
      private: caller.private,
      to: number.number,
      numberId: number.id,
      trunkId: trunk.id,
      divertedFrom: divertedFrom(invite),
      userId: null,
      interactionId: null,
    })
    const leg = call.addLeg(
      new Leg({ kind: 'customer', way: 'phone', address: caller.private ? null : caller.address }),
    )
    wire.onEnd(end => node.legGone(call, leg, end))
    call.join(leg, wire)
    // Audio flows from the answer on; the ACK follows.
    const confirmed = confirm(node, invite, wire, sdp)
    call.fact({ type: 'legAnswered', legId: leg.id })
    followText(call, leg, wire)
    followSilence(call, leg, wire)
    conductFlow(call, flowFor(call, number.flowId, number.queueId))
    if (!(await confirmed)) node.legGone(call, leg, notEstablished(invite))
  } finally {
    place()
  }
}

/** The caller hung up before the answer arrived, or the ACK never came. */
function notEstablished(invite: IncomingInvite) {
  const by = invite.state === 'cancelled' ? ('remote' as const) : ('timeout' as const)
  return { by, reason: 'not established', q850: null }
}

/** What was dialled, by the likelihood that it is one of our numbers: a registered trunk is called by its contact, the number is then in To or P-Called-Party-ID. */
function dialledNumbers(invite: IncomingInvite): string[] {
  const called = invite.request.headers.get('p-called-party-id')
  const inHeader = called ? /(?:sip|tel):(\+?[^@;>\s]+)/i.exec(called)?.[1] : undefined
  return [invite.uri.user, invite.to.uri.user, inHeader].filter(
    user => typeof user === 'string' && user !== '',
  ) as string[]
}

interface Caller {
  address: string | null
  name: string | null
  private: boolean
}

/** Who calls: the network's word (P-Asserted-Identity) before the caller's own. RFC 3323: whoever wants to be private is. */
function callerOf({ identity }: IncomingInvite): Caller {
  const asserted = identity.asserted.find(({ uri }) => uri.scheme === 'tel') ?? identity.asserted[0]
  const shown = asserted ?? identity.from
  const anonymous =
    identity.privacy.some(value => value === 'id' || value === 'user' || value === 'header') ||
    (!asserted && isAnonymous(identity.from))
  return { address: numberOf(shown), name: short(shown.displayName ?? identity.from.displayName), private: anonymous }
}

function isAnonymous({ uri }: NameAddr): boolean {
  return /^(anonymous|unavailable|restricted|private)$/i.test(uri.user ?? '') || uri.host === 'anonymous.invalid'
}

/** What a stranger wrote, at a length anybody can store; a cut must not leave half a character. */
function short(text: string): string
function short(text: string | null): string | null
function short(text: string | null): string | null {
  return text === null ? null : text.slice(0, 200).toWellFormed()
}

/** `+` and digits for an international number; as given where it is no such. */
function numberOf({ uri }: NameAddr): string | null {
  const user = uri.user ?? ''
  if (user === '') return null
  const digits = digitsOf(user)
  return /^\+|^00/.test(user.trim()) && /^\d{3,15}$/.test(digits) ? `+${digits}` : short(user)
}

function divertedFrom({ identity }: IncomingInvite): string | null {
  const first = identity.diversions.at(-1)
  return short(first?.uri.user || null)
}
