/** How a server is by which mail leaves. `said`: its own words. */
export const MAIL_SERVER = {
  open: '{host} accepts our mail without a sign-in.',
  signedIn: '{host} signed us in as {user}.',
  missing: 'No mail can be sent: there is no outgoing mail server. Set one up.',
  signInRefused: 'The mail server refused user name or password: {said}',
  signInDeferred: 'The mail server cannot check the sign-in now: {said}',
  deferred: 'The mail server put the mail off: {said}',
  refused: 'The mail server refused the mail: {said}',
  tlsFailed: 'No safe connection to the mail server: {said}',
  unreachable: 'The mail server could not be reached: {said}',
  notSendable: 'The mail cannot be sent as it is: {said}',
} as const
