import type { Interactions } from './interactions.ts'
import { type Interaction, NONE } from './state.ts'

/** Interactions a chunk, and chunks a page. */
const CHUNK_BITS = 6
const CHUNK = 1 << CHUNK_BITS
const PAGE_BITS = 6
const PAGE = 1 << PAGE_BITS
/** A line's record: two doubles about its last, and integers. */
const STRIDE = 8
const LAST_AT = 0
const LAST_SEQ = 1
const SIZE = 4
const FIRST = 5
const START = 6
const LAST = 7

/**
 * Who stands in every line, in order, by the lines' rows: sorted lists in chunks of flat memory. Joining at the end and leaving from the front touch
 * a line's record and one place in a chunk; anything else is two binary searches and a short move. Made for lines of up to millions where
 * almost everything happens at the ends, and for places in line.
 */
export class Standing {
  private integers = new Int32Array(STRIDE * 64)
  private doubles = new Float64Array(this.integers.buffer)
  /** By row, its chunks in order; its record has the first and the last of them at hand. */
  private readonly chunks: number[][] = []
  private readonly pages: Int32Array[] = []
  /** By chunk, how much of it is filled; of a line's first, what is before `START` is gone already. */
  private readonly filled: number[] = []
  private readonly unused: number[] = []
  private readonly interactions: Interactions

  constructor(interactions: Interactions) {
    this.interactions = interactions
  }

  /** Begins an empty line, in a row of its own or that of another that was empty in the end. */
  begin(row: number): void {
    if (this.chunks[row]) return
    if ((row + 1) * STRIDE > this.integers.length) {
      const integers = new Int32Array(this.integers.length * 2)
      integers.set(this.integers)
      this.integers = integers
      this.doubles = new Float64Array(integers.buffer)
    }
    const chunk = this.freshChunk()
    this.chunks[row] = [chunk]
    const at = row * STRIDE
    this.integers[at + SIZE] = 0
    this.integers[at + FIRST] = chunk
    this.integers[at + START] = 0
    this.integers[at + LAST] = chunk
  }

  size(row: number): number {
    return this.integers[row * STRIDE + SIZE]!
  }

  /** Who stands first, or NONE. */
  first(row: number): Interaction {
    const { integers } = this
    const at = row * STRIDE
    return integers[at + SIZE] === 0 ? NONE : this.item(integers[at + FIRST]!, integers[at + START]!)
  }

  /** Puts an interaction in its place in the line. */
  add(row: number, interaction: Interaction, queuedAt: number, seq: number): void {
    const { integers, doubles, filled } = this
    const at = row * STRIDE
    const ofLast = at >> 1
    if (integers[at + SIZE]!++ > 0) {
      const since = queuedAt - doubles[ofLast + LAST_AT]!
      if (since < 0 || (since === 0 && seq < doubles[ofLast + LAST_SEQ]!)) {
        this.insert(row, interaction)
        return
      }
    }
    doubles[ofLast + LAST_AT] = queuedAt
    doubles[ofLast + LAST_SEQ] = seq
    let chunk = integers[at + LAST]!
    if (filled[chunk] === CHUNK) {
      chunk = this.freshChunk()
      this.chunks[row]!.push(chunk)
      integers[at + LAST] = chunk
    }
    this.pages[chunk >> PAGE_BITS]![this.placeOf(chunk, filled[chunk]!++)] = interaction
  }

  /** Takes an interaction out, which must stand in the line. */
  take(row: number, interaction: Interaction): void {
    const { integers, filled } = this
    const at = row * STRIDE
    integers[at + SIZE]!--
    const first = integers[at + FIRST]!
    const start = integers[at + START]!
    if (this.item(first, start) !== interaction) {
      this.remove(row, interaction)
      return
    }
    if (start + 1 < filled[first]!) {
      integers[at + START] = start + 1
      return
    }
    integers[at + START] = 0
    filled[first] = 0
    if (first === integers[at + LAST]) return
    const chunks = this.chunks[row]!
    this.unused.push(chunks.shift()!)
    integers[at + FIRST] = chunks[0]!
  }

  /** How many, from the first on, pass the test; the test must not pass again after it first failed. */
  countWhile(row: number, test: (interaction: Interaction) => boolean): number {
    if (this.size(row) === 0) return 0
    this.settle(row)
    const chunks = this.chunks[row]!
    const last = this.chunkAfter(row, test)
    let count = this.search(chunks[last]!, test)
    for (let index = 0; index < last; index++) count += this.filled[chunks[index]!]!
    return count
  }

  /** All, in order. */
  all(row: number): Interaction[] {
    this.settle(row)
    const all: Interaction[] = []
    for (const chunk of this.chunks[row]!) for (let i = 0; i < this.filled[chunk]!; i++) all.push(this.item(chunk, i))
    return all
  }

