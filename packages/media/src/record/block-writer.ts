import { write } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { BLOCK_BYTES, BLOCK_MS, BLOCK_SAMPLES } from './format.ts'

/** Packets later than this are not in the recording; blocks wait so long before they are written. */
const SLACK_MS = 240
/** Blocks that may wait for the disk: 16 s. Beyond it audio is given up rather than memory. */
const MAX_WAITING = 50

/** Two sides of bytes, placed by sample, gathered in blocks and written at their places. */
export class BlockWriter {
  readonly #file: FileHandle
  readonly #silence: number
  readonly #onFault: (cause: Error) => void
  /** Blocks in memory by number. */
  readonly #blocks = new Map<number, Buffer>()
  /** Blocks before this are written. */
  #written = 0
  #waiting = 0
  #idle: (() => void) | null = null
  bytes = 0

  private constructor(file: FileHandle, silence: number, onFault: (cause: Error) => void) {
    this.#file = file
    this.#silence = silence
    this.#onFault = onFault
  }

  static async create(path: string, silence: number, onFault: (cause: Error) => void): Promise<BlockWriter> {
    return new BlockWriter(await open(path, 'wx', 0o600), silence, onFault)
  }

  /** Copies `payload` (through `table` if given) to `side` (0 left, 1 right) at sample `at`. What lies in written blocks is too late. */
  put(side: 0 | 1, at: number, payload: Uint8Array, table: Uint8Array | null): void {
    let number = Math.floor(at / BLOCK_SAMPLES)
    let within = at - number * BLOCK_SAMPLES
    let block = this.#block(number)
    for (let i = 0; i < payload.length; i++) {
      if (block) block[side * BLOCK_SAMPLES + within] = table ? table[payload[i]!]! : payload[i]!
      if (++within < BLOCK_SAMPLES) continue
      within = 0
      block = this.#block(++number)
    }
  }

  /** Writes every block that is over, with its slack, at `elapsedMs` of the recording. */
  flush(elapsedMs: number): void {
    const until = Math.floor((elapsedMs - SLACK_MS) / BLOCK_MS)
    while (this.#written < until) this.#write(this.#written++)
  }

  /** Writes all blocks up to `durationMs` and closes the file. */
  async finish(durationMs: number): Promise<void> {
    const until = Math.ceil(durationMs / BLOCK_MS)
    while (this.#written < until) this.#write(this.#written++)
    if (this.#waiting > 0)
      await new Promise<void>(resolve => {
        this.#idle = resolve
      })
    await this.#file.close()
  }

  #block(number: number): Buffer | null {
    // Nothing is placed far ahead of time: a wrong timestamp is the caller's to catch, this bounds the memory.
    if (number < this.#written || number > this.#written + 8) return null
    let block = this.#blocks.get(number)
    if (!block) {
      block = Buffer.alloc(BLOCK_BYTES, this.#silence)
      this.#blocks.set(number, block)
    }
    return block
  }

  #write(number: number): void {
    const block = this.#blocks.get(number) ?? Buffer.alloc(BLOCK_BYTES, this.#silence)
    this.#blocks.delete(number)
    if (this.#waiting >= MAX_WAITING) {
      this.#onFault(new Error('The disk does not keep up; a third of a second of the recording is lost.'))
      return
    }
    this.#waiting++
    write(this.#file.fd, block, 0, BLOCK_BYTES, number * BLOCK_BYTES, (cause, written) => {
      this.#waiting--
      if (cause) this.#onFault(cause)
      else this.bytes += written
      if (this.#waiting === 0) this.#idle?.()
    })
  }
}
