import type { WhatIfRules } from '@centrala/api/what-if.ts'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { readChanges } from './read-changes.ts'
import { replay } from './replay.ts'
import { resultOf } from './result-of.ts'

/** How often progress is written down, and looked whether somebody has cancelled. */
const EVERY_MS = 500

interface Row extends Record<string, unknown> {
  from: Date
  to: Date
  rules: WhatIfRules
  runs: number
}

/** What-ifs of this process. */
export interface WhatIfRunner {
  /** The job: runs one that waits (or that a killed process had) to its end. Rejects only where it should be tried again, never at the last attempt. */
  run(tenantId: string, id: string, lastAttempt: boolean): Promise<void>
  /** Ends what runs here; another start takes it up again. */
  stop(): void
}

export function whatIfRunner({ db, log }: Pick<Services, 'db' | 'log'>): WhatIfRunner {
  const stopping = new AbortController()

  async function run(tenantId: string, id: string, lastAttempt: boolean): Promise<void> {
    const [row] = await db.tenant(tenantId, tx =>
      tx.query<Row>(
        `UPDATE what_if SET state = 'running', progress = 0 WHERE id = $1 AND state IN ('waiting', 'running')
         RETURNING from_at AS "from", to_at AS "to", rules, runs`,
        [id],
      ),
    )
    if (!row) return
    const cancelled = new AbortController()
    let done = 0
    const watch = setInterval(() => {
      db.tenant(tenantId, tx =>
        tx.query("UPDATE what_if SET progress = $2 WHERE id = $1 AND state = 'running' RETURNING 1", [id, done]),
      ).then(
        still => still.length === 0 && cancelled.abort(new Error('cancelled')),
        () => {}, // the database is away: told at the end
      )
    }, EVERY_MS)
    try {
      const changes = await readChanges(db, tenantId, row.rules, row.from, row.to)
      const replayed = await replay(db, tenantId, {
        ...row,
        changes,
        progress: share => {
          done = share
        },
        signal: AbortSignal.any([cancelled.signal, stopping.signal]),
      })
      const names = new Map(
        (await db.tenant(tenantId, tx => tx.query<{ id: string; name: string }>('SELECT id, name FROM queue', []))).map(
          queue => [queue.id, queue.name],
        ),
      )
      await finish(tenantId, id, { result: resultOf(replayed, row.runs, names) })
    } catch (error) {
      if (cancelled.signal.aborted) return
      if (stopping.signal.aborted && !lastAttempt) throw error
      if (!(error instanceof Refusal)) log.warn({ err: error, tenantId, whatIfId: id }, 'a what-if failed')
      const problem =
        error instanceof Refusal
          ? error.message
          : 'Something went wrong that should not. Try again; if it stays, tell whoever runs this installation: the log says more.'
      await finish(tenantId, id, { problem })
    } finally {
      clearInterval(watch)
    }
  }

  async function finish(tenantId: string, id: string, { result, problem }: { result?: object; problem?: string }) {
    await db.tenant(tenantId, tx =>
      tx.query(
        `UPDATE what_if SET state = $2, result = $3, problem = $4, progress = CASE WHEN $4::text IS NULL THEN 1 ELSE progress END, finished_at = now()
          WHERE id = $1 AND state = 'running'`,
        [id, problem === undefined ? 'done' : 'failed', result ? JSON.stringify(result) : null, problem ?? null],
      ),
    )
  }

  return { run, stop: () => stopping.abort(new Error('The server stops.')) }
}
