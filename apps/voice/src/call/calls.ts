import type { TenantVoice } from '@centrala/api/voice-config.ts'
import type { Call } from './call.ts'

/** That a call is over is known here for so long: a command may be on its way from a server that has not heard of it. */
const REMEMBERED_MS = 60_000

/** The calls that go on here. */
export class Calls {
  readonly #calls = new Map<string, Call>()
  readonly #max: number
  #reserved = 0
  /** When each call that was here lately ended, oldest first. */
  readonly #ended = new Map<string, number>()

  constructor(max: number) {
    this.#max = max
  }

  get full(): boolean {
    return this.#calls.size + this.#reserved >= this.#max
  }
  get size(): number {
    return this.#calls.size
  }
  /** Share of what this node can hold. */
  get load(): number {
    return Math.min(1, this.#calls.size / this.#max)
  }

  add(call: Call): void {
    this.#calls.set(call.id, call)
  }
  remove(call: Call): void {
    this.#calls.delete(call.id)
    const now = performance.now()
    for (const [id, at] of this.#ended) {
      if (now - at < REMEMBERED_MS) break
      this.#ended.delete(id)
    }
    this.#ended.set(call.id, now)
  }
  /** Whether this call was here and is over. */
  hasEnded(id: string): boolean {
    return this.#ended.has(id)
  }
  get(id: string): Call | null {
    return this.#calls.get(id) ?? null
  }
  [Symbol.iterator](): Iterator<Call> {
    return this.#calls.values()
  }

  /** Holds a place while a call is being made, so that a burst cannot overfill the node. Returns its release; null when full. */
  reserve(): (() => void) | null {
    if (this.full) return null
    this.#reserved++
    let held = true
    return () => {
      if (held) this.#reserved--
      held = false
    }
  }

  /** Whether a tenant has as many calls, in and out together, as it may. */
  allTaken(tenant: TenantVoice): boolean {
    return this.count(call => call.tenantId === tenant.tenantId) >= tenant.limits.maxCalls
  }
  count(wanted: (call: Call) => boolean): number {
    let count = 0
    for (const call of this.#calls.values()) if (wanted(call)) count++
    return count
  }
}
