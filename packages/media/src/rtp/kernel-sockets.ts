import { isIPv4 } from 'node:net'
import type { SystemCalls } from './system-calls.ts'
import { RECEIVE_BUFFER, type UdpSocket, UNREACHABLE } from './udp-socket.ts'

// Numbers of Linux, the same on x64 and arm64.
const AF_UNSPEC = 0
const AF_INET = 2
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000
const SOL_SOCKET = 1
const SO_RCVBUF = 8
const EPOLL_CLOEXEC = 0o2000000
const EPOLL_CTL_ADD = 1
const EPOLLIN = 1
/** `struct epoll_event` is packed on x64 alone. */
const [EVENT_BYTES, DATA_AT] = process.arch === 'x64' ? [12, 4] : [16, 8]
const ADDRESS_BYTES = 16

const MOST_EVENTS = 512
/** Longer packets are cut: nothing that we take is. */
const ROOM = 2048
/** A socket gives one packet a turn; so many turns in one look, for one that is flooded must not keep the others waiting for long. */
const TURNS = 32
/** How often the sockets are looked at; and when nobody has spoken for a while. */
const LOOK_MS = 1
const QUIET_LOOK_MS = 5
const QUIET_AFTER_LOOKS = 200

/**
 * UDP over IPv4 by system calls of our own. All sockets are looked at together every millisecond instead of being waited for: a packet costs one `recv` into the same memory and one `send`, where Node.js
 * wakes up, reads twice, and makes a buffer, an address and a callback of each. Half the cost of a relayed packet, for a millisecond of delay at most.
 */
export class KernelSockets {
  readonly #calls: SystemCalls
  readonly #sockets: (KernelSocket | undefined)[] = []
  readonly #events = Buffer.alloc(MOST_EVENTS * EVENT_BYTES)
  readonly #fds = new Int32Array(this.#events.buffer, this.#events.byteOffset, (MOST_EVENTS * EVENT_BYTES) / 4)
  readonly #bytes = Buffer.alloc(ROOM)
  /** The same memory by its length, so that no packet makes an object. */
  readonly #packets: Buffer[] = []
  readonly #from = new Sender()
  #epoll = -1
  #open = 0
  #timer: NodeJS.Timeout | null = null
  #quietLooks = 0

  constructor(calls: SystemCalls) {
    this.#calls = calls
  }

  get running(): boolean {
    return this.#timer !== null
  }

