const FULL = 256

/**
 * A sorted list in chunks: adding at either end and taking the first cost next to nothing, anything else two binary searches and
 * a short move. Made for lines of up to millions where almost everything happens at the ends, and for places in line.
 */
export class SortedList<T> {
  size = 0
  private chunks: T[][] = []
  private readonly before: (a: T, b: T) => boolean

  /** `before` must be a strict total order. */
  constructor(before: (a: T, b: T) => boolean) {
    this.before = before
  }

  get first(): T | undefined {
    return this.chunks[0]?.[0]
  }

  add(item: T): void {
    this.size++
    const chunks = this.chunks
    const last = chunks[chunks.length - 1]
    if (!last) {
      chunks.push([item])
      return
    }
    if (this.before(last[last.length - 1]!, item)) {
      if (last.length < FULL) last.push(item)
      else chunks.push([item])
      return
    }
    const index = this.chunkOf(item)
    const chunk = chunks[index]!
    chunk.splice(this.placeIn(chunk, item), 0, item)
    if (chunk.length > FULL) chunks.splice(index + 1, 0, chunk.splice(FULL / 2))
  }

  /** The item must be in the list. */
  remove(item: T): void {
    const chunks = this.chunks
    const head = chunks[0]!
    let index = 0
    if (head[0] === item) head.shift()
    else {
      index = this.chunkOf(item)
      const chunk = chunks[index]!
      const place = this.placeIn(chunk, item)
      if (chunk[place] !== item) throw new Error('The item to remove is not in the sorted list')
      if (place === chunk.length - 1) chunk.pop()
      else chunk.splice(place, 1)
    }
    this.size--
    if (chunks[index]!.length > 0) return
    if (index === 0) chunks.shift()
    else chunks.splice(index, 1)
  }

  /** How many items, from the first on, pass the test; the test must not pass again after it first failed. */
  countWhile(test: (item: T) => boolean): number {
    let count = 0
    for (const chunk of this.chunks) {
      if (test(chunk[chunk.length - 1]!)) {
        count += chunk.length
        continue
      }
      let low = 0
      let high = chunk.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (test(chunk[middle]!)) low = middle + 1
        else high = middle
      }
      return count + low
    }
    return count
  }

  /** Visits items in order until `visit` returns false. */
  scan(visit: (item: T) => boolean): void {
    for (const chunk of this.chunks) for (const item of chunk) if (!visit(item)) return
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const chunk of this.chunks) yield* chunk
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
