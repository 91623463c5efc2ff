import type { BlobStore } from '@centrala/store/blob-store.ts'
import type { Database } from '@centrala/store/database.ts'
import type { FastifyBaseLogger } from 'fastify'
import type { Auth } from './auth/auth.ts'
import type { Env } from './env.ts'
import type { Authenticate } from './http/context.ts'
import type { EventPump } from './live/event-pump.ts'
import type { LiveHub } from './live/live-hub.ts'
import type { Upgrades } from './live/upgrades.ts'
import type { ServerNodes } from './presence/server-nodes.ts'
import type { RouterOwner } from './routing/router-owner.ts'
import type { VoiceHub } from './voice/voice-hub.ts'
import type { WebchatAccounts } from './webchat/account.ts'
import type { WhatIfRunner } from './what-if/run-what-if.ts'

/** What the rooms of the server share. Made once, in wiring.ts. */
export interface Services {
  env: Env
  log: FastifyBaseLogger
  db: Database
  blobs: BlobStore
  /** Keys derived from SECRET_KEY, one per purpose. */
  keys: { secrets: Buffer; signing: Buffer; recordings: Buffer; voiceNode: string }
  /** The address people use to reach this installation. */
  publicUrl: string
  events: EventPump
  /** Which WebSocket is opened by which path. */
  upgrades: Upgrades
  hub: LiveHub
  /** Who is connected to the other server nodes. */
  nodes: ServerNodes
  router: RouterOwner
  /** The voice nodes: what calls are on, whose phones are connected, and the commands to them. */
  voice: VoiceHub
  auth: Auth
  authenticate: Authenticate
  /** Configured widgets by their public key. */
  webchat: WebchatAccounts
  whatIfs: WhatIfRunner
}
