import { SipError } from '../errors.ts'
import type { Peer, TransportLimits } from './transport.ts'

/** One open stream or WebSocket. */
export interface Connection {
  readonly peer: Peer & { readonly connection: string }
  /** Bytes written and not yet taken by the system. */
  unsent(): number
  /** Bytes of a message begun. */
  partial(): number
  /** Resolves when the bytes were taken. */
  write(bytes: Buffer): Promise<void>
  /** Asks the peer for a sign of life, where the protocol can. */
  ping?(): void
  destroy(): void
}

interface Entry {
  readonly connection: Connection
  readonly key: string
  activeAt: number
  /** When the message now coming in, or the first one, began; null between messages. */
  begunAt: number | null
  /** Bytes of it so far. */
  partial: number
  pinged: boolean
}

const sweepMs = 1_000

/**
 * The open connections of an endpoint: found by id or by peer, limited in number, cut when idle or when a message does not end.
 * One timer for all.
 */
export class Connections {
  readonly limits: TransportLimits
  readonly isBanned: (address: string) => boolean
  readonly #onClosed: (peer: Peer) => void
  readonly #entries = new Map<string, Entry>()
  readonly #byPeer = new Map<string, Entry>()
  readonly #perAddress = new Map<string, number>()
  #timer: NodeJS.Timeout | null = null
  #reserved = 0
  #partialBytes = 0
  #closed = false
  #next = 1

  constructor(limits: TransportLimits, onClosed: (peer: Peer) => void, isBanned: (address: string) => boolean) {
    this.limits = limits
    this.isBanned = isBanned
    this.#onClosed = onClosed
  }

  newId(): string {
    return `c${this.#next++}`
  }

  /** Whether one more to or from this address may be opened. */
  hasRoom(address: string): boolean {
    if (this.#closed || this.#entries.size + this.#reserved >= this.limits.maxConnections) return false
    return (this.#perAddress.get(address) ?? 0) < this.limits.maxConnectionsPerAddress
  }

  /** Whether one from this address may come in. */
  welcomes(address: string): boolean {
    return this.hasRoom(address) && !this.isBanned(address)
  }

  /** Counts one that has come in and is not yet a connection: its handshake goes on. False: there is no room. */
  reserve(address: string): boolean {
    if (!this.welcomes(address)) return false
    this.#reserved++
    this.#count(address, 1)
    return true
  }

  release(address: string): void {
    this.#reserved--
    this.#count(address, -1)
  }

  /** `made`: by us; who came in must speak first, and soon. */
  add(connection: Connection, how: 'made' | 'came'): void {
    const { peer } = connection
    const now = performance.now()
    const entry: Entry = {
      connection,
      key: peerKey(peer),
      activeAt: now,
      begunAt: how === 'came' ? now : null,
      partial: 0,
      pinged: false,
    }
    this.#entries.set(peer.connection, entry)
    this.#byPeer.set(entry.key, entry)
    this.#count(peer.address, 1)
    this.#timer ??= setInterval(() => this.#sweep(), sweepMs).unref()
  }

  remove(id: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    this.#entries.delete(id)
    this.#partialBytes -= entry.partial
    if (this.#byPeer.get(entry.key) === entry) this.#byPeer.delete(entry.key)
    this.#count(entry.connection.peer.address, -1)
    if (this.#entries.size === 0) this.#stop()
    this.#onClosed(entry.connection.peer)
  }

  byId(id: string): Connection | null {
    return this.#entries.get(id)?.connection ?? null
  }

  /** An open connection to the same protocol, address, port and certificate name. */
  byPeer(peer: Peer): Connection | null {
    return this.#byPeer.get(peerKey(peer))?.connection ?? null
  }

  /** Bytes came. `spoke`: a whole message was among them. */
  touch(id: string, spoke: boolean): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    entry.activeAt = performance.now()
    entry.pinged = false
    const partial = entry.connection.partial()
    this.#partialBytes += partial - entry.partial
    entry.partial = partial
    if (spoke) entry.begunAt = null
    if (partial > 0) entry.begunAt ??= entry.activeAt
    if (partial > 0 && this.#partialBytes > this.limits.maxPartialBytes) entry.connection.destroy()
  }

  /** Bytes went. */
  sent(id: string): void {
    const entry = this.#entries.get(id)
    if (entry !== undefined) entry.activeAt = performance.now()
  }

  counts(): { connections: number; bufferedBytes: number } {
    let bufferedBytes = 0
    for (const { connection } of this.#entries.values()) bufferedBytes += connection.unsent() + connection.partial()
    return { connections: this.#entries.size, bufferedBytes }
  }

  close(): void {
    this.#closed = true
    for (const { connection } of [...this.#entries.values()]) connection.destroy()
    this.#stop()
  }

  #sweep(): void {
    const now = performance.now()
    for (const entry of [...this.#entries.values()]) {
      const idle = now - entry.activeAt
      const begun = entry.begunAt === null ? 0 : now - entry.begunAt
      // Whoever can be asked is asked before they are given up, however late we are: after a standstill everybody seems idle.
      const asked = entry.connection.ping === undefined || entry.pinged
      if ((asked && idle > this.limits.idleTimeoutMs) || begun > this.limits.partialTimeoutMs)
        entry.connection.destroy()
      else if (!asked && idle > pingAfter(this.limits.idleTimeoutMs)) {
        entry.pinged = true
        entry.connection.ping?.()
      }
    }
  }

  #count(address: string, change: 1 | -1): void {
    const count = (this.#perAddress.get(address) ?? 0) + change
    if (count > 0) this.#perAddress.set(address, count)
    else this.#perAddress.delete(address)
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }
}

/** Browsers behind address translation lose silent connections after a minute or so. */
function pingAfter(idleTimeoutMs: number): number {
  return Math.min(idleTimeoutMs / 2, 25_000)
}

function peerKey(peer: Peer): string {
  return `${peer.protocol} ${peer.address} ${peer.port} ${peer.serverName ?? ''}`
}

/** The error of a connection that could not be made or broke. */
export function connectionError(peer: Peer, cause: unknown): SipError {
  const why = cause instanceof Error ? cause.message : 'it was closed'
  const place = `${peer.protocol} ${peer.address} port ${peer.port}`
  return new SipError('connection.failed', `No connection to ${place}: ${why}. Try another target or later.`, cause)
}

/** An IPv4 address that arrived on an IPv6 socket is an IPv4 address. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return ''
  const bare = address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
  const zone = bare.indexOf('%')
  return zone === -1 ? bare : bare.slice(0, zone)
}
