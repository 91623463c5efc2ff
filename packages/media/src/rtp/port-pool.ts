import { MediaError } from '../errors.ts'

/**
 * The UDP ports a media engine may use: in even/odd pairs for RTP (RFC 3550 section 11), one by one for browsers. Taken in turn, so that a port rests as long as possible before another call gets it and late packets of the last one find nobody.
 */
export class PortPool {
  readonly #first: number
  readonly #each: number
  readonly #taken = new Set<number>()
  #next = 0
  readonly size: number

  /** @param each ports a turn: 2 begins at an even one */
  constructor(range: { from: number; to: number }, each: 1 | 2 = 2) {
    this.#each = each
    this.#first = range.from + (range.from % each)
    this.size = Math.max(0, Math.floor((range.to - this.#first + 1) / each))
  }

  get free(): number {
    return this.size - this.#taken.size
  }

  /** A free port, or the even one of a free pair; throws `media.noPorts`. */
  take(): number {
    for (let tried = 0; tried < this.size; tried++) {
      const port = this.#first + this.#each * this.#next
      this.#next = (this.#next + 1) % this.size
      if (!this.#taken.has(port)) {
        this.#taken.add(port)
        return port
      }
    }
    const what = this.#each === 2 ? 'RTP port pairs' : 'ports for browsers'
    throw new MediaError('media.noPorts', `All ${this.size} ${what} are in use. Widen the port range or let calls end.`)
  }

  release(port: number): void {
    this.#taken.delete(port)
  }
}
