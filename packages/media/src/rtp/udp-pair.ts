import { MediaError } from '../errors.ts'
import type { SrtpContext } from '../srtp/srtp.ts'
import { type Address, Latch } from './latch.ts'
import { isRtcp, isRtp } from './packet.ts'
import type { PortPool } from './port-pool.ts'
import type { Dropped, RtpTransport } from './transport.ts'
import type { UdpSocket } from './udp-socket.ts'
import type { UdpSockets } from './udp-sockets.ts'

/** Room behind a packet for the SRTP tag. */
const TAG_ROOM = 16
const MAX_PACKET = 1500
/** Other programs may hold ports of our range: so many pairs are tried. */
const BIND_TRIES = 20

export interface UdpPairOptions {
  sockets: UdpSockets
  address: string
  signallingAddress?: string | undefined
  maxPacketsPerSecond: number
  onFault: (message: string, cause: unknown) => void
}

/**
 * An RTP/RTCP port pair with its far end: latch, flood guard, SRTP, and a connected socket as soon as the source is certain (measured: a connected send costs two thirds of an unconnected one, and the kernel
 * drops everybody else's packets for us).
 */
export class UdpPair implements RtpTransport {
  readonly port: number
  readonly dropped: Dropped = { foreign: 0, flood: 0, unauthentic: 0, malformed: 0 }
  onRtp: ((packet: Buffer, nowMs: number) => void) | null = null
  onRtcp: ((packet: Buffer) => void) | null = null
  secureIn: SrtpContext | null = null
  secureOut: SrtpContext | null = null
  /** RTCP shares the RTP port (RFC 5761). */
  mux = false
  readonly #rtp: UdpSocket
  readonly #rtcp: UdpSocket
  readonly #pool: PortPool
  readonly #latch: Latch
  readonly #max: number
  #inSecond = 0
  #reportsInSecond = 0
  #strangersInSecond = 0
  #connected = false
  #rtcpTarget: Address | null = null
  #closed = false
  #scratch: Buffer | null = null

  private constructor(port: number, rtp: UdpSocket, rtcp: UdpSocket, pool: PortPool, options: UdpPairOptions) {
    this.port = port
    this.#rtp = rtp
    this.#rtcp = rtcp
    this.#pool = pool
    this.#latch = new Latch(options.signallingAddress ?? null)
    this.#max = options.maxPacketsPerSecond
    rtp.onPacket = (packet, nowMs, address, from) => this.#fromRtp(packet, nowMs, address, from)
    rtcp.onPacket = (packet, _nowMs, address, from) => this.#fromRtcp(packet, address, from)
  }

  /** Takes and binds a pair, at once (an address that is a number needs no resolver, so binding waits for nothing). Throws `media.noPorts`, `media.bind`. */
  static open(pool: PortPool, options: UdpPairOptions): UdpPair {
    let failure: Error | null = null
    for (let tried = 0; tried < BIND_TRIES; tried++) {
      const port = pool.take()
      const onFault = (cause: Error): void => options.onFault(`UDP port ${port}: ${cause.message}`, cause)
      const bind = (at: number): UdpSocket | Error => options.sockets.open(at, options.address, onFault)
      const rtp = bind(port)
      const rtcp = rtp instanceof Error ? rtp : bind(port + 1)
      if (!(rtp instanceof Error) && !(rtcp instanceof Error)) return new UdpPair(port, rtp, rtcp, pool, options)
      if (!(rtp instanceof Error)) void rtp.close()
      pool.release(port)
      failure = rtcp as Error
      if ((failure as NodeJS.ErrnoException).code !== 'EADDRINUSE') break
    }
    throw new MediaError(
      'media.bind',
      `No RTP port could be bound on ${options.address}: ${failure?.message}. Check the listen address and the port range.`,
      { cause: failure },
    )
  }

  get target(): Address | null {
    return this.#latch.target
  }

  /** Where the far end's SDP wants RTP and RTCP. */
  aim(rtp: Address, rtcp: Address, nowMs: number): void {
    const before = this.#latch.target
    this.#latch.name(rtp, nowMs)
    this.#rtcpTarget = rtcp
    const after = this.#latch.target
    if (before && after && (before.address !== after.address || before.port !== after.port)) this.#disconnect()
  }

