/** How a line to a telephone provider is. `reason`: the provider's own word for `status` (RFC 3261, section 21). */
export const TRUNK = {
  connecting: 'Connecting …',
  registering: 'Registering at the provider …',
  registered: 'Registered at the provider.',
  answers: 'The provider answers.',
  callsGoThrough: 'Calls go through.',
  signInRefused: 'The provider refuses the user name or password: check both.',
  registrationRefused: 'The provider refused the registration.',
  registrationRefusedWith: 'The provider refused the registration: {status} {reason}.',
  callsRefused: 'The provider does not take calls: {status} {reason}.',
  hostUnknown: 'No server named {host} was found: check how it is written, and the name server of this machine.',
  noAnswer: '{host} does not answer: check the address, port and firewall.',
  noVoiceNode: 'No voice node is connected.',
} as const
