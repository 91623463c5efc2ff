import type { Headers } from '../message/headers.ts'
import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts'
import { minSessionSeconds, sessionExpires, writeSessionExpires } from '../message/session-timer.ts'
import { optionTags } from '../message/value.ts'
import type { Cancel, Timers } from '../transaction/timers.ts'

/** Who keeps a session alive, and how often (RFC 4028). */
export interface Interval {
  readonly seconds: number
  readonly refresher: 'uac' | 'uas'
}

/** Whether a message lists an extension in Supported or Require. */
export function supports(message: SipMessage, extension: string): boolean {
  return optionTags(message, 'Supported').has(extension) || optionTags(message, 'Require').has(extension)
}

/** Asks for a session timer in a request of ours. */
export function askInterval(
  headers: Headers,
  seconds: number,
  minSeconds: number,
  refresher: 'uac' | 'uas' | null,
): void {
  if (seconds <= 0) return
  headers.set('Session-Expires', writeSessionExpires({ seconds: Math.max(seconds, minSeconds), refresher }))
  headers.set('Min-SE', minSeconds)
}

/** What the answering side makes of a request (RFC 4028 9 and table 2): `too-small` is 422 with Min-SE; null means no timer. */
export function answerInterval(
  request: SipRequest,
  ours: { seconds: number; minSeconds: number },
): Interval | 'too-small' | null {
  const asked = sessionExpires(request)
  const theyCan = supports(request, 'timer')
  if (asked === null) {
    if (!theyCan || ours.seconds === 0) return null
    return { seconds: Math.max(ours.seconds, ours.minSeconds, minSessionSeconds(request) ?? 0), refresher: 'uac' }
  }
  if (asked.seconds < ours.minSeconds) return theyCan ? 'too-small' : null
  return { seconds: asked.seconds, refresher: theyCan ? (asked.refresher ?? 'uac') : 'uas' }
}

/** Writes what was agreed into our 2xx. */
export function confirmInterval(response: SipResponse, request: SipRequest, interval: Interval | null): void {
  if (interval === null) return
  response.headers.set('Session-Expires', writeSessionExpires(interval))
  if (supports(request, 'timer')) response.headers.add('Require', 'timer')
}

/** What the other side agreed to in its 2xx; never less than our own least, which it had to keep. */
export function agreedInterval(response: SipResponse, minSeconds: number): Interval | null {
  const agreed = sessionExpires(response)
  return agreed === null
    ? null
    : { seconds: Math.max(agreed.seconds, minSeconds), refresher: agreed.refresher ?? 'uac' }
}

/** Refreshes at half the interval when that is ours to do, and gives the session up shortly before it ends (RFC 4028 10). */
export class SessionTimer {
  readonly #timers: Timers
  readonly #on: { refresh(): void; expire(): void }
  #refresh: Cancel | null = null
  #expire: Cancel | null = null
  #current: { seconds: number; ours: boolean } | null = null

  constructor(timers: Timers, on: { refresh(): void; expire(): void }) {
    this.#timers = timers
    this.#on = on
  }

  get current(): { seconds: number; ours: boolean } | null {
    return this.#current
  }

  /** Starts anew after a successful INVITE or UPDATE; `weAre` is our part in it. Null ends the timer. */
  start(interval: Interval | null, weAre: 'uac' | 'uas'): void {
    this.stop()
    if (interval === null) return
    const ours = interval.refresher === weAre
    this.#current = { seconds: interval.seconds, ours }
    const ms = interval.seconds * 1000
    if (ours) this.#refresh = this.#timers.after(ms / 2, () => this.#on.refresh())
    this.#expire = this.#timers.after(ms - Math.min(32_000, ms / 3), () => this.#on.expire())
  }

  stop(): void {
    this.#refresh?.()
    this.#expire?.()
    this.#refresh = null
    this.#expire = null
    this.#current = null
  }
}
