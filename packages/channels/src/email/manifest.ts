import type { MessageChannel } from '../channel.ts'
import { type EmailConfig, type EmailSecrets, emailConfig, emailSecrets } from './account.ts'
import { probe, secretGoesTo, servers } from './probe.ts'
import { receive } from './receive.ts'
import { send } from './send.ts'

export const emailManifest: MessageChannel<EmailConfig, EmailSecrets> = {
  channel: 'email',
  config: emailConfig,
  secrets: emailSecrets,
  receive,
  send,
  servers,
  secretGoesTo,
  probe,
}
