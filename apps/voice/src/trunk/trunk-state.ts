import type { FromNode } from '@centrala/api/voice-link.ts'
import type { Failure, RegistrationState } from '@centrala/sip/endpoint/endpoint.ts'

export type TrunkState = Extract<FromNode, { type: 'state' }>['trunks'][number]

/** Why nothing came back from a provider, and what to do. */
export function notReached(host: string, { cause }: Failure): string {
  return cause === 'unknownHost'
    ? `No server named ${host} was found: check how it is written, and the name server of this machine.`
    : `${host} does not answer: check the address, port and firewall.`
}

/** How a registration stands, as the administration shows it. */
export function describeRegistration(state: RegistrationState, host: string): Pick<TrunkState, 'state' | 'sentence'> {
  if (state.state === 'registered') return { state: 'connected', sentence: 'Registered at the provider.' }
  if (state.state !== 'failed') return { state: 'connecting', sentence: 'Registering at the provider …' }
  const { failure } = state
  if (!failure) return { state: 'failing', sentence: 'The provider refused the registration.' }
  if (failure.status === 401 || failure.status === 403 || failure.status === 407)
    return { state: 'failing', sentence: 'The provider refuses the user name or password: check both.' }
  if (failure.cause === 'timeout' || failure.cause === 'unreachable' || failure.cause === 'unknownHost')
    return { state: 'failing', sentence: notReached(host, failure) }
  return { state: 'failing', sentence: `The provider refused the registration: ${failure.status} ${failure.reason}.` }
}