  send(packet: Buffer): void {
    if (this.#closed) return
    const ready = this.secureOut ? this.#protected(packet) : packet
    if (this.#connected) this.#rtp.send(ready)
    else {
      const target = this.#latch.target
      if (target && target.port > 0) this.#rtp.sendTo(ready, target.port, target.address)
    }
  }

  sendRtcp(packet: Buffer): void {
    if (this.#closed) return
    const ready = this.secureOut ? this.secureOut.protectRtcp(packet) : packet
    const target = this.#latch.target
    if (!target) return
    if (this.mux) {
      if (this.#connected) this.#rtp.send(ready)
      else this.#rtp.sendTo(ready, target.port, target.address)
      return
    }
    const to = this.#rtcpTarget ?? { address: target.address, port: target.port + 1 }
    if (to.port > 0 && to.port < 65536) this.#rtcp.sendTo(ready, to.port, to.address)
  }

  /** Once a second: opens the next second of the flood guard, and connects once the far end is certain. `silent`: nothing came for a while. */
  second(nowMs: number, silent: boolean): void {
    this.#inSecond = 0
    this.#reportsInSecond = 0
    this.#strangersInSecond = 0
    if (silent && this.#connected) {
      this.#disconnect()
      this.#latch.reopen(nowMs)
    } else if (!this.#connected && !silent && this.#latch.settled(nowMs)) this.#connect()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.onRtp = null
    this.onRtcp = null
    await Promise.all([this.#rtp.close(), this.#rtcp.close()])
    this.#pool.release(this.port)
  }

  #fromRtp(packet: Buffer, nowMs: number, address: string, port: number): void {
    if (this.#closed) return
    if (!this.#connected && !this.secureIn && !this.#latch.accepts(address, port, nowMs)) {
      this.dropped.foreign++
      return
    }
    if (this.#tooMany(address, port)) {
      this.dropped.flood++
      return
    }
    if (!isRtp(packet)) {
      if (this.mux && isRtcp(packet)) this.#rtcpIn(packet)
      else this.dropped.malformed++
      return
    }
    if (!this.secureIn) this.onRtp?.(packet, nowMs)
    else this.#secureRtp(this.secureIn, packet, nowMs, address, port)
  }

  /** Whoever is not known to be the far end takes nothing of what the far end may send. */
  #tooMany(address: string, port: number): boolean {
    const target = this.#latch.target
    const theirs = this.#connected || (target?.port === port && target.address === address)
    return theirs ? ++this.#inSecond > this.#max : ++this.#strangersInSecond > this.#max
  }

  /** Only an authentic packet may decide where the far end is. */
  #secureRtp(secure: SrtpContext, packet: Buffer, nowMs: number, address: string, port: number): void {
    const length = secure.unprotect(packet)
    if (length < 0) this.dropped.unauthentic++
    else if (!this.#connected && !this.#latch.accepts(address, port, nowMs)) this.dropped.foreign++
    else this.onRtp?.(packet.subarray(0, length), nowMs)
  }

  #fromRtcp(packet: Buffer, address: string, port: number): void {
    if (this.#closed) return
    const target = this.#latch.target
    if (!target || address !== target.address) {
      this.dropped.foreign++
      return
    }
    if (++this.#reportsInSecond > this.#max) {
      this.dropped.flood++
      return
    }
    if (!isRtcp(packet)) {
      this.dropped.malformed++
      return
    }
    // Behind NAT the far end's RTCP port is known only now.
    if (this.#rtcpTarget && this.#rtcpTarget.port !== port && !this.secureIn) this.#rtcpTarget = { address, port }
    this.#rtcpIn(packet)
  }

  #rtcpIn(packet: Buffer): void {
    const plain = this.secureIn ? this.secureIn.unprotectRtcp(packet) : packet
    if (!plain) this.dropped.unauthentic++
    else this.onRtcp?.(plain)
  }

  #protected(packet: Buffer): Buffer {
    // A relayed packet is the receiver's buffer and has no room for the tag.
    this.#scratch ??= Buffer.alloc(MAX_PACKET + TAG_ROOM)
    const scratch = this.#scratch
    if (packet.length > MAX_PACKET) return packet.subarray(0, 0)
    packet.copy(scratch)
    return scratch.subarray(0, this.secureOut!.protect(scratch, packet.length))
  }

  #connect(): void {
    const target = this.#latch.target!
    this.#connected = this.#rtp.connect(target.port, target.address)
  }

  #disconnect(): void {
    if (!this.#connected) return
    this.#connected = false
    this.#rtp.disconnect()
  }
}
