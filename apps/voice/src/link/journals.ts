import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CallFact } from '@centrala/api/call-fact.ts'
import type { Logger } from 'pino'
import { Journal, type NumberedFact } from './journal.ts'

/** How long a command's answer may wait for the facts before it. */
const SETTLE_MS = 1000

/** The journals of all calls that the server does not know to the end. */
export class Journals {
  readonly root: string
  readonly #open = new Map<string, { journal: Journal; finished: boolean }>()
  readonly #log: Logger
  readonly #settling = new Set<() => void>()
  readonly #leaving = new Set<Promise<void>>()
  /** Sends a fact at once where the link is up. */
  send: (callId: string, fact: NumberedFact) => void = () => {}

  constructor(dataDir: string, log: Logger) {
    this.root = join(dataDir, 'voice', 'calls')
    this.#log = log
    mkdirSync(this.root, { recursive: true, mode: 0o700 })
  }

  folderOf(callId: string): string {
    return join(this.root, callId)
  }

  begin(callId: string, known: readonly NumberedFact[] = []): Journal {
    const journal = new Journal(this.folderOf(callId), known, error =>
      this.#log.error({ reason: error.message, callId }, 'the journal of a call cannot be written; the call goes on'),
    )
    this.#open.set(callId, { journal, finished: false })
    return journal
  }

  /** A fact of a call: on disk, then sent. */
  tell(callId: string, fact: CallFact): void {
    const entry = this.#open.get(callId)
    if (entry) this.send(callId, entry.journal.append(fact))
  }

  /** No fact comes any more: what the server has taken is forgotten. */
  finish(callId: string): void {
    const entry = this.#open.get(callId)
    if (!entry) return
    entry.finished = true
    this.#forget(callId)
  }

  acknowledge(callId: string, n: number): void {
    this.#open.get(callId)?.journal.acknowledge(n)
    this.#forget(callId)
    for (const look of this.#settling) look()
  }

  /** Resolves when what has been told of the call up to now is acknowledged, or the time is up. */
  settled(callId: string, timeoutMs = SETTLE_MS): Promise<void> {
    const last = this.#open.get(callId)?.journal.waiting.at(-1)?.n
    if (last === undefined) return Promise.resolve()
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(late)
        this.#settling.delete(look)
        resolve()
      }
      const look = () => {
        const first = this.#open.get(callId)?.journal.waiting[0]
        if (!first || first.n > last) done()
      }
      const late = setTimeout(done, timeoutMs)
      this.#settling.add(look)
    })
  }

  *unsent(): Iterable<{ callId: string; facts: readonly NumberedFact[] }> {
    for (const [callId, { journal }] of this.#open)
      if (journal.waiting.length > 0) yield { callId, facts: journal.waiting }
  }

  /** Calls whose last facts the server has not taken. */
  get size(): number {
    return this.#open.size
  }

  /** Resolves when everything is taken, or the time is up (false). */
  async flushed(timeoutMs: number): Promise<boolean> {
    const until = Date.now() + timeoutMs
    while (this.#open.size > 0) {
      if (Date.now() > until) return false
      await new Promise(resolve => setTimeout(resolve, 25))
    }
    return true
  }

  /** Resolves when those that are finished are off the disk. */
  async close(): Promise<void> {
    for (const { journal } of this.#open.values()) journal.close()
    await Promise.all(this.#leaving)
  }

  #forget(callId: string): void {
    const entry = this.#open.get(callId)
    if (!entry?.finished || entry.journal.waiting.length > 0) return
    this.#open.delete(callId)
    const leaving = entry.journal
      .forget()
      .catch((error: Error) => this.#log.warn({ reason: error.message, callId }, 'a finished journal stays on disk'))
      .finally(() => this.#leaving.delete(leaving))
    this.#leaving.add(leaving)
  }
}
