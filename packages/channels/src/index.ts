import type { ChannelManifest } from './channel.ts'
import { emailManifest } from './email/manifest.ts'
import { voiceManifest } from './voice/manifest.ts'
import { webchatManifest } from './webchat/manifest.ts'

/** Every channel that Centrala speaks. A new channel is a folder and a line here; one contract test runs on all of them. */
export const CHANNEL_MANIFESTS: readonly ChannelManifest[] = [emailManifest, webchatManifest, voiceManifest]
