import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { RECEIVE_BUFFER, type UdpSocket, UNREACHABLE } from './udp-socket.ts'

/** A UDP socket of Node.js: any machine, either family. */
export function openNodeSocket(port: number, address: string, onFault: (cause: Error) => void): UdpSocket | Error {
  const socket = bound(port, address)
  return socket instanceof Error ? socket : new NodeSocket(socket, onFault)
}

class NodeSocket implements UdpSocket {
  onPacket: UdpSocket['onPacket'] = () => {}
  readonly #socket: Socket
  #closed: Promise<void> | null = null

  constructor(socket: Socket, onFault: (cause: Error) => void) {
    this.#socket = socket
    socket.on('message', (packet, from) => this.onPacket(packet, performance.now(), from.address, from.port))
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      if (!UNREACHABLE.includes(cause.code ?? '')) onFault(cause)
    })
  }

  send(packet: Buffer): void {
    if (!this.#closed) this.#socket.send(packet)
  }

  sendTo(packet: Buffer, port: number, address: string): void {
    if (!this.#closed) this.#socket.send(packet, 0, packet.length, port, address)
  }

  connect(port: number, address: string): boolean {
    this.#socket.connect(port, address)
    try {
      // Throws unless connected; with a literal address that is now.
      this.#socket.remoteAddress()
      return true
    } catch {
      return false
    }
  }

  disconnect(): void {
    this.#socket.disconnect()
  }

  close(): Promise<void> {
    this.#closed ??= new Promise(resolve => this.#socket.close(() => resolve()))
    return this.#closed
  }
}

/** An address that is a number needs no resolver, so binding waits for nothing. */
function bound(port: number, address: string): Socket | Error {
  const socket = createSocket({
    type: isIPv6(address) ? 'udp6' : 'udp4',
    ipv6Only: isIPv6(address),
    lookup: literal,
    recvBufferSize: RECEIVE_BUFFER,
  })
  let failure: Error | null = null
  const refused = (cause: Error): void => {
    failure = cause
  }
  socket.once('error', refused)
  socket.bind({ port, address, exclusive: true })
  socket.off('error', refused)
  if (failure) socket.close()
  return failure ?? socket
}

/** Without a resolver: an await-free path for addresses that are already numbers (dns.lookup would cost a thread for every packet). */
function literal(
  host: string,
  _options: unknown,
  done: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  done(null, host, isIPv6(host) ? 6 : 4)
}
