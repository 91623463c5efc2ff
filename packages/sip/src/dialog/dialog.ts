import { callId, contacts, cseq, from, fromTag, recordRoutes, to, toTag, vias } from '../message/accessors.ts'
import { Headers } from '../message/headers.ts'
import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts'
import { type NameAddr, writeNameAddr } from '../message/name-addr.ts'
import type { SipUri } from '../message/uri.ts'
import type { Peer } from '../transport/transport.ts'
import { isBehindNat } from './nat.ts'

/** What names a dialog (RFC 3261 12): Call-ID and both tags, as seen from here. */
export function dialogKey(call: string, localTag: string, remoteTag: string): string {
  return `${call}|${localTag}|${remoteTag}`
}

/** The key of the dialog a request that came in belongs to; null outside of one. */
export function keyOfRequest(request: SipRequest): string | null {
  const local = toTag(request)
  return local === null ? null : dialogKey(callId(request), local, fromTag(request) ?? '')
}

/** The key of the dialog a response that came in belongs to. */
export function keyOfResponse(response: SipResponse): string {
  return dialogKey(callId(response), fromTag(response) ?? '', toTag(response) ?? '')
}

/** The state two sides share (RFC 3261 12): who they are, the next numbers, and the way requests go. */
export class Dialog {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  readonly local: NameAddr
  readonly remote: NameAddr
  /** The last CSeq number sent, and the last received (null: none yet). */
  localSeq: number
  remoteSeq: number | null
  remoteTarget: SipUri
  /** Where the other side's messages come from. */
  flow: Peer
  /** Whether requests go back along the flow rather than to the Contact, which cannot be reached from here. */
  byFlow: boolean
  #routeSet: readonly NameAddr[]

  constructor(parts: {
    callId: string
    local: NameAddr
    remote: NameAddr
    localSeq: number
    remoteSeq: number | null
    remoteTarget: SipUri
    routeSet: readonly NameAddr[]
    flow: Peer
    byFlow: boolean
  }) {
    this.callId = parts.callId
    this.local = parts.local
    this.remote = parts.remote
    this.localTag = parts.local.params.get('tag') ?? ''
    this.remoteTag = parts.remote.params.get('tag') ?? ''
    this.localSeq = parts.localSeq
    this.remoteSeq = parts.remoteSeq
    this.remoteTarget = parts.remoteTarget
    this.#routeSet = parts.routeSet
    this.flow = parts.flow
    this.byFlow = parts.byFlow
  }

  /** As the called side (12.1.1). */
  static called(invite: SipRequest, localTag: string, peer: Peer): Dialog {
    const own = to(invite)
    const target = contactUri(invite) ?? from(invite).uri
    const routeSet = recordRoutes(invite)
    return new Dialog({
      callId: callId(invite),
      local: { ...own, params: new Map([...own.params, ['tag', localTag]]) },
      remote: from(invite),
      localSeq: 0,
      remoteSeq: cseq(invite).number,
      remoteTarget: target,
      routeSet,
      flow: peer,
      byFlow: routeSet.length === 0 && isBehindNat(target, peer, vias(invite)),
    })
  }

  /** As the calling side (12.1.2), from a response with a To tag. `byFlow`: the invite itself was sent along a known flow. */
  static calling(invite: SipRequest, response: SipResponse, peer: Peer, byFlow: boolean): Dialog {
    const target = contactUri(response) ?? invite.uri
    const routeSet = [...recordRoutes(response)].reverse()
    return new Dialog({
      callId: callId(invite),
      local: from(invite),
      remote: to(response),
      localSeq: cseq(invite).number,
      remoteSeq: null,
      remoteTarget: target,
      routeSet,
      flow: peer,
      byFlow: routeSet.length === 0 && (byFlow || isBehindNat(target, peer, [])),
    })
  }

  get key(): string {
    return dialogKey(this.callId, this.localTag, this.remoteTag)
  }

  /** The URI that decides where a request is sent first: the topmost route, else the target. */
  get nextHop(): SipUri {
    return this.#routeSet[0]?.uri ?? this.remoteTarget
  }

  /** Request URI and headers of the next request (12.2.1.1), without Via, Contact and CSeq's increment for ACK and CANCEL, which take the INVITE's number. */
  next(method: string, number?: number): { uri: SipUri; headers: Headers } {
    const headers = new Headers()
    let uri = this.remoteTarget
    const [first, ...rest] = this.#routeSet
    if (first !== undefined) {
      if (first.uri.params.has('lr')) for (const route of this.#routeSet) headers.add('Route', writeNameAddr(route))
      else {
        // A strict router of RFC 2543: it finds itself in the request URI, and the target at the end of Route.
        uri = withoutMethod(first.uri)
        for (const route of rest) headers.add('Route', writeNameAddr(route))
        headers.add('Route', writeNameAddr({ displayName: null, uri: this.remoteTarget, params: new Map() }))
      }
    }
    if (number === undefined) this.localSeq++
    headers.add('Max-Forwards', '70')
    headers.add('From', writeNameAddr(this.local))
    headers.add('To', writeNameAddr(this.remote))
    headers.add('Call-ID', this.callId)
    headers.add('CSeq', `${number ?? this.localSeq} ${method}`)
    return { uri, headers }
  }

  /** Takes note of a request's CSeq; false when it is out of order (12.2.2: answer 500). */
  inOrder(request: SipRequest): boolean {
    const { number } = cseq(request)
    if (this.remoteSeq !== null && number <= this.remoteSeq) return false
    this.remoteSeq = number
    return true
  }

  /** A target refresh: re-INVITE, UPDATE and their 2xx may bring a new Contact and come by a new way. */
  refresh(message: SipMessage, peer: Peer): void {
    this.flow = peer
    const target = contactUri(message)
    if (target === null) return
    this.remoteTarget = target
    if (this.#routeSet.length === 0 && !this.byFlow) {
      this.byFlow = isBehindNat(target, peer, message.kind === 'request' ? vias(message) : [])
    }
  }
}

function contactUri(message: SipMessage): SipUri | null {
  const list = contacts(message)
  return list === '*' ? null : (list[0]?.uri ?? null)
}

function withoutMethod(uri: SipUri): SipUri {
  if (!uri.params.has('method') && uri.headers.size === 0) return uri
  return { ...uri, params: new Map([...uri.params].filter(([name]) => name !== 'method')), headers: new Map() }
}
