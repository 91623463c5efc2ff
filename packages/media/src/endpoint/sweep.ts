/** Something that wants its housekeeping once a second. */
interface Swept {
  second(nowMs: number): void
}

const PARTS = 20
const PART_MS = 1000 / PARTS

/** Calls every leg's housekeeping once a second, spread over it, so that a thousand legs do not report at once. No timer runs while there are none. */
export class Sweep {
  readonly #parts: Set<Swept>[] = Array.from({ length: PARTS }, () => new Set())
  readonly #partOf = new Map<Swept, Set<Swept>>()
  #timer: NodeJS.Timeout | null = null
  #at = 0

  get running(): boolean {
    return this.#timer !== null
  }

  add(one: Swept): void {
    const part = this.#parts.reduce((least, next) => (next.size < least.size ? next : least))
    part.add(one)
    this.#partOf.set(one, part)
    // By way of the loop's turn to read: after a standstill, what came meanwhile is read before anybody is called silent.
    this.#timer ??= setInterval(() => setImmediate(() => this.#sweep()), PART_MS)
  }

  remove(one: Swept): void {
    this.#partOf.get(one)?.delete(one)
    this.#partOf.delete(one)
    if (this.#partOf.size === 0) this.stop()
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  #sweep(): void {
    this.#at = (this.#at + 1) % PARTS
    const nowMs = performance.now()
    for (const one of this.#parts[this.#at]!) one.second(nowMs)
  }
}
