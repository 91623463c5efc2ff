import type { Outbound, SendResult } from '../channel.ts'
import type { EmailAccount } from './account.ts'
import { compose } from './compose.ts'
import { sendBySmtp } from './smtp-sender.ts'

/** Composes a mail and hands it to the account's SMTP server. `providerId` of the result is the mail's Message-ID. */
export async function send(message: Outbound, account: EmailAccount): Promise<SendResult> {
  const composition = await compose(message, account, new Date())
  if (!composition.ok) return { ...composition, retryable: false }
  return sendBySmtp(composition.mail, account)
}
