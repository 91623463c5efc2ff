import { isIPv6 } from 'node:net'
import { MediaError } from '../errors.ts'
import { MixRoom } from '../mix/room.ts'
import { Flushing } from '../record/flushing.ts'
import { PortPool } from '../rtp/port-pool.ts'
import { UdpSockets } from '../rtp/udp-sockets.ts'
import { Ticker } from '../schedule/ticker.ts'
import type { PeerOptions } from '../webrtc/peer.ts'
import { PeerPorts } from '../webrtc/peer-ports.ts'
import { Leg, type LegContext } from './leg.ts'
import type {
  AudioLeg,
  BrowserLeg,
  BrowserLegOptions,
  Media,
  MediaCounts,
  MediaFault,
  MediaOptions,
  Room,
  RoomOptions,
  RtpLeg,
  RtpLegOptions,
} from './media.ts'
import { PeerLeg } from './peer-leg.ts'
import { Sweep } from './sweep.ts'
import { UdpRtpLeg } from './udp-rtp-leg.ts'

/** Starts a media engine. Nothing is bound and no timer runs until the first leg. */
export function createMedia(options: MediaOptions): Media {
  return new Engine(options)
}

class Engine implements Media {
  readonly #options: MediaOptions
  readonly #pool: PortPool
  readonly #sockets: UdpSockets
  readonly #ticker = new Ticker()
  readonly #sweep = new Sweep()
  readonly #flushing = new Flushing()
  readonly #legs = new Set<Leg>()
  readonly #rooms = new Set<MixRoom>()
  readonly #maxLegs: number
  readonly #peer: PeerOptions
  #closed = false

  constructor(options: MediaOptions) {
    this.#options = options
    this.#pool = new PortPool(options.ports)
    this.#sockets = new UdpSockets({ portable: options.portableSockets ?? false })
    options.log?.info({ sockets: this.#sockets.kind }, 'the media engine has its sockets')
    const { portRange, bindAddress, ...ice } = options.ice ?? {}
    const address = bindAddress ?? (isWildcard(options.listenAddress) ? undefined : options.listenAddress)
    this.#peer = {
      ...ice,
      ...(address && { bindAddress: address }),
      ports: new PeerPorts(portRange, address),
    }
    this.#maxLegs = options.maxLegs ?? Math.max(1, this.#pool.size)
  }

  get capacity(): { maxLegs: number; freePortPairs: number } {
    return { maxLegs: this.#maxLegs, freePortPairs: this.#pool.free }
  }

  async rtpLeg(options: RtpLegOptions): Promise<RtpLeg> {
    this.#admit()
    const { listenAddress, publicAddress } = this.#options
    return this.#track(
      new UdpRtpLeg(options, {
        ...this.#context(),
        pool: this.#pool,
        sockets: this.#sockets,
        bindAddress: listenAddress,
        // A wildcard can be bound but not be sent to.
        sdpAddress: publicAddress ?? (isWildcard(listenAddress) ? loopback(listenAddress) : listenAddress),
      }),
    )
  }

  browserLeg(options: BrowserLegOptions): BrowserLeg {
    this.#admit()
    return this.#track(new PeerLeg(options, this.#peer, this.#context()))
  }

  room(options: RoomOptions = {}): Room {
    if (this.#closed) throw new MediaError('media.closed', 'The media engine is closed.')
    const room = new MixRoom(options, {
      ticker: this.#ticker,
      flushing: this.#flushing,
      fault: fault => this.#fault(fault),
      legOf: ownLeg,
      closed: one => this.#rooms.delete(one),
    })
    this.#rooms.add(room)
    return room
  }

  counts(): MediaCounts {
    const counts = {
      ports: (this.#pool.size - this.#pool.free) * 2,
      legs: this.#legs.size,
      rooms: this.#rooms.size,
      recordings: 0,
      playbacks: 0,
      ticking: 0,
      timers: [this.#ticker, this.#sweep, this.#sockets, this.#flushing].filter(one => one.running).length,
    }
    for (const room of this.#rooms) {
      counts.recordings += room.counts.recordings
      counts.playbacks += room.counts.playbacks
      counts.ticking += room.counts.ticking
    }
    return counts
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#rooms].map(room => room.close()))
    await Promise.all([...this.#legs].map(leg => leg.close()))
    this.#ticker.stop()
    this.#sweep.stop()
  }

  #admit(): void {
    if (this.#closed) throw new MediaError('media.closed', 'The media engine is closed.')
    if (this.#legs.size >= this.#maxLegs)
      throw new MediaError('media.full', `${this.#maxLegs} legs are in use, which is all this node takes.`)
  }

  #track<L extends Leg>(leg: L): L {
    this.#legs.add(leg)
    this.#sweep.add(leg)
    return leg
  }

  #context(): LegContext {
    return {
      ticker: this.#ticker,
      fault: fault => this.#fault(fault),
      closed: leg => {
        this.#legs.delete(leg)
        this.#sweep.remove(leg)
      },
    }
  }

  #fault(fault: MediaFault): void {
    this.#options.log?.warn({ ...fault, cause: String(fault.cause ?? '') }, fault.message)
    this.#options.onFault?.(fault)
  }
}

function ownLeg(leg: AudioLeg): Leg {
  if (leg instanceof Leg) return leg
  throw new TypeError(`Leg ${leg.id} was not made by this media engine.`)
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function loopback(address: string): string {
  return isIPv6(address) ? '::1' : '127.0.0.1'
}
