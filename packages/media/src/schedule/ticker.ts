/** Something that generates one 20 ms frame a tick. */
export interface Ticking {
  /** `skipped`: whole ticks that were left out before this one because the process was stalled; timestamps must move on over them. */
  tick(skipped: number): void
}

export const TICK_MS = 20
const SLOTS = 4
const SLOT_MS = TICK_MS / SLOTS
/** More than this behind is not caught up but skipped: the listener's buffer has long run dry. */
const MAX_BEHIND_TICKS = 10

interface Slot {
  clients: Set<Ticking>
  /** Ticks left out since the slot last ran. */
  pendingSkip: number
}

/**
 * One 20 ms clock for all that we generate, by the monotonic clock (setInterval drifts 8 ms a second). Clients are spread over four slots 5 ms apart. A late tick is made up for at double speed (one extra tick
 * a slot turn), never in a burst. No timer runs while nobody ticks.
 */
export class Ticker {
  readonly #slots: Slot[] = Array.from({ length: SLOTS }, () => ({ clients: new Set(), pendingSkip: 0 }))
  readonly #slotOf = new Map<Ticking, Slot>()
  readonly #now: () => number
  #timer: NodeJS.Timeout | null = null
  #startedAt = 0
  #turn = 0

  /** `now`: monotonic milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  get size(): number {
    return this.#slotOf.size
  }

  get running(): boolean {
    return this.#timer !== null
  }

  add(client: Ticking): void {
    if (this.#slotOf.has(client)) return
    const slot = this.#slots.reduce((best, next) => (next.clients.size < best.clients.size ? next : best))
    slot.clients.add(client)
    this.#slotOf.set(client, slot)
    if (!this.#timer) this.#start()
  }

  remove(client: Ticking): void {
    this.#slotOf.get(client)?.clients.delete(client)
    this.#slotOf.delete(client)
    if (this.#slotOf.size === 0) this.stop()
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #start(): void {
    this.#startedAt = this.#now()
    this.#turn = 0
    for (const slot of this.#slots) slot.pendingSkip = 0
    this.#sleep()
  }

  /** Sleeps until the next turn, or half a tick while behind, so that no slot ticks faster than twice its speed. */
  #sleep(): void {
    const now = this.#now()
    const wait = this.#startedAt + (this.#turn + 1) * SLOT_MS - now
    // Node fires timers late rather than early, and in whole milliseconds.
    this.#timer = setTimeout(() => this.run(), wait < -SLOT_MS ? TICK_MS / 2 : Math.max(0, Math.floor(wait)))
  }

  /** One wake-up: each slot ticks at most once. Public for tests with a clock of their own. */
  run(): void {
    let due = Math.floor((this.#now() - this.#startedAt) / SLOT_MS) - this.#turn
    const skip = Math.floor(due / SLOTS) - MAX_BEHIND_TICKS
    if (skip > 0) {
      this.#turn += skip * SLOTS
      due -= skip * SLOTS
      for (const slot of this.#slots) slot.pendingSkip += skip
    }
    try {
      for (let i = Math.min(due, SLOTS); i > 0; i--) this.#next()
    } finally {
      // One client's fault must not stop everybody's clock.
      if (this.#timer) this.#sleep()
    }
  }

  #next(): void {
    this.#turn++
    const slot = this.#slots[this.#turn % SLOTS]!
    const skipped = slot.pendingSkip
    slot.pendingSkip = 0
    for (const client of slot.clients) client.tick(skipped)
  }
}
