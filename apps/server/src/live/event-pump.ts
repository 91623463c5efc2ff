import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '@centrala/store/database.ts'
import { type Cursor, horizon, readEvents, type StoredEvent } from '@centrala/store/event-log.ts'
import type { FastifyBaseLogger } from 'fastify'

export type EventReader = (events: StoredEvent[]) => void

/** Reads the log in order, once for the whole process, and hands it to everybody who lives by it: screens, router, web hooks. */
export interface EventPump {
  /** The place up to which events have been handed out. */
  cursor(): Cursor
  /** From now on; called with each batch, in order. Readers must not throw and must not block. */
  subscribe(reader: EventReader): () => void
  /** Resolves when everything that was committed before the call has been handed out. */
  settle(): Promise<void>
  stop(): Promise<void>
}

/** How often other nodes' events are looked for when nothing of our own wakes us. */
const POLL_MS = 250
const BATCH = 1000
/** Between two looks at the log under load: events then come in handfuls, and each handful costs its readers about as much as one event. */
const GAP_MS = 5
/** So many looks in a row without a gap; each is won back in RECOVER_MS. A caller's way to a ringing phone takes three. */
const LOOKS_AT_ONCE = 8
const RECOVER_MS = 10

/**
 * Starts the pump at the present end of the log. A commit in this process wakes it at once; while a transaction that began earlier
 * is still running, its settled successors wait (they are never skipped), so it looks again shortly.
 */
export async function startEventPump(db: Database, log: FastifyBaseLogger): Promise<EventPump> {
  const readers = new Set<EventReader>()
  let cursor = await horizon(db.log)
  let stopped = false
  let running: Promise<void> | undefined
  let again = false
  let drained = 0 // how often, without a failure
  let drainedAt = 0
  let looks = LOOKS_AT_ONCE
  let owed = 0 // events committed here that have not been read yet

  async function drain(): Promise<void> {
    again = false
    for (let full = true; full && !stopped; ) {
      const events = await readEvents(db.log, cursor, BATCH)
      full = events.length === BATCH
      hand(events)
    }
    drained++
    if (owed > 0) again = true // committed, but an older transaction is still open
  }

  function hand(events: StoredEvent[]): void {
    const last = events.at(-1)
    if (!last) return
    owed = Math.max(0, owed - events.length)
    cursor = { xid: last.xid, seq: last.seq }
    for (const reader of readers) {
      try {
        reader(events)
      } catch (error) {
        log.error({ err: error }, 'a reader of the event log failed')
      }
    }
  }

  function wake(): void {
    if (stopped) return
    if (running) {
      again = true
      return
    }
    const idleMs = performance.now() - drainedAt
    looks = Math.min(LOOKS_AT_ONCE, looks + idleMs / RECOVER_MS)
    const wait = looks >= 1 ? 0 : GAP_MS - idleMs
    if (looks >= 1) looks--
    running = (wait > 0 ? sleep(wait) : Promise.resolve())
      .then(drain)
      .catch(error => log.warn({ err: error }, 'the event log cannot be read; trying again'))
      .finally(() => {
        running = undefined
        drainedAt = performance.now()
        if (again) setImmediate(wake)
      })
  }

  /** Before `settled` nothing is open any more; from `until` on nothing had begun. */
  async function place(): Promise<{ settled: bigint; until: bigint }> {
    const { rows } = await db.log.query<{ settled: string; until: string }>(
      'SELECT pg_snapshot_xmin(now)::text AS settled, pg_snapshot_xmax(now)::text AS until FROM pg_current_snapshot() AS now',
    )
    return { settled: BigInt(rows[0]?.settled ?? 0), until: BigInt(rows[0]?.until ?? 0) }
  }

  const offCommit = db.onEvents((_, count) => {
    owed += count
    wake()
  })
  const poll = setInterval(() => {
    owed = 0
    wake()
  }, POLL_MS)

  return {
    cursor: () => cursor,
    subscribe(reader) {
      readers.add(reader)
      return () => readers.delete(reader)
    },
    async settle() {
      const { until } = await place()
      while (!stopped) {
        const { settled } = await place()
        await running // it may have begun to read before
        const before = drained
        wake()
        await running
        if (settled >= until && drained > before) return
        await sleep(2) // committed, but an older transaction is still open
      }
    },
    async stop() {
      stopped = true
      clearInterval(poll)
      offCommit()
      await running
    },
  }
}
