/** What is to happen when: a binary heap by time (epoch ms). Times stand side by side in an array of plain doubles, so sifting stays in cache. */
export class TimeHeap<T> {
  private readonly times: number[] = []
  private readonly items: T[] = []

  /** The earliest time, or infinity. */
  get firstAt(): number {
    return this.times.length > 0 ? this.times[0]! : Number.POSITIVE_INFINITY
  }

  push(at: number, item: T): void {
    const { times, items } = this
    let index = times.length
    times.push(at)
    items.push(item)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const time = times[parent]!
      if (time <= at) break
      times[index] = time
      items[index] = items[parent]!
      index = parent
    }
    times[index] = at
    items[index] = item
  }

  /** Takes out the item of the earliest time. There must be one. */
  pop(): T {
    const { times, items } = this
    const first = items[0]!
    const at = times.pop()!
    const item = items.pop()!
    const size = times.length
    if (size === 0) return first
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= size) break
      if (child + 1 < size && times[child + 1]! < times[child]!) child++
      if (times[child]! >= at) break
      times[index] = times[child]!
      items[index] = items[child]!
      index = child
    }
    times[index] = at
    items[index] = item
    return first
  }
}
