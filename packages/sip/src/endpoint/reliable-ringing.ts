import type { SipRequest, SipResponse } from '../message/message.ts'
import { rack } from '../message/reliability.ts'
import type { InviteServer } from '../transaction/server-invite.ts'
import type { Cancel } from '../transaction/timers.ts'
import type { Stack } from './stack.ts'

/** Provisional responses that must arrive (RFC 3262 3): one at a time, again and again until the PRACK. */
export class ReliableRinging {
  readonly #stack: Stack
  readonly #transaction: InviteServer
  readonly #lost: () => void
  #number: number
  #stopTimers: Cancel[] = []
  #current: { number: number; resolve: (acked: boolean) => void } | null = null
  /** Resolves when nothing waits for its PRACK. */
  #turn: Promise<boolean> = Promise.resolve(true)
  #stopped = false

  constructor(stack: Stack, transaction: InviteServer, lost: () => void) {
    this.#stack = stack
    this.#transaction = transaction
    this.#lost = lost
    this.#number = 1 + Math.floor(stack.random() * 0x7fff_fffe)
  }

  send(make: () => SipResponse): Promise<boolean> {
    this.#turn = this.#turn.then(acked => acked && !this.#stopped && this.#sendNow(make()))
    return this.#turn
  }

  async settled(): Promise<void> {
    await this.#turn
  }

  /** Whether a PRACK is for the response that waits. */
  acknowledged(prack: SipRequest, inviteNumber: number): boolean {
    const acked = rack(prack)
    const current = this.#current
    if (acked === null || current === null || acked.rseq !== current.number) return false
    if (acked.number !== inviteNumber || acked.method !== 'INVITE') return false
    this.#finish(true)
    return true
  }

  stop(): void {
    this.#stopped = true
    this.#finish(false)
  }

  #sendNow(response: SipResponse): Promise<boolean> {
    const { timers } = this.#stack
    const number = this.#number++
    response.headers.add('Require', '100rel')
    response.headers.add('RSeq', number)
    return new Promise(resolve => {
      this.#current = { number, resolve }
      this.#transaction.respond(response)
      this.#stopTimers = [
        timers.repeat(() => this.#transaction.again()),
        timers.after(64 * timers.timing.t1Ms, () => {
          this.#finish(false)
          this.#lost()
        }),
      ]
    })
  }

  #finish(acked: boolean): void {
    for (const stop of this.#stopTimers.splice(0)) stop()
    const current = this.#current
    this.#current = null
    current?.resolve(acked)
  }
}
