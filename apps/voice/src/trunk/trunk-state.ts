import type { FromNode } from '@centrala/api/voice-link.ts'
import { type StatePhrase, statePhrase, theirWords } from '@centrala/core/phrase/state-phrase.ts'
import type { Failure, RegistrationState } from '@centrala/sip/endpoint/endpoint.ts'

export type TrunkState = Extract<FromNode, { type: 'state' }>['trunks'][number]

/** How a trunk is, as the administration shows it. */
export interface TrunkNow {
  state: TrunkState['state']
  phrase: StatePhrase
}

/** Why nothing came back from a provider, and what to do. */
export function notReached(host: string, { cause }: Failure): StatePhrase {
  return statePhrase(cause === 'unknownHost' ? 'trunk.hostUnknown' : 'trunk.noAnswer', { host })
}

/** A provider's refusal of a call. */
export function callsRefused({ status, reason }: Pick<Failure, 'status' | 'reason'>): StatePhrase {
  return statePhrase('trunk.callsRefused', { status, reason: theirWords(reason) })
}

/** How a registration stands. */
export function describeRegistration(state: RegistrationState, host: string): TrunkNow {
  if (state.state === 'registered') return { state: 'connected', phrase: statePhrase('trunk.registered') }
  if (state.state !== 'failed') return { state: 'connecting', phrase: statePhrase('trunk.registering') }
  return { state: 'failing', phrase: refusal(state.failure, host) }
}

function refusal(failure: RegistrationState['failure'], host: string): StatePhrase {
  if (!failure) return statePhrase('trunk.registrationRefused')
  const { status, cause, reason } = failure
  if (status === 401 || status === 403 || status === 407) return statePhrase('trunk.signInRefused')
  if (cause === 'timeout' || cause === 'unreachable' || cause === 'unknownHost') return notReached(host, failure)
  return statePhrase('trunk.registrationRefusedWith', { status, reason: theirWords(reason) })
}
