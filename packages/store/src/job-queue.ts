import { type JobHelpers, Logger, type Runner, run, runMigrations } from 'graphile-worker'
import type pg from 'pg'
import type { Tx } from './database.ts'

const silent = new Logger(() => () => {})

export interface JobOptions {
  runAt?: Date
  /** A waiting job with the same key is replaced by this one. */
  key?: string
  /** Jobs with the same name run one after the other. */
  serial?: string
  maxAttempts?: number
}

/** Adds a job in the transaction: it exists exactly if the transaction commits. */
export async function enqueue(
  tx: Tx,
  task: string,
  payload: Record<string, unknown>,
  options: JobOptions = {},
): Promise<void> {
  await tx.query('SELECT enqueue($1, $2::jsonb, $3, $4, $5, $6)', [
    task,
    JSON.stringify(payload),
    options.runAt ?? null,
    options.key ?? null,
    options.serial ?? null,
    options.maxAttempts ?? 25,
  ])
}

/** What a task is given: its payload and how often it has been tried (1 the first time). Throw to be tried again, with growing pauses. */
export type Task = (
  payload: Record<string, unknown> & { tenantId: string },
  attempt: number,
  lastAttempt: boolean,
) => Promise<void>

export interface JobQueue {
  stop(): Promise<void>
}

/** Prepares the queue's own tables; part of migrating. */
export async function migrateJobQueue(url: string): Promise<void> {
  await runMigrations({ connectionString: url, logger: silent })
}

/** A job whose worker has not been heard of for so long is another's: the worker was killed, or the database was. */
const LEASE_SECONDS = 15
const HEARTBEAT_MS = 4000
/** Before another runner is begun. */
const AGAIN_MS = 1000

/**
 * Works on jobs until stopped; running jobs are finished first. The lock on a job is a lease, renewed while it runs: a job that a killed process had
 * (and all that wait behind it in its series) is taken up again within half a minute. So a task may run twice, and must bear it.
 */
export async function startJobQueue(
  pool: pg.Pool,
  tasks: Record<string, Task>,
  onError: (task: string, error: unknown) => void,
): Promise<JobQueue> {
  const running = new Set<string>()
  const taskList = Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [
      name,
      async (payload: unknown, { job }: JobHelpers) => {
        running.add(job.id)
        try {
          await task(payload as Parameters<Task>[0], job.attempts, job.attempts >= job.max_attempts)
        } catch (error) {
          onError(name, error)
          throw error
        } finally {
          running.delete(job.id)
        }
      },
    ]),
  )
  let stopped = false
  let runner: Runner = await start()

  async function start(): Promise<Runner> {
    const fresh = await run({
      pgPool: pool,
      concurrency: 4,
      noHandleSignals: true,
      noPreparedStatements: true,
      pollInterval: 1000,
      logger: silent,
      taskList,
      // In batches, since only then a fault in telling how a job went ends the runner; otherwise it is thrown where nobody can catch it.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    })
    // However it ended: the library fulfils the promise of a runner that gave up too.
    fresh.promise
      .then(
        () => new Error('The worker gave up: the end of a job could not be told.'),
        (error: unknown) => error,
      )
      .then(error => {
        if (stopped) return
        onError('runner', error)
        setTimeout(again, AGAIN_MS).unref()
      })
    return fresh
  }

  /** A runner that gave up (the database was away for longer than it bears) is followed by another. */
  function again(): void {
    if (stopped) return
    start().then(
      async fresh => {
        runner = fresh
        if (stopped) await fresh.stop().catch(() => {})
      },
      error => {
        onError('runner', error)
        setTimeout(again, AGAIN_MS).unref()
      },
    )
  }

  let renewedAt = Date.now()
  const heartbeat = setInterval(async () => {
    try {
      await renew(pool, [...running])
      // After a break every other node must have had the time to renew too.
      if (Date.now() - renewedAt < 2 * HEARTBEAT_MS) await free(pool)
      renewedAt = Date.now()
    } catch (error) {
      onError('heartbeat', error)
    }
  }, HEARTBEAT_MS)

  return {
    async stop() {
      stopped = true
      await runner.stop().catch(() => {}) // one that gave up has stopped already
      clearInterval(heartbeat)
    },
  }
}

async function renew(pool: pg.Pool, jobIds: string[]): Promise<void> {
  if (jobIds.length === 0) return
  await pool.query(
    `WITH held AS (UPDATE graphile_worker._private_jobs SET locked_at = now() WHERE id = ANY ($1::bigint[]) AND locked_at IS NOT NULL RETURNING job_queue_id)
     UPDATE graphile_worker._private_job_queues q SET locked_at = now() FROM held WHERE q.id = held.job_queue_id AND q.locked_at IS NOT NULL`,
    [jobIds],
  )
}

async function free(pool: pg.Pool): Promise<void> {
  const stale = `locked_at < now() - interval '${LEASE_SECONDS} seconds'`
  await pool.query(
    `WITH jobs AS (UPDATE graphile_worker._private_jobs SET locked_at = NULL, locked_by = NULL, run_at = greatest(run_at, now()) WHERE ${stale})
     UPDATE graphile_worker._private_job_queues SET locked_at = NULL, locked_by = NULL WHERE ${stale}`,
  )
}
