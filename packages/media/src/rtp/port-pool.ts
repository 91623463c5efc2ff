import { MediaError } from '../errors.ts'

/**
 * The UDP ports a media engine may use, in even/odd pairs (RFC 3550 section 11). Taken in turn, so that a port rests as long as possible before another call gets it and late packets of the last one find nobody.
 */
export class PortPool {
  readonly #first: number
  readonly #pairs: number
  readonly #taken = new Set<number>()
  #next = 0

  constructor(range: { from: number; to: number }) {
    this.#first = range.from + (range.from % 2)
    this.#pairs = Math.max(0, Math.floor((range.to - this.#first + 1) / 2))
  }

  get size(): number {
    return this.#pairs
  }

  get free(): number {
    return this.#pairs - this.#taken.size
  }

  /** The even port of a free pair; throws `media.noPorts`. */
  take(): number {
    for (let tried = 0; tried < this.#pairs; tried++) {
      const port = this.#first + 2 * this.#next
      this.#next = (this.#next + 1) % this.#pairs
      if (!this.#taken.has(port)) {
        this.#taken.add(port)
        return port
      }
    }
    throw new MediaError(
      'media.noPorts',
      `All ${this.#pairs} RTP port pairs are in use. Widen the port range or let calls end.`,
    )
  }

  release(port: number): void {
    this.#taken.delete(port)
  }
}
