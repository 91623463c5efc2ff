/** No end of a lease. */
const NEVER = Number.POSITIVE_INFINITY
const STRIDE = 4
const PREVIOUS = 0
const NEXT = 1
const LIST = 2

interface LeaseList {
  readonly index: number
  readonly lengthMs: number
  /** Numbers of agents; 0 is none. */
  first: number
  last: number
}

/**
 * Outstanding offers by the end of their lease. An agent has at most one, so the lists are made of agents' numbers. Time only moves on, so
 * leases of one length end in the order in which they were taken.
 */
export class Leases {
  size = 0
  /** Nothing is due before. */
  nextAt = NEVER
  private readonly lists: LeaseList[] = []
  private readonly byLength = new Map<number, LeaseList>()
  private recent: LeaseList = { index: -1, lengthMs: Number.NaN, first: 0, last: 0 }
  /** By agent: when its lease ends and the order in which leases were taken; its neighbours in its list. */
  private doubles = new Float64Array(2 * 64)
  private integers = new Int32Array(STRIDE * 64)
  private seq = 0

  take(agent: number, now: number, lengthMs: number): void {
    if (agent * STRIDE >= this.integers.length) this.grow(agent)
    const { integers, doubles } = this
    const list = this.recent.lengthMs === lengthMs ? this.recent : this.listOf(lengthMs)
    const at = agent * STRIDE
    doubles[agent * 2] = now + lengthMs
    doubles[agent * 2 + 1] = this.seq++
    integers[at + PREVIOUS] = list.last
    integers[at + NEXT] = 0
    integers[at + LIST] = list.index
    if (list.last !== 0) integers[list.last * STRIDE + NEXT] = agent
    else list.first = agent
    list.last = agent
    this.size++
    if (now + lengthMs < this.nextAt) this.nextAt = now + lengthMs
  }

  end(agent: number): void {
    const { integers } = this
    const at = agent * STRIDE
    const list = this.lists[integers[at + LIST]!]!
    const previous = integers[at + PREVIOUS]!
    const next = integers[at + NEXT]!
    if (previous !== 0) integers[previous * STRIDE + NEXT] = next
    else list.first = next
    if (next !== 0) integers[next * STRIDE + PREVIOUS] = previous
    else list.last = previous
    if (--this.size === 0) this.nextAt = NEVER
  }

  /** When its lease ends. */
  dueAt(agent: number): number {
    return this.doubles[agent * 2]!
  }

  /** The agent whose lease ends first, at `now` or before; 0 where there is none. */
  due(now: number): number {
    if (now < this.nextAt) return 0
    const first = this.first()
    this.nextAt = first === 0 ? NEVER : this.dueAt(first)
    return now < this.nextAt ? 0 : first
  }

  /** When the first lease ends, or infinity. */
  firstAt(): number {
    const first = this.first()
    return first === 0 ? NEVER : this.dueAt(first)
  }

  private first(): number {
    let best = 0
    for (const { first } of this.lists) if (first !== 0 && (best === 0 || this.endsBefore(first, best))) best = first
    return best
  }

  private endsBefore(a: number, b: number): boolean {
    const { doubles } = this
    const earlier = doubles[a * 2]! - doubles[b * 2]!
    return earlier !== 0 ? earlier < 0 : doubles[a * 2 + 1]! < doubles[b * 2 + 1]!
  }

  private listOf(lengthMs: number): LeaseList {
    let list = this.byLength.get(lengthMs)
    if (!list) {
      list = { index: this.lists.length, lengthMs, first: 0, last: 0 }
      this.lists.push(list)
      this.byLength.set(lengthMs, list)
    }
    this.recent = list
    return list
  }

  private grow(agent: number): void {
    const agents = 2 ** Math.ceil(Math.log2(agent + 1))
    const { doubles, integers } = this
    this.doubles = new Float64Array(2 * agents)
    this.doubles.set(doubles)
    this.integers = new Int32Array(STRIDE * agents)
    this.integers.set(integers)
  }
}
