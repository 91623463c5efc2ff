/** Whether mail about accounts leaves. `said`: the mail server's own words. */
export const ACCOUNT_MAIL = {
  taken: 'The mail server took a test mail for {address}.',
  noServer: 'No mail server is set up for mail about accounts.',
  notTaken: 'The mail server did not take the mail: {said}',
} as const
