import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { MediaError } from '../errors.ts'
import { PortPool } from '../rtp/port-pool.ts'

const NO_SUCH_FAMILY: readonly unknown[] = ['EAFNOSUPPORT', 'EADDRNOTAVAIL']

/**
 * The ports of browsers, one each. The WebRTC library ends the whole process where it can bind none, so none is asked of it that was not bound here a moment before:
 * others may have it, the library gives back its own some time after a connection is closed, and the process may have as many files open as it may.
 */
export class PeerPorts {
  readonly #pool: PortPool | null
  readonly #address: string | undefined

  /** @param range any port where none is given */
  constructor(range: { from: number; to: number } | undefined, address: string | undefined) {
    this.#pool = range ? new PortPool(range, 1) : null
    this.#address = address
  }

  /** A port that can be bound, 0 for any; throws MediaError `media.noPorts`. */
  async take(): Promise<number> {
    const pool = this.#pool
    if (!pool) {
      const fault = await this.#faultOf(0)
      if (fault) throw new MediaError('media.noPorts', `No port can be opened for a browser (${fault}).`)
      return 0
    }
    const refused: number[] = []
    try {
      for (;;) {
        const port = pool.take()
        if (!(await this.#faultOf(port))) return port
        refused.push(port)
      }
    } finally {
      for (const port of refused) pool.release(port)
    }
  }

  release(port: number): void {
    this.#pool?.release(port)
  }

  /** Every address of both families at once, as the library binds them; where the machine has one family only, of that. */
  async #faultOf(port: number): Promise<unknown> {
    if (this.#address) return bindFault(port, this.#address)
    const fault = await bindFault(port, '::')
    return NO_SUCH_FAMILY.includes(fault) ? bindFault(port, '0.0.0.0') : fault
  }
}

/** Why a port cannot be bound, as the system calls it; null where it can. */
function bindFault(port: number, address: string): Promise<string | null> {
  return new Promise(resolve => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    socket.once('error', (error: NodeJS.ErrnoException) => socket.close(() => resolve(error.code ?? error.message)))
    socket.bind({ port, address, exclusive: true }, () => socket.close(() => resolve(null)))
  })
}