  private item(chunk: number, index: number): Interaction {
    return this.pages[chunk >> PAGE_BITS]![this.placeOf(chunk, index)]!
  }

  private placeOf(chunk: number, index: number): number {
    return ((chunk & (PAGE - 1)) << CHUNK_BITS) + index
  }

  private freshChunk(): number {
    const chunk = this.unused.pop() ?? this.filled.length
    if (chunk >> PAGE_BITS === this.pages.length) this.pages.push(new Int32Array(PAGE * CHUNK))
    this.filled[chunk] = 0
    return chunk
  }

  /** Puts in one that comes before the last. */
  private insert(row: number, interaction: Interaction): void {
    this.settle(row)
    const { filled } = this
    const chunks = this.chunks[row]!
    let index = this.chunkOf(row, interaction)
    if (filled[chunks[index]!] === CHUNK) {
      this.split(row, index)
      index = this.chunkOf(row, interaction)
    }
    const chunk = chunks[index]!
    const from = this.placeOf(chunk, this.placeIn(chunk, interaction))
    const page = this.pages[chunk >> PAGE_BITS]!
    page.copyWithin(from + 1, from, this.placeOf(chunk, filled[chunk]!++))
    page[from] = interaction
  }

  /** Takes out one that does not stand first. */
  private remove(row: number, interaction: Interaction): void {
    this.settle(row)
    const { filled, integers, doubles, interactions } = this
    const chunks = this.chunks[row]!
    const index = this.chunkOf(row, interaction)
    const chunk = chunks[index]!
    const at = this.placeOf(chunk, this.placeIn(chunk, interaction))
    const page = this.pages[chunk >> PAGE_BITS]!
    if (page[at] !== interaction) throw new Error('The interaction to take does not stand in the line')
    page.copyWithin(at, at + 1, this.placeOf(chunk, filled[chunk]!--))
    if (filled[chunk] === 0) this.unused.push(...chunks.splice(index, 1))
    const lastChunk = chunks[chunks.length - 1]!
    const last = this.item(lastChunk, filled[lastChunk]! - 1)
    integers[row * STRIDE + FIRST] = chunks[0]!
    integers[row * STRIDE + LAST] = lastChunk
    doubles[((row * STRIDE) >> 1) + LAST_AT] = interactions.queuedAt(last)
    doubles[((row * STRIDE) >> 1) + LAST_SEQ] = interactions.seq(last)
  }

  private split(row: number, index: number): void {
    const { filled, pages } = this
    const chunks = this.chunks[row]!
    const chunk = chunks[index]!
    const next = this.freshChunk()
    const half = pages[chunk >> PAGE_BITS]!.subarray(this.placeOf(chunk, CHUNK / 2), this.placeOf(chunk, CHUNK))
    pages[next >> PAGE_BITS]!.set(half, this.placeOf(next, 0))
    filled[chunk] = CHUNK / 2
    filled[next] = CHUNK / 2
    chunks.splice(index + 1, 0, next)
    this.integers[row * STRIDE + LAST] = chunks[chunks.length - 1]!
  }

  /** Drops what is gone from the first chunk. */
  private settle(row: number): void {
    const { integers, filled } = this
    const start = integers[row * STRIDE + START]!
    if (start === 0) return
    const chunk = integers[row * STRIDE + FIRST]!
    const from = this.placeOf(chunk, start)
    this.pages[chunk >> PAGE_BITS]!.copyWithin(from - start, from, from - start + filled[chunk]!)
    filled[chunk]! -= start
    integers[row * STRIDE + START] = 0
  }

  /** Which of a line's chunks the place of an interaction is in. */
  private chunkOf(row: number, interaction: Interaction): number {
    return this.chunkAfter(row, other => this.interactions.cameBefore(other, interaction))
  }

  /** Which of a line's chunks is the first whose last fails the test; the last where there is none. */
  private chunkAfter(row: number, test: (interaction: Interaction) => boolean): number {
    const chunks = this.chunks[row]!
    let low = 0
    let high = chunks.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      const chunk = chunks[middle]!
      if (test(this.item(chunk, this.filled[chunk]! - 1))) low = middle + 1
      else high = middle
    }
    return low
  }

  private placeIn(chunk: number, interaction: Interaction): number {
    return this.search(chunk, other => this.interactions.cameBefore(other, interaction))
  }

  /** How many of a chunk, from its first on, pass the test. */
  private search(chunk: number, test: (interaction: Interaction) => boolean): number {
    let low = 0
    let high = this.filled[chunk]!
    while (low < high) {
      const middle = (low + high) >> 1
      if (test(this.item(chunk, middle))) low = middle + 1
      else high = middle
    }
    return low
  }
}
