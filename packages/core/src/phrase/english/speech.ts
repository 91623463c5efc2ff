/** Why a text could not be spoken. `said`: the other side's own words. */
export const SPEECH = {
  noEndpoint: 'Set the address of the speech endpoint.',
  notInstalled: 'espeak-ng is not installed on the server. Install it, or set an endpoint.',
  noVoice: 'There is no voice “{voice}”.',
  tooLong: 'The text is too long to be spoken. Divide it.',
  notSpoken: 'espeak-ng could not speak this in “{voice}”: {said}.',
  notSpokenSilently: 'espeak-ng could not speak this in “{voice}” and told no reason.',
  endpointUnreachable: 'The speech endpoint {host} cannot be reached. Check its address.',
  endpointRefusedKey: 'The speech endpoint refused the key. Write the right one.',
  endpointAnswered: 'The speech endpoint answered with {status}. Check its address and model.',
  endpointSentOther: 'The speech endpoint sent something else than was asked for. {said}',
  failed: 'The text could not be spoken.',
  failedSaying: 'The text could not be spoken: {said}',
} as const
