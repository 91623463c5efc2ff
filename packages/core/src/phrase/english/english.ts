import { ACCOUNT_MAIL } from './account-mail.ts'
import { ADDRESS } from './address.ts'
import { IDENTITY_PROVIDER } from './identity-provider.ts'
import { MAIL_SERVER } from './mail-server.ts'
import { MAILBOX } from './mailbox.ts'
import { OAUTH } from './oauth.ts'
import { SPEECH } from './speech.ts'
import { TRUNK } from './trunk.ts'
import { WEBHOOK } from './webhook.ts'

/**
 * What the phrases of states are in English: by area, then by code. The server says it to programs, logs and the audit; the desktop has no
 * other English than this. Messages are ICU's: `{name}`, and `{name, plural, one {…} other {…}}` with `#` for the number.
 */
export const ENGLISH = {
  accountMail: ACCOUNT_MAIL,
  address: ADDRESS,
  channelAccount: { inOrder: 'The settings are in order.' },
  identityProvider: IDENTITY_PROVIDER,
  mailbox: MAILBOX,
  mailServer: MAIL_SERVER,
  oauth: OAUTH,
  speech: SPEECH,
  trunk: TRUNK,
  webhook: WEBHOOK,
} as const

type Areas = typeof ENGLISH
/** `trunk.registered`, `mailbox.noFolder` … */
export type StateCode = { [Area in keyof Areas]: `${Area}.${keyof Areas[Area] & string}` }[keyof Areas]
