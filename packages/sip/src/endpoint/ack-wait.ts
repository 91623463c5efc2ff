import type { InviteServer } from '../transaction/server-invite.ts'
import type { Cancel, Timers } from '../transaction/timers.ts'

/** A 2xx of ours is sent again until its ACK comes, over any transport, for 64·T1 (RFC 3261 13.3.1.4). */
export class AckWait {
  readonly #stop: Cancel[]
  readonly #done: (acked: boolean) => void

  constructor(timers: Timers, transaction: InviteServer, done: (acked: boolean) => void) {
    this.#done = done
    this.#stop = [
      timers.repeat(() => transaction.again(), timers.timing.t2Ms),
      timers.after(64 * timers.timing.t1Ms, () => this.end(false)),
    ]
  }

  end(acked: boolean): void {
    if (this.#stop.length === 0) return
    for (const stop of this.#stop.splice(0)) stop()
    this.#done(acked)
  }
}
