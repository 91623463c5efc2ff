import { Listeners } from './listeners.ts'
import type { Off } from './media.ts'

interface Watch {
  ms: number
  told: boolean
  listeners: Listeners<[number]>
}

/** Who wants to know of a far end's silence, each told once a silence. */
export class SilenceWatch {
  readonly #onFault: (cause: unknown) => void
  #watches: Watch[] = []

  constructor(onFault: (cause: unknown) => void) {
    this.#onFault = onFault
  }

  add(ms: number, listener: (silentMs: number) => void): Off {
    const watch: Watch = { ms, told: false, listeners: new Listeners(this.#onFault) }
    watch.listeners.add(listener)
    this.#watches.push(watch)
    return () => {
      this.#watches = this.#watches.filter(one => one !== watch)
    }
  }

  check(silentMs: number): void {
    for (const watch of this.#watches) {
      if (silentMs < watch.ms) watch.told = false
      else if (!watch.told) {
        watch.told = true
        watch.listeners.emit(silentMs)
      }
    }
  }

  clear(): void {
    this.#watches = []
  }
}
