import type { Clock } from '../../transaction/clock.ts'

interface Entry {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** Time that passes only when a test says so; what is due runs in order, each with everything it sets off, before the next. */
export class VirtualClock implements Clock {
  #now = 1_700_000_000_000
  #order = 0
  readonly #entries = new Set<Entry>()

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.#now + Math.max(0, ms), order: this.#order++, run }
    this.#entries.add(entry)
    return () => this.#entries.delete(entry)
  }

  /** Lets `ms` pass. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms
    await settle()
    for (let next = this.#next(until); next !== null; next = this.#next(until)) {
      this.#entries.delete(next)
      this.#now = next.at
      next.run()
      await settle()
    }
    this.#now = until
  }

  #next(until: number): Entry | null {
    let first: Entry | null = null
    for (const entry of this.#entries) {
      if (entry.at > until) continue
      if (first === null || entry.at < first.at || (entry.at === first.at && entry.order < first.order)) first = entry
    }
    return first
  }
}

/** Everything promised in this turn is done. */
export function settle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
