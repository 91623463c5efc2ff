import { join } from 'node:path'
import { folderBlobStore } from '@centrala/store/blob-store.ts'
import { openDatabase } from '@centrala/store/database.ts'
import type { Roles } from '@centrala/store/migrate.ts'
import { deriveKey } from '@centrala/store/secret.ts'
import type { FastifyInstance } from 'fastify'
import { type Logger, pino } from 'pino'
import { createApp } from './app.ts'
import { authenticateWith } from './auth/authenticate.ts'
import type { Env } from './env.ts'
import { startEventPump } from './live/event-pump.ts'
import { HANDLERS } from './routes.ts'
import type { Services } from './services.ts'

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
    onError: error => log.warn({ err: error }, 'database connection lost'),
  })
  const events = await startEventPump(db, log)
  const services: Services = {
    env,
    log,
    db,
    blobs: folderBlobStore(join(env.DATA_DIR, 'blobs')),
    keys: { secrets: deriveKey(secret, 'stored secrets'), signing: deriveKey(secret, 'signed tokens') },
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    events,
    authenticate: authenticateWith(db, async () => null),
  }
  const app = await createApp(services, HANDLERS)
  return {
    services,
    app,
    async close() {
      await app.close()
      await events.stop()
      await db.close()
    },
  }
}
