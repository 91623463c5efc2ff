import { contacts } from '../message/accessors.ts'
import type { SipMessage, SipResponse } from '../message/message.ts'
import { q850Cause, reasons, writeReason } from '../message/reason.ts'
import { reasonPhrase } from '../message/status.ts'
import { qValue, retryAfterSeconds } from '../message/value.ts'
import type { Failure } from './endpoint.ts'

/** A final response of 300 and above as a failure. */
export function refusedBy(response: SipResponse): Failure {
  const redirected = response.status < 400
  return {
    ok: false,
    cause: redirected ? 'redirected' : 'refused',
    status: response.status,
    reason: response.reason,
    q850: q850Cause(response),
    retryAfterSeconds: retryAfterSeconds(response),
    contacts: redirected ? bestFirst(response) : [],
    response,
  }
}

const statusOf = { timeout: 408, unreachable: 503, unknownHost: 503, cancelled: 487, ended: 481, local: 491 } as const

/** A failure without a response that says so itself. */
export function failureOf(cause: keyof typeof statusOf, reason?: string, response: SipResponse | null = null): Failure {
  const status = statusOf[cause]
  return {
    ok: false,
    cause,
    status,
    reason: reason ?? reasonPhrase(status),
    q850: response === null ? null : q850Cause(response),
    retryAfterSeconds: null,
    contacts: [],
    response,
  }
}

/** What a message's Reason header says: the Q.850 cause, and the best text there is. */
export function reasonOf(message: SipMessage): { q850: number | null; text: string | null } {
  const all = reasons(message)
  return { q850: q850Cause(message), text: all.find(reason => reason.text !== null)?.text ?? null }
}

/** The Reason header value of a Q.850 cause. */
export function q850Header(cause: number, text: string | null = null): string {
  return writeReason({ protocol: 'Q.850', cause, text })
}

function bestFirst(response: SipResponse) {
  const list = contacts(response)
  if (list === '*') return []
  return [...list].sort((a, b) => qValue(b.params.get('q')) - qValue(a.params.get('q')))
}
