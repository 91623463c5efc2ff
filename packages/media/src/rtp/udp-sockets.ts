import { isIPv4 } from 'node:net'
import { KernelSockets } from './kernel-sockets.ts'
import { openNodeSocket } from './node-socket.ts'
import { systemCalls } from './system-calls.ts'
import type { UdpSocket } from './udp-socket.ts'

/** The sockets of one engine: by system calls of our own for IPv4 on Linux, else those of Node.js. */
export class UdpSockets {
  readonly #kernel: KernelSockets | null

  /** `portable`: those of Node.js everywhere. */
  constructor({ portable = false }: { portable?: boolean } = {}) {
    const calls = portable ? null : systemCalls()
    this.#kernel = calls ? new KernelSockets(calls) : null
  }

  /** Whose sockets they are for IPv4. */
  get kind(): 'kernel' | 'node' {
    return this.#kernel ? 'kernel' : 'node'
  }

  /** A timer runs. */
  get running(): boolean {
    return this.#kernel?.running ?? false
  }

  open(port: number, address: string, onFault: (cause: Error) => void): UdpSocket | Error {
    return this.#kernel && isIPv4(address)
      ? this.#kernel.open(port, address, onFault)
      : openNodeSocket(port, address, onFault)
  }
}
