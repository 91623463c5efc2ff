import { isIPv4 } from 'node:net'

export interface Address {
  address: string
  port: number
}

/** How long after the far end was named its first packet may decide where it really is. */
const WINDOW_MS = 5000
/** A public SDP address that stays silent for this long while another source talks is taken to be wrong. */
const WRONG_AFTER_MS = 1000

/**
 * Symmetric RTP: decides whether a packet's source is the far end, and where to send. The SDP address always wins; until it has spoken, another source is believed when it has the same IP (a NAT that changes
 * ports), is where the signalling comes from, or the SDP address is private and the source is not the same machine's lie; a foreign source only after the SDP address was silent for a second, and within the window.
 * Once the window has closed, only the chosen source counts; after a silence only its own IP (RFC 7362 describes the attack this stops).
 */
export class Latch {
  readonly #signalling: string | null
  #named: Address | null = null
  #chosen: Address | null = null
  #exact = false
  /** Once heard, the far end is not looked for anywhere else. */
  #known = false
  #sinceMs = 0

  constructor(signallingAddress: string | null) {
    this.#signalling = signallingAddress
  }

  /** Where to send. */
  get target(): Address | null {
    return this.#chosen ?? this.#named
  }

  /** The far end has been heard from `target`. */
  get confirmed(): boolean {
    return this.#chosen !== null
  }

  /** The far end's SDP says so, at monotonic `nowMs`. The same address again keeps what was learned. */
  name(address: Address, nowMs: number): void {
    if (this.#named && this.#named.address === address.address && this.#named.port === address.port) return
    this.#named = address
    this.#chosen = null
    this.#exact = false
    this.#known = false
    this.#sinceMs = nowMs
  }

  /** The far end fell silent: its NAT may have given it another port. Only its own IP is believed. */
  reopen(nowMs: number): void {
    if (!this.#chosen) return
    this.#named = this.#chosen
    this.#chosen = null
    this.#exact = false
    this.#known = true
    this.#sinceMs = nowMs
  }

  /** The choice is final: nothing but the chosen source needs to be heard. */
  settled(nowMs: number): boolean {
    return this.#chosen !== null && (this.#exact || nowMs - this.#sinceMs >= WINDOW_MS)
  }

  accepts(address: string, port: number, nowMs: number): boolean {
    const chosen = this.#chosen
    if (chosen && chosen.port === port && chosen.address === address) return true
    const named = this.#named
    if (!named) return this.#signalling === null || address === this.#signalling
    if (named.port === port && named.address === address) {
      if (this.#exact || (chosen && nowMs - this.#sinceMs >= WINDOW_MS)) return false
      this.#chosen = named
      this.#exact = true
      return true
    }
    if (chosen || !this.#plausible(address, nowMs)) return false
    this.#chosen = { address, port }
    return true
  }

  #plausible(address: string, nowMs: number): boolean {
    const named = this.#named!
    if (address === named.address) return true
    if (this.#known) return false
    if (address === this.#signalling) return true
    if (isPrivate(named.address) && !(this.#signalling && isPrivate(this.#signalling))) return true
    const silentMs = nowMs - this.#sinceMs
    return silentMs >= WRONG_AFTER_MS && silentMs < WINDOW_MS
  }
}

/** Addresses that mean nothing from outside: private, link-local, loopback, shared and unique local (RFC 1918, 3927, 6598, 4193). */
export function isPrivate(address: string): boolean {
  if (isIPv4(address)) {
    const [a = 0, b = 0] = address.split('.').map(Number)
    return (
      a === 0 ||
      a === 10 ||
      a === 127 ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254) ||
      (a === 100 && b >= 64 && b < 128)
    )
  }
  return /^(::1?$|f[cd]|fe[89ab])/i.test(address)
}
