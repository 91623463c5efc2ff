import type { MessageChannel } from '../channel.ts'
import { type WebchatConfig, type WebchatSecrets, webchatConfig, webchatSecrets } from './account.ts'
import { receive } from './receive.ts'
import { send } from './send.ts'

export const webchatManifest: MessageChannel<WebchatConfig, WebchatSecrets> = {
  channel: 'chat',
  config: webchatConfig,
  secrets: webchatSecrets,
  receive,
  send,
}
