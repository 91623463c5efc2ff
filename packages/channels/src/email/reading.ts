import { Worker } from 'node:worker_threads'
import type { Inbound } from '../channel.ts'
import type { EmailAccount } from './account.ts'
import { READ_HEAP_MB, READ_TIMEOUT_MS } from './limits.ts'

/** What came of reading one mail in a thread: what it says, or why it could not be read. */
export type Reading = { inbound: Inbound[] } | { failure: string }

interface Job {
  raw: Uint8Array
  account: EmailAccount
  timeoutMs: number
  done: (reading: Reading) => void
}

const THREADS = 2
const IDLE_MS = 60_000

const waiting: Job[] = []
const threads = new Set<Thread>()

/**
 * Reads a mail in a thread, so that no mail can stop the process: beyond `timeoutMs` or the heap limit the thread is ended
 * and the reading fails. Two mails are read at a time; others wait their turn, and the clock starts with the turn.
 */
export function readInThread(raw: Uint8Array, account: EmailAccount, timeoutMs = READ_TIMEOUT_MS): Promise<Reading> {
  return new Promise(done => {
    // Passwords do not go where hostile bytes are read.
    const secrets = { imapPassword: null, smtpPassword: null, oauthClientSecret: null, oauthRefreshToken: null }
    waiting.push({ raw, account: { ...account, secrets }, timeoutMs, done })
    next()
  })
}

function next(): void {
  if (waiting.length === 0) return
  const idle = [...threads].find(thread => thread.isIdle)
  if (!idle && threads.size >= THREADS) return
  const job = waiting.shift()!
  ;(idle ?? new Thread()).run(job)
}

class Thread {
  private readonly worker = new Worker(new URL('./reading-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: READ_HEAP_MB, stackSizeMb: 4 },
    // Neither the environment nor the arguments of the process are this thread's business.
    env: {},
    execArgv: [],
  })
  private job: Job | null = null
  private timer: NodeJS.Timeout | null = null

  constructor() {
    threads.add(this)
    this.worker.unref()
    this.worker.on('message', (reading: Reading) => this.finish(reading))
    this.worker.on('error', error => this.end(`It could not be read within the limits (${error.message}).`))
    this.worker.on('exit', () => this.end('The reading thread ended.'))
  }

  get isIdle(): boolean {
    return this.job === null
  }

  run(job: Job): void {
    this.job = job
    if (this.timer) clearTimeout(this.timer)
    this.timer = setTimeout(() => this.end(`It took longer than ${job.timeoutMs / 1000} seconds.`), job.timeoutMs)
    this.worker.postMessage({ raw: job.raw, account: job.account })
  }

  private finish(reading: Reading): void {
    const job = this.job
    this.job = null
    if (this.timer) clearTimeout(this.timer)
    this.timer = setTimeout(() => this.end('idle'), IDLE_MS)
    this.timer.unref()
    job?.done(reading)
    next()
  }

  private end(failure: string): void {
    if (!threads.delete(this)) return
    if (this.timer) clearTimeout(this.timer)
    void this.worker.terminate()
    this.job?.done({ failure })
    this.job = null
    next()
  }
}
