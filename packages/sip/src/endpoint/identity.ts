import { from, to } from '../message/accessors.ts'
import { assertedIdentities, diversions, historyInfo, privacy } from '../message/identity.ts'
import type { SipMessage } from '../message/message.ts'
import type { CallerIdentity } from './endpoint.ts'

/** Everything a message says about who calls and which way the call came. */
export function readIdentity(message: SipMessage): CallerIdentity {
  return {
    from: from(message),
    to: to(message),
    asserted: assertedIdentities(message),
    privacy: [...privacy(message)],
    diversions: readDiversions(message),
  }
}

function readDiversions(message: SipMessage): CallerIdentity['diversions'] {
  const old = diversions(message)
  if (old.length > 0) {
    return old.map(({ address, reason, count }) => ({ uri: address.uri, reason, counter: count }))
  }
  // The cause of an entry says why the one before it was left (RFC 7044 with RFC 4458).
  const entries = historyInfo(message)
  return entries
    .flatMap((entry, index) => {
      const before = entries[index - 1]
      if (entry.cause === null || before === undefined) return []
      return [{ uri: before.address.uri, reason: diversionWord[entry.cause] ?? 'unknown', counter: null }]
    })
    .reverse()
}

/** RFC 4458 causes in the words of Diversion. */
const diversionWord: Readonly<Record<number, string>> = {
  302: 'unconditional',
  404: 'unknown',
  408: 'no-answer',
  480: 'deflection',
  486: 'user-busy',
  487: 'deflection',
  503: 'out-of-service',
}
