import type { FastifyBaseLogger } from 'fastify'
import type pg from 'pg'
import { listenChannel } from '../live/listen-channel.ts'

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

/** Listens on one connection of the pool until stopped. */
export async function startAccessSignal(pool: pg.Pool, log: FastifyBaseLogger): Promise<AccessSignal> {
  const listeners = new Set<AccessListener>()
  const tell = (change: AccessChange) => {
    for (const listener of listeners) listener(change)
  }
  const channel = await listenChannel({ pool, channel: CHANNEL, log }, payload => {
    const change = parse(payload)
    if (change) tell(change)
  })
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell,
    async stop() {
      channel.stop()
    },
  }
}

function parse(payload: string): AccessChange | null {
  const [name, id] = payload.split(':')
  const kind = KINDS.find(one => one === name)
  return kind && id ? { kind, id } : null
}
