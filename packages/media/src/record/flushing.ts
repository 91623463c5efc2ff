/** Something that writes what is over. */
interface Flushed {
  flush(): void
}

/** With a block of 480 ms and its slack of 200 ms, less than 0.9 s is ever unwritten. */
const FLUSH_MS = 160

/**
 * All recordings of an engine write at the same moments: the threads that write are woken once for all of them, which costs a third of waking them for each. No timer runs while nothing is recorded.
 */
export class Flushing {
  readonly #recordings = new Set<Flushed>()
  #timer: NodeJS.Timeout | null = null

  get running(): boolean {
    return this.#timer !== null
  }

  add(recording: Flushed): void {
    this.#recordings.add(recording)
    this.#timer ??= setInterval(() => {
      for (const one of this.#recordings) one.flush()
    }, FLUSH_MS)
  }

  remove(recording: Flushed): void {
    this.#recordings.delete(recording)
    if (this.#recordings.size > 0 || !this.#timer) return
    clearInterval(this.#timer)
    this.#timer = null
  }
}
