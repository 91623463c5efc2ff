import type { FastifyBaseLogger } from 'fastify'
import type pg from 'pg'

const KINDS = ['sessionEnded', 'userChanged', 'apiKeyRevoked', 'tenantChanged'] as const

/** Somebody may do less than a moment ago: a session ended, a user was changed or deactivated, an API key was revoked, a tenant asks for more. */
export interface AccessChange {
  kind: (typeof KINDS)[number]
  id: string
}
export type AccessListener = (change: AccessChange) => void

/** Tells every node of changes in access, this one at once. */
export interface AccessSignal {
  subscribe(listener: AccessListener): () => void
  /** Within this process; the database's triggers tell the others (migration 0011). */
  tell(change: AccessChange): void
  stop(): Promise<void>
}

const CHANNEL = 'centrala_access'
const RETRY_MS = 2000

/** Listens on one connection of the pool until stopped; joins again by itself when the connection is lost. */
export async function startAccessSignal(pool: pg.Pool, log: FastifyBaseLogger): Promise<AccessSignal> {
  const listeners = new Set<AccessListener>()
  let client: pg.PoolClient | undefined
  let retry: NodeJS.Timeout | undefined
  let stopped = false

  const tell = (change: AccessChange) => {
    for (const listener of listeners) listener(change)
  }
  const lost = (error?: Error) => {
    const gone = client
    client = undefined
    gone?.removeAllListeners('notification')
    gone?.release(error ?? true)
    clearTimeout(retry) // a connection can be lost and its query fail: one way back is enough
    if (!stopped) retry = setTimeout(join, RETRY_MS)
  }
  async function join(): Promise<void> {
    try {
      const fresh = await pool.connect()
      client = fresh
      fresh.once('error', lost)
      fresh.on('notification', ({ payload }) => {
        const change = parse(payload)
        if (change) tell(change)
      })
      await fresh.query(`LISTEN ${CHANNEL}`)
    } catch (error) {
      log.warn({ err: error }, 'cannot hear of changes in access; trying again')
      lost(error as Error)
    }
  }
  await join()
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell,
    async stop() {
      stopped = true
      clearTimeout(retry)
      client?.removeListener('error', lost)
      lost()
    },
  }
}

function parse(payload = ''): AccessChange | null {
  const [name, id] = payload.split(':')
  const kind = KINDS.find(one => one === name)
  return kind && id ? { kind, id } : null
}
