import { write } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { BLOCK_BYTES, BLOCK_MS, BLOCK_SAMPLES } from './format.ts'

/** Packets later than this are not in the recording; blocks wait so long before they are written. */
const SLACK_MS = 200
/** Blocks that may wait for the disk: 24 s. Beyond it audio is given up rather than memory. */
const MAX_WAITING = 50

/** Blocks that were written, to be used again: memory that comes and goes at this rate would keep the garbage collector at work. */
const spare: Buffer[] = []
const MOST_SPARE = 2000

function newBlock(silence: number): Buffer {
  return spare.pop()?.fill(silence) ?? Buffer.alloc(BLOCK_BYTES, silence)
}

function giveBack(block: Buffer): void {
  if (spare.length < MOST_SPARE) spare.push(block)
}

/** Two sides of bytes, placed by sample, gathered in blocks and written at their places. */
export class BlockWriter {
  readonly #file: FileHandle
  readonly #silence: number
  readonly #onFault: (cause: Error) => void
  /** Blocks in memory by number. */
  readonly #blocks = new Map<number, Buffer>()
  /** The block of the last packet, mostly also of the next. */
  #current: Buffer | null = null
  #currentNumber = -1
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

  /** Copies `bytes` from `from` on (through `table` if given) to `side` (0 left, 1 right) at sample `at`. What lies in written blocks is too late. */
  put(side: 0 | 1, at: number, bytes: Buffer, from: number, table: Uint8Array | null): void {
    const number = Math.floor(at / BLOCK_SAMPLES)
    const within = at - number * BLOCK_SAMPLES
    const fits = Math.min(bytes.length - from, BLOCK_SAMPLES - within)
    const block = this.#block(number)
    if (block) {
      const start = side * BLOCK_SAMPLES + within
      if (table) for (let i = 0; i < fits; i++) block[start + i] = table[bytes[from + i]!]!
      else bytes.copy(block, start, from, from + fits)
    }
    if (from + fits < bytes.length) this.put(side, at + fits, bytes, from + fits, table)
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
    if (number === this.#currentNumber) return this.#current
    let block = this.#blocks.get(number)
    if (!block) {
      block = newBlock(this.#silence)
      this.#blocks.set(number, block)
    }
    this.#current = block
    this.#currentNumber = number
    return block
  }

  #write(number: number): void {
    const block = this.#blocks.get(number) ?? newBlock(this.#silence)
    this.#blocks.delete(number)
    // What comes for it now is too late, and must not reach the next user of its memory.
    if (number === this.#currentNumber) this.#currentNumber = -1
    if (this.#waiting >= MAX_WAITING) {
      this.#onFault(new Error('The disk does not keep up; half a second of the recording is lost.'))
      return
    }
    this.#waiting++
    write(this.#file.fd, block, 0, BLOCK_BYTES, number * BLOCK_BYTES, (cause, written) => {
      this.#waiting--
      giveBack(block)
      if (cause) this.#onFault(cause)
      else this.bytes += written
      if (this.#waiting === 0) this.#idle?.()
    })
  }
}
