const FULL = 128

/**
 * A sorted list in chunks: adding at either end and taking the first cost next to nothing, anything else two binary searches and
 * a short move. Made for pools of agents, where almost everything happens at the ends.
 */
export class SortedList<T> {
  size = 0
  /** The first chunk, of which the items before `start` are gone already, the last, and all; never none. */
  private head: T[] = []
  private start = 0
  private tail: T[] = this.head
  private readonly chunks: T[][] = [this.head]
  private readonly before: (a: T, b: T) => boolean

  /** `before` must be a strict total order. */
  constructor(before: (a: T, b: T) => boolean) {
    this.before = before
  }

  get first(): T | undefined {
    return this.size > 0 ? this.head[this.start] : undefined
  }

  add(item: T): void {
    const { tail } = this
    if (this.size++ === 0) {
      tail.push(item)
      return
    }
    if (this.before(tail[tail.length - 1]!, item)) {
      if (tail.length < FULL) tail.push(item)
      else this.tail = this.chunks[this.chunks.push([item]) - 1]!
      return
    }
    this.settle()
    const { chunks } = this
    const index = this.chunkOf(item)
    const chunk = chunks[index]!
    chunk.splice(this.placeIn(chunk, item), 0, item)
    if (chunk.length <= FULL) return
    chunks.splice(index + 1, 0, chunk.splice(FULL / 2))
    this.tail = chunks[chunks.length - 1]!
  }

  /** The item must be in the list. */
  remove(item: T): void {
    const { chunks, head } = this
    if (head[this.start] === item) {
      this.size--
      if (++this.start < head.length) return
      this.start = 0
      if (head !== this.tail) {
        chunks.shift()
        this.head = chunks[0]!
      } else if (head.length === 1) head.pop()
      else head.length = 0
      return
    }
    this.settle()
    const index = this.chunkOf(item)
    const chunk = chunks[index]!
    const place = this.placeIn(chunk, item)
    if (chunk[place] !== item) throw new Error('The item to remove is not in the sorted list')
    this.size--
    if (place === chunk.length - 1) chunk.pop()
    else chunk.splice(place, 1)
    if (chunk.length > 0 || chunks.length === 1) return
    chunks.splice(index, 1)
    this.head = chunks[0]!
    this.tail = chunks[chunks.length - 1]!
  }

  /** Visits items in order until `visit` returns false. */
  scan(visit: (item: T) => boolean): void {
    let from = this.start
    for (const chunk of this.chunks) {
      for (let i = from; i < chunk.length; i++) if (!visit(chunk[i]!)) return
      from = 0
    }
  }

  *[Symbol.iterator](): Iterator<T> {
    this.settle()
    for (const chunk of this.chunks) yield* chunk
  }

  /** Drops what is gone from the first chunk. */
  private settle(): void {
    if (this.start === 0) return
    this.head.splice(0, this.start)
    this.start = 0
  }

  /** First chunk whose last item is not before `item`. */
  private chunkOf(item: T): number {
    let low = 0
    let high = this.chunks.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      const chunk = this.chunks[middle]!
      if (this.before(chunk[chunk.length - 1]!, item)) low = middle + 1
      else high = middle
    }
    return low
  }

  private placeIn(chunk: T[], item: T): number {
    let low = 0
    let high = chunk.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.before(chunk[middle]!, item)) low = middle + 1
      else high = middle
    }
    return low
  }
}
