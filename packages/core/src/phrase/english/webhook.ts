/** What came of a delivery to a web hook. `said`: the receiver's own words. */
export const WEBHOOK = {
  answered: 'Answered with {status}.',
  answeredSaying: 'Answered with {status}: {said}.',
  redirect: 'Answered with a redirect ({status}). Redirects are not followed: write the final address.',
  redirectTo: 'Answered with a redirect ({status}) to {location}. Redirects are not followed: write the final address.',
  tooSlow: '{host} did not answer within {seconds, plural, one {# second} other {# seconds}}.',
  nothingListens: '{host} could not be reached: nothing listens there.',
  noAnswer: '{host} could not be reached: it does not answer.',
  closed: '{host} could not be reached: it closed the connection.',
  unreachable: '{host} could not be reached: {said}.',
  switchedOff:
    'Switched off after three days without a single success. Last: {parts} Put it right, try it, and switch it on again.',
  toldBefore: '{said}',
  offMeanwhile: 'The web hook was switched off.',
  tooOld: 'It was too old when the web hook was switched on again.',
} as const
