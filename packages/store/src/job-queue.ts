import { Logger, type Runner, run, runMigrations } from 'graphile-worker'
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

/** Works on jobs until stopped; running jobs are finished first. */
export async function startJobQueue(
  pool: pg.Pool,
  tasks: Record<string, Task>,
  onError: (task: string, error: unknown) => void,
): Promise<JobQueue> {
  const runner: Runner = await run({
    pgPool: pool,
    concurrency: 4,
    noHandleSignals: true,
    noPreparedStatements: true,
    pollInterval: 1000,
    logger: silent,
    taskList: Object.fromEntries(
      Object.entries(tasks).map(([name, task]) => [
        name,
        async (payload, { job }) => {
          try {
            await task(payload as Parameters<Task>[0], job.attempts, job.attempts >= job.max_attempts)
          } catch (error) {
            onError(name, error)
            throw error
          }
        },
      ]),
    ),
  })
  runner.promise.catch(error => onError('runner', error))
  return { stop: () => runner.stop() }
}
