import type { Database } from '@centrala/store/database.ts'
import type { FastifyBaseLogger } from 'fastify'
import type { Authenticate } from '../http/context.ts'
import { type AccessListener, type AccessSignal, startAccessSignal } from './access-signal.ts'
import { createApiKeys } from './api-key.ts'
import { authenticateWith } from './authenticate.ts'
import { createEngine, type Engine } from './engine.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { startSweep } from './sweep.ts'

/** Who may come in, and who no longer. */
export interface Auth {
  engine: Engine
  sessions: Sessions
  access: AccessSignal
  authenticate: Authenticate
  /** Told, on every node, when a session ends, a user's rights change or a key is revoked: close what they hold open. */
  onAccessChanged(listener: AccessListener): () => void
  stop(): Promise<void>
}

export interface AuthOptions {
  db: Database
  publicUrl: string
  /** Signs session cookies and encrypts two-factor secrets. */
  key: Buffer
  log: FastifyBaseLogger
}

export async function startAuth({ db, publicUrl, key, log }: AuthOptions): Promise<Auth> {
  const secret = key.toString('base64url')
  const access = await startAccessSignal(db.auth, log)
  const engine = createEngine({
    pool: db.auth,
    publicUrl,
    secret,
    onSessionEnded: id => access.tell({ kind: 'sessionEnded', id }),
  })
  const { authCookies } = await engine.$context
  const sessions = createSessions(db.auth, secret, authCookies.sessionToken.name)
  const apiKeys = createApiKeys(db)
  const stopSweep = startSweep(db.auth, log)
  access.subscribe(({ kind, id }) => {
    if (kind === 'sessionEnded') sessions.forgetSession(id)
    if (kind === 'userChanged') sessions.forgetUser(id)
    if (kind === 'tenantChanged') sessions.forgetTenant(id)
    if (kind === 'apiKeyRevoked') apiKeys.forget(id)
  })
  return {
    engine,
    sessions,
    access,
    authenticate: authenticateWith(apiKeys, sessions),
    onAccessChanged: listener => access.subscribe(listener),
    stop: () => {
      stopSweep()
      return access.stop()
    },
  }
}
