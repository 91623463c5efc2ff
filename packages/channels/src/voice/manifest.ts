import type { ChannelManifest } from '../channel.ts'
import { type VoiceConfig, type VoiceSecrets, voiceConfig, voiceSecrets } from './account.ts'

/** The phone. Calls are no messages: voice nodes carry them, and nothing is received or sent here. */
export const voiceManifest: ChannelManifest<VoiceConfig, VoiceSecrets> = {
  channel: 'voice',
  config: voiceConfig,
  secrets: voiceSecrets,
}
