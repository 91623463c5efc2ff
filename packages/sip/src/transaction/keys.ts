import { callId, cseq, fromTag, topVia, toTag } from '../message/accessors.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { branchCookie } from '../message/via.ts'

/**
 * What names a server transaction (RFC 3261 17.2.3): branch, sent-by and method; ACK belongs to its INVITE, and `method` asks for another (CANCEL looks for its INVITE).
 * Senders of RFC 2543 have no branch of worth: then Call-ID, CSeq, From tag, the whole top Via and, but for ACK whose request URI may differ, nothing of To (its tag appears during the transaction).
 */
export function serverKey(request: SipRequest, method: string = request.method): string {
  const via = topVia(request)
  const as = method === 'ACK' ? 'INVITE' : method
  const sentBy = `${via.host.toLowerCase()}:${via.port ?? ''}`
  if (via.branch?.startsWith(branchCookie)) return `${via.branch}|${sentBy}|${as}`
  return `2543|${callId(request)}|${cseq(request).number}|${fromTag(request) ?? ''}|${via.branch ?? ''}|${sentBy}|${as}`
}

/** What names a client transaction (RFC 3261 17.1.3). */
export function clientKey(branch: string, method: string): string {
  return `${branch}|${method}`
}

export function responseKey(response: SipResponse): string {
  return clientKey(topVia(response).branch ?? '', cseq(response).method)
}

/** Two requests with the same one came by different ways: the later is refused with 482 (RFC 3261 8.2.2.2). Null inside a dialog, where it cannot happen. */
export function mergeKey(request: SipRequest): string | null {
  if (toTag(request) !== null) return null
  const { number, method } = cseq(request)
  return `${callId(request)}|${fromTag(request) ?? ''}|${number}|${method}`
}
