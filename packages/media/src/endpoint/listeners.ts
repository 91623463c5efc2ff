import type { Off } from './media.ts'

/** The listeners of one event. One that throws is reported and hurts nobody else's audio. */
export class Listeners<A extends unknown[]> {
  readonly #list: ((...values: A) => void)[] = []
  readonly #onFault: (cause: unknown) => void

  constructor(onFault: (cause: unknown) => void) {
    this.#onFault = onFault
  }

  get size(): number {
    return this.#list.length
  }

  add(listener: (...values: A) => void): Off {
    this.#list.push(listener)
    return () => {
      const at = this.#list.indexOf(listener)
      if (at >= 0) this.#list.splice(at, 1)
    }
  }

  emit(...values: A): void {
    if (this.#list.length === 0) return
    for (const listener of [...this.#list]) {
      try {
        listener(...values)
      } catch (cause) {
        this.#onFault(cause)
      }
    }
  }

  clear(): void {
    this.#list.length = 0
  }
}
