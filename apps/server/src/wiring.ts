import { join } from 'node:path'
import { closeSenders } from '@centrala/channels/email/smtp-sender.ts'
import { folderBlobStore } from '@centrala/store/blob-store.ts'
import { openDatabase } from '@centrala/store/database.ts'
import { startJobQueue } from '@centrala/store/job-queue.ts'
import type { Roles } from '@centrala/store/migrate.ts'
import { deriveKey } from '@centrala/store/secret.ts'
import type { FastifyInstance } from 'fastify'
import { type Logger, pino } from 'pino'
import { createApp } from './app.ts'
import { startAuth } from './auth/auth.ts'
import type { Env } from './env.ts'
import { tasks } from './jobs/tasks.ts'
import { startEventPump } from './live/event-pump.ts'
import { startLiveHub } from './live/live-hub.ts'
import { startQueueCounts } from './live/queue-counts.ts'
import { startRelay } from './live/relay.ts'
import { createUpgrades } from './live/upgrades.ts'
import { runIntake } from './mail/run-intake.ts'
import { runMailboxes } from './mail/run-mailboxes.ts'
import { ownUrl } from './presence/own-url.ts'
import { startServerNodes } from './presence/server-nodes.ts'
import { watchPresence } from './presence/watch-presence.ts'
import { keepRecordings } from './recording/keep-recordings.ts'
import { keepRollups } from './report/keep-rollups.ts'
import { HANDLERS } from './routes.ts'
import { startRouterOwner } from './routing/router-owner.ts'
import type { Services } from './services.ts'
import { followInteractions } from './voice/follow-interactions.ts'
import { watchForsaken } from './voice/forsaken.ts'
import { watchNodes } from './voice/node-lease.ts'
import { nodeToken } from './voice/node-token.ts'
import { startVoiceHub } from './voice/voice-hub.ts'
import { webchatAccounts } from './webchat/account.ts'
import { startVisitorHub } from './webchat/visitor-hub.ts'
import { startWebhookWriter } from './webhook/webhook-writer.ts'
import { whatIfRunner } from './what-if/run-what-if.ts'

export interface WiringOptions {
  env: Env
  ownerUrl: string
  roles: Roles
  /** The installation's one secret: role password, encryption and signing keys are derived from it. */
  secret: string
}

export interface Wired {
  services: Services
  app: FastifyInstance
  /** Stops in order: no new requests, then workers, then the database. */
  close(): Promise<void>
}

/** Password of the database roles, derived so that every node of an installation knows it. */
export function rolePasswordOf(secret: string): string {
  return deriveKey(secret, 'database roles').toString('base64url')
}

/** Puts the server together over a migrated database. */
export async function wire({ env, ownerUrl, roles, secret }: WiringOptions): Promise<Wired> {
  const log: Logger = pino({ level: env.LOG_LEVEL, redact: ['req.headers.cookie', 'req.headers.authorization'] })
  const db = openDatabase({
    ownerUrl,
    roles,
    rolePassword: rolePasswordOf(secret),
    onError: error => log.warn({ reason: error.message }, 'database connection lost'),
  })
  const events = await startEventPump(db, log)
  const publicUrl = env.PUBLIC_URL ?? `http://localhost:${env.PORT}`
  const auth = await startAuth({ db, publicUrl, key: deriveKey(secret, 'sessions'), log })
  const base = {
    env,
    log,
    db,
    blobs: folderBlobStore(env.BLOB_DIR ?? join(env.DATA_DIR, 'blobs')),
    keys: {
      secrets: deriveKey(secret, 'stored secrets'),
      signing: deriveKey(secret, 'signed tokens'),
      recordings: deriveKey(secret, 'recordings'),
      voiceNode: nodeToken(secret, env.NODE_TOKEN),
    },
    publicUrl,
    events,
    upgrades: createUpgrades(),
    auth,
    authenticate: auth.authenticate,
    whatIfs: whatIfRunner({ db, log }),
  }
  // Later rooms are given what earlier ones made.
  const services: Services = Object.assign(base, {
    hub: undefined as never,
    voice: undefined as never,
    nodes: undefined as never,
    router: undefined as never,
    webchat: undefined as never,
  })
  services.hub = startLiveHub(services)
  services.voice = startVoiceHub(services)
  services.nodes = startServerNodes(services)
  const relay = await startRelay(services)
  services.hub.join(relay)
  services.nodes.onServers(() => services.voice.tellServers())
  services.router = await startRouterOwner(services)
  const follower = followInteractions(services)
  services.router.onCallOffer(follower.offering)
  services.webchat = webchatAccounts(services)
  const visitors = startVisitorHub(services)
  const stops = [
    startQueueCounts(services),
    watchPresence(services),
    watchNodes(services, env.NODE_LEASE_SECONDS * 1000),
    watchForsaken(services),
    keepRecordings(services),
  ]
  const app = await createApp(services, HANDLERS)
  services.upgrades.attach(app.server)
  app.server.on('listening', () => services.nodes.reachedAt(env.NODE_URL ?? ownUrl(app.server)))
  const jobs = await startJobQueue(db.jobs, tasks(services), (task, error) =>
    log.warn({ err: error, task }, 'a job failed; it is tried again'),
  )
  const webhooks = await startWebhookWriter(services)
  const rollups = keepRollups(services)
  const stopMailboxes = runMailboxes(services)
  const intake = await runIntake(services, env.HOST ?? '127.0.0.1')
  return {
    services,
    app,
    async close() {
      services.hub.close()
      await services.voice.close()
      await follower.stop()
      await visitors.close()
      await app.close()
      for (const stop of stops) stop()
      await intake?.stop()
      await stopMailboxes()
      closeSenders()
      await webhooks.stop()
      await rollups.stop()
      services.whatIfs.stop()
      await jobs.stop()
      await services.router.stop()
      await relay.stop()
      await services.nodes.stop()
      await events.stop()
      await auth.stop()
      await db.close()
    },
  }
}
