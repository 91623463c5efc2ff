import type { NodeRefusal } from '@centrala/api/call-command.ts'
import type { TenantVoice } from '@centrala/api/voice-config.ts'
import type { Failure } from '@centrala/sip/endpoint/endpoint.ts'
import type { LegEnd } from '../call/leg.ts'
import { type CallOut, callOut, type SipWire } from '../call/sip-wire.ts'
import type { Trunk } from '../link/configuration.ts'
import type { VoiceNode } from '../node.ts'
import { callsRefused } from '../trunk/trunk-state.ts'
import { credentialsOf, hostUri } from '../trunk/trunks.ts'

export interface OutsideOptions {
  to: string
  /** Which of our numbers is shown; the trunk's own rule where null. */
  numberId: string | null
  legId: string
  timeoutMs: number
}

export type OutsideAnswer = { ok: true; wire: SipWire; trunkId: string } | { ok: false; end: LegEnd; detail: string }

export interface OutsideCall {
  readonly answered: Promise<OutsideAnswer>
  /** `wire` carries early audio where there is some. */
  onRinging(listener: (wire: SipWire, early: boolean) => void): void
  cancel(end: LegEnd): void
}

export type Outside = { ok: true; call: OutsideCall } | { ok: false; code: NodeRefusal; detail: string }

/** Calls a number by the tenant's trunks, in order of priority; the next takes over where one does not answer or is full. Asks the dialling rules first. */
export function callOutside(node: VoiceNode, tenant: TenantVoice, options: OutsideOptions): Outside {
  const allowed = node.dialling.ask(tenant, options.to)
  if (!allowed.ok) return allowed
  const trunks = node.trunks.of(tenant.tenantId)
  if (trunks.length === 0)
    return { ok: false, code: 'noTrunk', detail: 'There is no line to a provider. An administrator can connect one.' }
  const meter = node.dialling.begin(tenant.tenantId, options.legId, allowed.rule)
  const ringing: ((wire: SipWire, early: boolean) => void)[] = []
  let cancelled: LegEnd | null = null
  let running: CallOut | null = null

  const attempt = async (): Promise<OutsideAnswer> => {
    let last: OutsideAnswer = {
      ok: false,
      end: { status: 503, q850: 34, reason: 'failed' },
      detail: 'Every line to the provider is busy.',
    }
    for (const trunk of trunks) {
      if (cancelled) break
      const release = node.trunks.occupy(trunk.id, allowed.emergency)
      if (!release) continue
      const call = await callOut(node, inviteBy(trunk, tenant, allowed.user, options, node)).catch(error => {
        release()
        throw error
      })
      running = call
      // However the leg ends, its audio is closed.
      call.wire.audio.onClose(release)
      call.onRinging(early => {
        for (const listener of ringing) listener(call.wire, early)
      })
      if (cancelled) call.cancel(cancelled)
      const result = await call.answered
      if (result.ok) {
        node.trunks.noteCall(trunk.id, null)
        return { ok: true, wire: result.wire, trunkId: trunk.id }
      }
      last = { ok: false, end: endOf(result), detail: `${result.status} ${result.reason}` }
      // One provider may not know a number that saves lives; another does.
      if (allowed.emergency ? result.cause === 'cancelled' : !tryNext(result)) break
      node.trunks.noteCall(trunk.id, callsRefused(result))
    }
    return cancelled ? { ok: false, end: cancelled, detail: 'Cancelled.' } : last
  }

  const answered = attempt()
    .catch((error: Error): OutsideAnswer => {
      node.log.warn({ reason: error.message }, 'a call out failed')
      return { ok: false, end: { status: 503, q850: 34, reason: 'failed' }, detail: error.message }
    })
    .then(result => {
      if (result.ok) {
        meter.answered()
        result.wire.audio.onClose(() => meter.ended())
      } else meter.ended()
      return result
    })
  return {
    ok: true,
    call: {
      answered,
      onRinging: listener => void ringing.push(listener),
      cancel: end => {
        cancelled = end
        running?.cancel(end)
      },
    },
  }
}

/** A provider that fails is passed over; one that says the callee is busy or unknown has answered. */
function tryNext(failure: Failure): boolean {
  if (failure.cause === 'cancelled') return false
  return (
    failure.cause === 'timeout' ||
    failure.cause === 'unreachable' ||
    failure.cause === 'unknownHost' ||
    failure.status === 403 ||
    failure.status === 488 ||
    (failure.status >= 500 && failure.status < 600)
  )
}

export function endOf(failure: Failure): LegEnd {
  const { status, q850 } = failure
  const reason =
    failure.cause === 'cancelled'
      ? 'withdrawn'
      : status === 486 || status === 600
        ? 'busy'
        : status === 408 || status === 480 || status === 487
          ? 'noAnswer'
          : status === 603
            ? 'rejected'
            : 'failed'
  return { status, q850, reason }
}

function inviteBy(trunk: Trunk, tenant: TenantVoice, dialled: string, options: OutsideOptions, node: VoiceNode) {
  const shown = shownNumber(trunk, tenant, options.numberId)
  const user = shown === null ? (trunk.username ?? 'anonymous') : shown.replace(/[^+\d]/g, '')
  const host = trunk.realm ?? trunk.host
  const pai = trunk.callerId.header === 'pai'
  const route = node.trunks.serviceRoute(trunk.id)
  return {
    uri: hostUri(trunk, dialled),
    from: `<sip:${pai && trunk.username ? trunk.username : user}@${host}>`,
    ...(pai && shown !== null && { headers: { 'P-Asserted-Identity': `<sip:${user}@${host}>` } }),
    ...(trunk.username && { contactUser: trunk.username }),
    ...credentialsOf(trunk),
    ...(route.length > 0 && { route }),
    protocol: trunk.transport,
    codecs: trunk.codecs,
    srtp: trunk.srtp === 'off' ? ('never' as const) : trunk.srtp,
    timeoutMs: options.timeoutMs,
  }
}

/** The number the other side sees: the one asked for, where the provider lets us show it. */
function shownNumber(trunk: Trunk, tenant: TenantVoice, numberId: string | null): string | null {
  const asked = numberId === null ? null : tenant.numbers.find(number => number.id === numberId)?.number
  const { allowed } = trunk.callerId
  if (asked && (allowed.length === 0 || allowed.includes(asked))) return asked
  return trunk.callerId.default
}
