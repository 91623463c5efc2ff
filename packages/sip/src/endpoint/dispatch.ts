import { keyOfRequest } from '../dialog/dialog.ts'
import { toTag } from '../message/accessors.ts'
import type { SipRequest } from '../message/message.ts'
import { replaces as readReplaces } from '../message/replaces.ts'
import type { Peer } from '../transport/transport.ts'
import { acceptsSdp, readSdp } from './body.ts'
import type { Guard, IncomingInvite, IncomingRegister, IncomingRequest, Refusal, SipSession } from './endpoint.ts'
import { InviteIn } from './incoming-invite.ts'
import { RegisterIn } from './incoming-register.ts'
import { Incoming } from './incoming-request.ts'
import { answerInterval, type Interval } from './session-timer.ts'
import { extensions, type Stack } from './stack.ts'

/** Who takes requests outside of dialogs. */
export interface Handlers {
  guard: Guard | null
  invite: ((invite: IncomingInvite) => void) | null
  register: ((register: IncomingRegister) => void) | null
  options: ((options: IncomingRequest) => void) | null
  readonly others: Map<string, (request: IncomingRequest) => void>
  /** Set while draining: new calls get 503 with this Retry-After. */
  drainSeconds: number | null
}

const dialogMethods = new Set(['BYE', 'PRACK', 'UPDATE', 'INFO', 'CANCEL'])

/** Takes a request of no transaction: to its dialog, or through the guard and the checks of RFC 3261 8.2 to its handler. */
export function dispatch(stack: Stack, handlers: Handlers, request: SipRequest, peer: Peer): void {
  const key = keyOfRequest(request)
  const user = key === null ? undefined : stack.dialogs.get(key)
  if (user !== undefined && request.method !== 'CANCEL') {
    user.takeRequest(request, peer)
    return
  }
  const verdict = handlers.guard?.(request, peer) ?? 'pass'
  if (verdict === 'drop') return
  const refusal = verdict === 'pass' ? check(stack, handlers, request) : verdict
  if (refusal !== null) stack.answer(request, peer, refusal)
  else if (request.method === 'INVITE') invite(stack, handlers, request, peer)
  else other(stack, handlers, request, peer)
}

/** What is wrong with a request before anyone looks at what it wants; null: nothing. */
function check(stack: Stack, handlers: Handlers, request: SipRequest): Refusal | null {
  const { method, uri } = request
  if (method === 'CANCEL') return { status: 481 }
  if (toTag(request) !== null) return { status: 481 }
  if (stack.transactions.isMerged(request)) return { status: 482 }
  if (!stack.knows(method)) return { status: 405 }
  if (!['sip', 'sips', 'tel'].includes(uri.scheme)) return { status: 416 }
  const lacking = stack.lacking(request)
  if (lacking !== null) return lacking
  if (dialogMethods.has(method)) return { status: 481 }
  if (method === 'REGISTER' ? handlers.register === null : !takes(handlers, method)) return { status: 405 }
  return null
}

function takes(handlers: Handlers, method: string): boolean {
  return method === 'INVITE' || method === 'OPTIONS' || handlers.others.has(method)
}

function invite(stack: Stack, handlers: Handlers, request: SipRequest, peer: Peer): void {
  const checked = checkInvite(stack, handlers, request)
  if ('status' in checked) {
    stack.answer(request, peer, checked)
    return
  }
  const transaction = stack.transactions.serve(request, peer)
  if (transaction.kind !== 'invite') return
  const incoming = new InviteIn(stack, request, peer, transaction, checked.offer, checked.replaces, checked.interval)
  safely(stack, incoming, () => handlers.invite?.(incoming))
}

function checkInvite(
  stack: Stack,
  handlers: Handlers,
  request: SipRequest,
): Refusal | { offer: string | null; replaces: SipSession | null; interval: Interval | null } {
  if (handlers.invite === null) return { status: 480 }
  if (handlers.drainSeconds !== null) return { status: 503, retryAfterSeconds: handlers.drainSeconds }
  const read = readSdp(request)
  if (read === 'unsupported') return { status: 415, headers: { Accept: 'application/sdp' } }
  if (!acceptsSdp(request)) return { status: 406, headers: { Accept: 'application/sdp' } }
  const minSeconds = stack.minSessionExpiresSeconds
  const interval = answerInterval(request, { seconds: stack.sessionExpiresSeconds, minSeconds })
  if (interval === 'too-small') return { status: 422, headers: { 'Min-SE': String(minSeconds) } }
  const named = readReplaces(request)
  if (named === 'malformed') return { status: 400, reason: 'Replaces cannot be read' }
  if (named === null) return { offer: read.sdp, replaces: null, interval }
  const text = request.headers.get('replaces') ?? ''
  const replaces = stack.findByReplaces(text)
  if (replaces === null) return { status: 481 }
  // RFC 3891 3: a confirmed call is not to be taken by who asked for early ones only.
  if (named.earlyOnly) return { status: 486 }
  return { offer: read.sdp, replaces, interval }
}

function other(stack: Stack, handlers: Handlers, request: SipRequest, peer: Peer): void {
  const transaction = stack.transactions.serve(request, peer)
  if (request.method === 'REGISTER') {
    const register = new RegisterIn(stack, request, peer, transaction)
    if (register.malformed) register.refuse({ status: 400, reason: 'Contact: * needs Expires: 0' })
    else safely(stack, register, () => handlers.register?.(register))
    return
  }
  const incoming = new Incoming(stack, request, peer, transaction)
  const handler = request.method === 'OPTIONS' ? handlers.options : (handlers.others.get(request.method) ?? null)
  if (handler !== null) safely(stack, incoming, () => handler(incoming))
  else if (handlers.drainSeconds !== null) incoming.refuse({ status: 503, retryAfterSeconds: handlers.drainSeconds })
  else {
    const headers = { Allow: stack.allow, Accept: 'application/sdp', Supported: extensions.join(', ') }
    incoming.respond(200, { headers })
  }
}

/** A handler that throws costs its own request alone. */
function safely(stack: Stack, incoming: Incoming, run: () => void): void {
  try {
    run()
  } catch (error) {
    stack.log.error({ error, method: incoming.request.method }, 'A handler of SIP requests failed')
    incoming.refuse({ status: 500 })
  }
}
