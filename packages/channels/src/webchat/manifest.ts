import type { ChannelManifest } from '../channel.ts'
import { type WebchatConfig, type WebchatSecrets, webchatConfig, webchatSecrets } from './account.ts'
import { receive } from './receive.ts'
import { send } from './send.ts'

export const webchatManifest: ChannelManifest<WebchatConfig, WebchatSecrets> = {
  channel: 'chat',
  config: webchatConfig,
  secrets: webchatSecrets,
  receive,
  send,
}
