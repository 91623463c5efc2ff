/** Why no access token could be had for a mail account. `said`: the other side's own words. */
export const OAUTH = {
  notSetUp: 'OAuth 2 is not set up for this account. Connect it in the account’s settings.',
  notSafe: 'The OAuth 2 token address must start with https://. Correct it in the account’s settings.',
  unreachable: 'The OAuth 2 server could not be reached. It will be tried again.',
  notWorking: 'The OAuth 2 server is not working ({said}). It will be tried again.',
  refused: 'The OAuth 2 server refused the sign-in ({said}). Connect the account again.',
} as const
