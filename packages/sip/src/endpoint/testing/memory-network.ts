import { parse } from '../../message/parse.ts'
import { markArrival } from '../../transport/arrival.ts'
import type { Peer, Transport, TransportOptions, Transports } from '../../transport/transport.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface Weather {
  /** 0 to 1. */
  readonly loss: number
  readonly doubling: number
  /** Each packet takes from 1 ms up to so long: more than the pause between two reorders them. */
  readonly delayMs: number
  /** Share of packets in which a few bytes are changed, taken out or doubled. */
  readonly mangling?: number
}

/** A network in memory that loses, doubles and reorders datagrams; `log` keeps the first line of every one delivered. */
export class MemoryNetwork {
  weather: Weather = { loss: 0, doubling: 0, delayMs: 1 }
  readonly log: string[] = []
  /** Tests may keep single messages back: true drops it. */
  drop: ((text: string, from: string) => boolean) | null = null
  readonly #clock: VirtualClock
  readonly #random: () => number
  readonly #forks = new Map<string, string>()
  readonly #hosts = new Map<string, (bytes: Buffer, peer: Peer) => void>()

  constructor(clock: VirtualClock, random: () => number) {
    this.#clock = clock
    this.#random = random
  }

  /** `openTransports` for an endpoint on this network. */
  readonly open = async (options: TransportOptions): Promise<Transports> => {
    const list = options.listen.map(({ address, port }): Transport => {
      const name = `${address}:${port}`
      this.#hosts.set(name, (bytes, peer) => {
        const result = parse(bytes)
        if (result.kind === 'fault') {
          options.onFault(result, peer)
          return
        }
        if (result.kind === 'request') markArrival(result, peer)
        options.onMessage(result, peer, bytes)
      })
      return {
        protocol: 'udp',
        local: { address, port },
        send: async (bytes, to) => this.#carry(bytes, { protocol: 'udp', address, port }, to),
        close: async () => void this.#hosts.delete(name),
      }
    })
    return {
      list,
      find: to => (to.protocol === 'udp' ? (list[0] ?? null) : null),
      send: async (bytes, to) => list[0]?.send(bytes, to),
      counts: () => ({ connections: 0, bufferedBytes: 0 }),
      close: async () => void (await Promise.all(list.map(transport => transport.close()))),
    }
  }

  /** A host that speaks by hand: what it is sent is kept as text. Its sender puts raw text on the network. */
  stranger(address: string): { heard: string[]; say(text: string, to: string): void } {
    const heard: string[] = []
    const from: Peer = { protocol: 'udp', address, port: 5060 }
    this.#hosts.set(`${address}:5060`, bytes => heard.push(bytes.toString('utf8')))
    return { heard, say: (text, to) => this.#carry(Buffer.from(text), from, { ...from, address: to }) }
  }

  /** What is sent to `host` from now on goes to `other` too, as a forking proxy does it. */
  fork(host: string, other: string): void {
    this.#forks.set(host, other)
  }

  #mangled(bytes: Buffer): Buffer {
    let text = bytes.toString('latin1')
    for (let changes = 1 + Math.floor(this.#random() * 4); changes > 0; changes--) {
      const at = Math.floor(this.#random() * text.length)
      const kind = this.#random()
      const length = kind < 0.5 ? 1 : 1 + Math.floor(this.#random() * 40)
      const part =
        kind < 0.5
          ? String.fromCharCode(Math.floor(this.#random() * 256))
          : kind < 0.75
            ? ''
            : text.slice(at, at + length).repeat(2)
      text = text.slice(0, at) + part + text.slice(at + length)
    }
    return Buffer.from(text, 'latin1')
  }

  #carry(bytes: Buffer, from: Peer, to: Peer): void {
    const text = bytes.toString('latin1')
    if (this.drop?.(text, from.address) === true) return
    const forked = text.startsWith('INVITE') ? this.#forks.get(to.address) : undefined
    if (forked !== undefined) this.#carry(bytes, from, { ...to, address: forked })
    const copies = this.#random() < this.weather.doubling ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      if (this.#random() < this.weather.loss) continue
      const delay = 1 + Math.floor(this.#random() * this.weather.delayMs)
      const carried = this.#random() < (this.weather.mangling ?? 0) ? this.#mangled(bytes) : bytes
      this.#clock.after(delay, () => {
        this.log.push(`${from.address} ${text.slice(0, text.indexOf('\r\n'))}`)
        this.#hosts.get(`${to.address}:${to.port}`)?.(carried, from)
      })
    }
  }
}

/** A repeatable source of chance (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
