import { type Clock, systemClock } from './clock.ts'

/** RFC 3261 table 4: T1 round trip estimate, T2 longest pause of non-INVITE requests and INVITE responses, T4 longest time a message stays in the network. */
export interface Timing {
  readonly t1Ms: number
  readonly t2Ms: number
  readonly t4Ms: number
}

export const rfcTiming: Timing = { t1Ms: 500, t2Ms: 4000, t4Ms: 5000 }

/** Node runs a longer timer at once. Peers name seconds up to 2^32 (Expires, Session-Expires, Retry-After). */
const longestMs = 2 ** 31 - 1

export type Cancel = () => void

/** Every timer of one endpoint is set here, so that they can be counted and, at the end, all be taken back. */
export class Timers {
  readonly clock: Clock
  readonly timing: Timing
  readonly #pending = new Set<Cancel>()

  constructor(clock: Clock = systemClock, timing: Timing = rfcTiming) {
    this.clock = clock
    this.timing = timing
  }

  get count(): number {
    return this.#pending.size
  }

  now(): number {
    return this.clock.now()
  }

  after(ms: number, run: () => void): Cancel {
    const stop = this.clock.after(Math.min(ms, longestMs), () => {
      this.#pending.delete(cancel)
      run()
    })
    const cancel = () => {
      if (this.#pending.delete(cancel)) stop()
    }
    this.#pending.add(cancel)
    return cancel
  }

  /**
   * Runs `send` after T1, 2·T1, 4·T1 …, the pause never above `capMs`, until taken back (timers A, E, G and the 2xx of RFC 3261 13.3.1.4).
   */
  repeat(send: () => void, capMs = Number.POSITIVE_INFINITY): Cancel {
    let pause = this.timing.t1Ms
    let cancel = () => {}
    const again = () => {
      cancel = this.after(pause, () => {
        pause = Math.min(pause * 2, capMs)
        again()
        send()
      })
    }
    again()
    return () => cancel()
  }

  clear(): void {
    for (const cancel of [...this.#pending]) cancel()
  }
}
