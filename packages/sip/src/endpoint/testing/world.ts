import { createSipEndpoint, type SipEndpoint, type SipEndpointOptions, type SipLog } from '../endpoint.ts'
import { MemoryNetwork, seeded } from './memory-network.ts'
import { VirtualClock } from './virtual-clock.ts'

/** Faults the stack noticed in itself: a test ends by finding none. */
export class Faults implements SipLog {
  readonly seen: unknown[] = []
  debug(): void {}
  info(): void {}
  warn(): void {}
  error(fields: Record<string, unknown>, text: string): void {
    this.seen.push(text, fields.error)
  }
}

/** Endpoints on one network in virtual time. Addresses are 10.0.0.1, 10.0.0.2 … */
export class World {
  readonly clock = new VirtualClock()
  readonly network: MemoryNetwork
  readonly faults = new Faults()
  readonly #random: () => number
  #hosts = 0

  constructor(seed = 1) {
    this.#random = seeded(seed)
    this.network = new MemoryNetwork(this.clock, this.#random)
  }

  async endpoint(options: Partial<SipEndpointOptions> = {}): Promise<SipEndpoint & { address: string }> {
    const address = `10.0.0.${++this.#hosts}`
    const endpoint = await createSipEndpoint({
      listen: [{ protocol: 'udp', address, port: 5060 }],
      userAgent: address,
      log: this.faults,
      clock: this.clock,
      random: this.#random,
      openTransports: this.network.open,
      ...options,
    })
    return Object.assign(endpoint, { address })
  }

  /** Lets time pass. */
  pass(ms: number): Promise<void> {
    return this.clock.pass(ms)
  }

  /** Lets time pass until it is settled, at most `ms`. */
  async settled<T>(promise: Promise<T>, ms = 120_000): Promise<T> {
    let done = false
    const watched = promise.finally(() => {
      done = true
    })
    watched.catch(() => {})
    for (let passed = 0; !done && passed < ms; passed += 100) await this.pass(100)
    if (!done) throw new Error(`Still waiting after ${ms} ms of virtual time`)
    return watched
  }
}

/** Nothing left behind. */
export const nothing = { transactions: 0, dialogs: 0, registrations: 0, timers: 0, connections: 0 }
