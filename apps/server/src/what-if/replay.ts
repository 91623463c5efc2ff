import { Worker } from 'node:worker_threads'
import type { Channel } from '@centrala/core/channel/channel.ts'
import type { Changes } from '@centrala/core/replay/change.ts'
import type { Promised } from '@centrala/core/replay/scenario-of.ts'
import type { Database, Tx } from '@centrala/store/database.ts'
import { readPage, startOf } from '@centrala/store/routing-journal.ts'
import { Refusal } from '../refusal.ts'
import type { FromWorker, Replayed, ToWorker } from './replay-message.ts'

export interface ReplayWanted {
  from: Date
  to: Date
  /** Null: only decide again. */
  changes: Changes | null
  runs: number
  /** No new run begins after so long; default two minutes. */
  mostMs?: number
  /** Told the share that is done. */
  progress?: (done: number) => void
  /** Aborted, the replay ends with its reason. */
  signal?: AbortSignal
}

export const MOST_MS = 120_000
/** A run that has begun is finished, and at least two are made; but not where that takes so many times as long. */
const MOST_TIMES_OVER = 5
/** Of a worker; a week of a busy centre needs a fraction. */
const MEMORY_MB = 2048

/**
 * Replays a stretch of a tenant's journal in a thread of its own.
 * @throws Refusal `journal.empty` where nothing was written down in the period; `whatIf.tooLarge` where it does not fit in memory; `whatIf.tooLong` where two runs take
 * far longer than `mostMs`
 */
export async function replay(db: Database, tenantId: string, wanted: ReplayWanted): Promise<Replayed> {
  const { from, to, changes, runs, mostMs = MOST_MS, progress = () => {}, signal } = wanted
  signal?.throwIfAborted()
  const [promised, names, start] = await db.tenant(tenantId, async tx => [
    await loadPromised(tx, from),
    await loadNames(tx),
    await startOf(tx, from),
  ])
  // Each page by itself: a transaction that stands still while it is simulated is ended by the database after a minute.
  const read = (seq: number) => db.tenant(tenantId, tx => readPage(tx, seq, to))
  let page = start === null ? null : await read(start)
  // A stretch that began after the period says nothing about it.
  if (!page?.turns.length) throw nothingWritten(from, to)
  const worker = new Worker(new URL('./replay-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  })
  const post = (message: ToWorker) => worker.postMessage(message)
  let late: NodeJS.Timeout | undefined
  try {
    return await new Promise<Replayed>((resolve, reject) => {
      const feed = async () => {
        if (!page) {
          post({ type: 'end' })
          late = setTimeout(() => reject(tooLong()), mostMs * MOST_TIMES_OVER)
          return
        }
        const { turns, next } = page
        post({ type: 'page', turns })
        page = next === null ? null : await read(next)
      }
      let feeding = Promise.resolve()
      worker.on('message', (message: FromWorker) => {
        if (message.type === 'next') feeding = feeding.then(feed).catch(reject)
        else if (message.type === 'progress') progress(message.done)
        else resolve(message.replayed)
      })
      worker.on('error', error => reject(tooLarge(error)))
      worker.on('exit', () => reject(new Error('The replay ended before it was done.')))
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      const assignment = { fromAt: from.getTime(), toAt: to.getTime(), promised, changes, runs, mostMs, names }
      post({ type: 'assignment', assignment })
    })
  } finally {
    clearTimeout(late)
    await worker.terminate()
  }
}

function nothingWritten(from: Date, to: Date): Refusal {
  return new Refusal(
    422,
    'journal.empty',
    `The journal of routing holds nothing between ${from.toISOString()} and ${to.toISOString()}. Choose a period since Centrala began to keep it, within the days it is kept.`,
  )
}

function tooLong(): Refusal {
  return new Refusal(
    422,
    'whatIf.tooLong',
    'Simulating this takes too long. Choose a shorter period, or fewer contacts and agents.',
  )
}

function tooLarge(error: Error & { code?: string }): Error {
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return error
  return new Refusal(422, 'whatIf.tooLarge', 'This period holds more than fits in memory. Choose a shorter one.')
}

/** What queues promised when the period began; of later ones, what they promised first. */
async function loadPromised(tx: Tx, from: Date): Promise<Map<string, Promised>> {
  const rows = await tx.query<{ queueId: string; targetSeconds: Partial<Record<Channel, number>>; abandon: number }>(
    `SELECT DISTINCT ON (t.queue_id) t.queue_id AS "queueId", t.target_seconds AS "targetSeconds", q.abandon_seconds AS abandon
       FROM queue_target t JOIN queue q ON q.id = t.queue_id
      ORDER BY t.queue_id, t.since <= $1 DESC, CASE WHEN t.since <= $1 THEN -extract(epoch FROM t.since) ELSE extract(epoch FROM t.since) END`,
    [from],
  )
  return new Map(
    rows.map(({ queueId, targetSeconds, abandon }) => {
      const targets = Object.entries(targetSeconds).map(([channel, seconds]) => [channel, seconds * 1000])
      return [queueId, { targetMs: Object.fromEntries(targets), shortMs: abandon * 1000 }]
    }),
  )
}

async function loadNames(tx: Tx): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; name: string }>(
    'SELECT id, name FROM users UNION ALL SELECT id, name FROM queue',
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}