  open(port: number, address: string, onFault: (cause: Error) => void): UdpSocket | Error {
    const calls = this.#calls
    if (this.#epoll < 0) this.#epoll = calls.epoll_create1(EPOLL_CLOEXEC)
    if (this.#epoll < 0) return failure(calls, 'epoll_create1')
    const fd = calls.socket(AF_INET, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0)
    if (fd < 0) return failure(calls, 'socket')
    const failed = this.#prepare(fd, port, address)
    if (failed) {
      calls.close(fd)
      this.#end()
      return failed
    }
    const socket = new KernelSocket(fd, calls, onFault, () => this.#forget(fd))
    this.#sockets[fd] = socket
    this.#open++
    if (!this.#timer) this.#look(LOOK_MS)
    return socket
  }

  #prepare(fd: number, port: number, address: string): Error | null {
    const calls = this.#calls
    const size = Buffer.alloc(4)
    size.writeInt32LE(RECEIVE_BUFFER)
    calls.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, size, size.length)
    if (calls.bind(fd, addressOf(port, address), ADDRESS_BYTES) < 0) return failure(calls, 'bind')
    const event = Buffer.alloc(EVENT_BYTES)
    event.writeUInt32LE(EPOLLIN)
    event.writeInt32LE(fd, DATA_AT)
    return calls.epoll_ctl(this.#epoll, EPOLL_CTL_ADD, fd, event) < 0 ? failure(calls, 'epoll_ctl') : null
  }

  #forget(fd: number): void {
    this.#sockets[fd] = undefined
    this.#open--
    this.#end()
  }

  /** Without sockets nothing runs and nothing is open. */
  #end(): void {
    if (this.#open > 0) return
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    this.#calls.close(this.#epoll)
    this.#epoll = -1
  }

  #look(everyMs: number): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = setInterval(() => this.#take(), everyMs)
    this.#quietLooks = 0
  }

  /** One look: everything that has come, a packet of each socket at a time. */
  #take(): void {
    let taken = 0
    for (let turn = 0; turn < TURNS && this.#epoll >= 0; turn++) {
      const count = this.#calls.epoll_wait(this.#epoll, this.#events, MOST_EVENTS, 0)
      if (count <= 0) break
      taken += count
      const nowMs = performance.now()
      for (let i = 0; i < count; i++) this.#receive(this.#fds[(i * EVENT_BYTES + DATA_AT) / 4]!, nowMs)
    }
    if (taken === 0) this.#rest()
    else if (this.#quietLooks >= QUIET_AFTER_LOOKS) this.#look(LOOK_MS)
    else this.#quietLooks = 0
  }

  #rest(): void {
    if (++this.#quietLooks !== QUIET_AFTER_LOOKS || !this.#timer) return
    this.#look(QUIET_LOOK_MS)
    this.#quietLooks = QUIET_AFTER_LOOKS
  }

  #receive(fd: number, nowMs: number): void {
    // Closed by the packet before this one.
    const socket = this.#sockets[fd]
    if (!socket) return
    const from = this.#from
    const length = socket.connected
      ? this.#calls.recv(fd, this.#bytes, ROOM, 0)
      : this.#calls.recvfrom(fd, this.#bytes, ROOM, 0, from.bytes, from.size)
    if (length < 0) {
      socket.failed('recv')
      return
    }
    this.#packets[length] ??= this.#bytes.subarray(0, length)
    if (socket.connected) socket.onPacket(this.#packets[length], nowMs, socket.address, socket.port)
    else {
      from.read()
      socket.onPacket(this.#packets[length], nowMs, from.address, from.port)
    }
  }
}

class KernelSocket implements UdpSocket {
  onPacket: UdpSocket['onPacket'] = () => {}
  connected = false
  /** The far end while connected. */
  address = ''
  port = 0
  readonly #fd: number
  readonly #calls: SystemCalls
  readonly #onFault: (cause: Error) => void
  readonly #closed: () => void
  #target: { port: number; address: string; bytes: Buffer } | null = null
  #open = true

  constructor(fd: number, calls: SystemCalls, onFault: (cause: Error) => void, closed: () => void) {
    this.#fd = fd
    this.#calls = calls
    this.#onFault = onFault
    this.#closed = closed
  }

  send(packet: Buffer): void {
    if (this.#open && this.#calls.send(this.#fd, packet, packet.length, 0) < 0) this.failed('send')
  }

  sendTo(packet: Buffer, port: number, address: string): void {
    if (!this.#open || !isIPv4(address)) return
    if (this.#target?.port !== port || this.#target.address !== address)
      this.#target = { port, address, bytes: addressOf(port, address) }
    if (this.#calls.sendto(this.#fd, packet, packet.length, 0, this.#target.bytes, ADDRESS_BYTES) < 0)
      this.failed('sendto')
  }

  connect(port: number, address: string): boolean {
    if (!this.#open || !isIPv4(address)) return false
    this.connected = this.#calls.connect(this.#fd, addressOf(port, address), ADDRESS_BYTES) === 0
    this.address = address
    this.port = port
    return this.connected
  }

  disconnect(): void {
    this.connected = false
    if (this.#open) this.#calls.connect(this.#fd, Buffer.alloc(ADDRESS_BYTES, AF_UNSPEC), ADDRESS_BYTES)
  }

  close(): Promise<void> {
    if (this.#open) {
      this.#open = false
      this.#calls.close(this.#fd)
      this.#closed()
    }
    return Promise.resolve()
  }

  /** A full socket loses the packet, as the network would. */
  failed(call: string): void {
    const cause = failure(this.#calls, call)
    if (cause.code !== 'EAGAIN' && cause.code !== 'ENOBUFS' && !UNREACHABLE.includes(cause.code ?? ''))
      this.#onFault(cause)
  }
}

/** Who sent the last packet. Mostly the same as the one before: text is made only for another. */
class Sender {
  readonly bytes = Buffer.alloc(ADDRESS_BYTES)
  readonly size = Buffer.alloc(4)
  address = ''
  port = 0
  #number = -1

  constructor() {
    this.size.writeUInt32LE(ADDRESS_BYTES)
  }

  read(): void {
    this.port = this.bytes.readUInt16BE(2)
    const number = this.bytes.readUInt32BE(4)
    if (number === this.#number) return
    this.#number = number
    this.address = this.bytes.subarray(4, 8).join('.')
  }
}

/** `struct sockaddr_in`. */
function addressOf(port: number, address: string): Buffer {
  const bytes = Buffer.alloc(ADDRESS_BYTES)
  bytes.writeUInt16LE(AF_INET)
  bytes.writeUInt16BE(port, 2)
  bytes.set(address.split('.').map(Number), 4)
  return bytes
}

function failure(calls: SystemCalls, call: string): NodeJS.ErrnoException {
  const code = calls.errno()
  return Object.assign(new Error(`${call} ${code}`), { code, syscall: call })
}
